import { connect, type Socket } from 'node:net';

export interface Response {
  readonly status: number;
  readonly head: string;
}

/**
 * One connection of HTTP/1.1 that sends bytes as they are, one request at a time, and looks no
 * further into an answer than it must: a client that shares the machine has to cost little.
 */
export class Client {
  readonly #socket: Socket;
  #onResponse: ((response: Response | null) => void) | undefined;
  #response: Response | undefined;
  #head = '';
  #bytesLeft = 0;

  /** `onReady`: it may send, again or for the first time. `onClosed`: never again. */
  constructor(port: number, onReady: (client: Client) => void, onClosed: (client: Client) => void) {
    this.#socket = connect(port, '127.0.0.1', () => onReady(this)).setNoDelay();
    this.#socket.on('data', (bytes) => {
      if (this.#read(bytes)) onReady(this);
    });
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => {
      this.#end(null);
      onClosed(this);
    });
  }

  /** `onResponse`: with null if the connection ended before it. */
  send(bytes: Buffer, onResponse: (response: Response | null) => void): void {
    this.#onResponse = onResponse;
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Whether that was the end of an answer. */
  #read(bytes: Buffer): boolean {
    if (this.#response) {
      this.#bytesLeft -= bytes.length;
    } else {
      this.#head += bytes.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return false;
      const head = this.#head.slice(0, end);
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) throw new Error(`expected an answer that says how long it is, got ${this.#head}`);
      this.#bytesLeft = Number(length) - (this.#head.length - end - 4);
      this.#response = { status: Number(head.slice(9, 12)), head };
    }
    if (this.#bytesLeft > 0) return false;
    this.#end(this.#response);
    return true;
  }

  #end(response: Response | null): void {
    const onResponse = this.#onResponse;
    this.#onResponse = undefined;
    this.#response = undefined;
    this.#head = '';
    onResponse?.(response);
  }
}
