import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server says over a connection of its own to bytes that no HTTP client would send. */
export interface Said {
  readonly text: string;
  /** Whether it was the server that closed the connection. */
  readonly isClosed: boolean;
}

/** Sends `text`, and gives what is said until the connection is closed, or `patience` milliseconds are over. */
export function say(origin: string, text: string, patience = 2_000): Promise<Said> {
  const { hostname, port } = new URL(origin);
  return listenTo(connect(Number(port), hostname), patience, (socket) => void socket.write(text, 'latin1'));
}

/** Sends `head` at once, then a byte of `text` every `pause` milliseconds for as long as the server listens. */
export function trickle(origin: string, head: string, text: string, pause: number, patience: number): Promise<Said> {
  const { hostname, port } = new URL(origin);
  return listenTo(connect(Number(port), hostname), patience, async (socket) => {
    socket.write(head);
    for (const byte of text) {
      if (!socket.writable) return;
      socket.write(byte);
      await sleep(pause);
    }
  });
}

function listenTo(socket: Socket, patience: number, send: (socket: Socket) => void): Promise<Said> {
  return new Promise((resolve) => {
    let text = '';
    let isClosed = true;
    const timer = setTimeout(() => {
      isClosed = false;
      socket.destroy();
    }, patience);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    // Closed while something was still to be sent: what matters is what was said before.
    socket.on('error', () => {});
    socket.once('connect', () => send(socket));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve({ text, isClosed });
    });
  });
}
