import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { HttpServer, Sending } from './http-client.ts';

/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  /** Null where it says nothing. */
  readonly data: ExecutionResult | null;
}

interface Waiting {
  readonly resolve: (event: StreamEvent) => void;
  readonly reject: (error: Error) => void;
}

/** In milliseconds: whoever waits longer waits in vain. */
const PATIENCE = 10_000;

/** A client of server-sent events, on a connection of its own, that hides nothing of what it is sent. */
export class EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Fulfilled when no more will come, however it ended: whether the answer was whole. */
  readonly ended: Promise<boolean>;
  readonly #response: IncomingMessage;
  readonly #arrived: StreamEvent[] = [];
  readonly #waiting: Waiting[] = [];
  #rest = '';
  #beats = 0;
  #bytes = 0;

  private constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#read(text));
    response.on('error', () => {});
    this.ended = new Promise((resolve) => {
      response.once('close', () => {
        for (const { reject } of this.#waiting.splice(0)) reject(new Error('the stream has ended'));
        resolve(response.complete);
      });
    });
  }

  /** Resolves when the head of the answer has come. */
  static open({ origin }: Pick<HttpServer, 'origin'>, { path = '/graphql', body, ...sending }: Sending) {
    const { method = 'GET', headers = {} } = sending;
    return new Promise<EventStream>((resolve, reject) => {
      const request = httpRequest(`${origin}${path}`, { agent: false, method, headers });
      request.once('response', (response) => resolve(new EventStream(response)));
      request.on('error', reject);
      request.end(body);
    });
  }

  /** How many times it was told that the server is still there. */
  get beats(): number {
    return this.#beats;
  }

  /** Of the body, as far as it was read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The events that have come and were not taken. */
  get pending(): readonly StreamEvent[] {
    return this.#arrived;
  }

  /** The next event, in the sequence in which they come. */
  next(): Promise<StreamEvent> {
    const event = this.#arrived.shift();
    if (event) return Promise.resolve(event);
    if (this.#response.closed) return Promise.reject(new Error('the stream has ended'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing was told within ${PATIENCE} ms`)), PATIENCE);
      const done = () => clearTimeout(timer);
      this.#waiting.push({
        resolve: (event) => [done(), resolve(event)],
        reject: (error) => [done(), reject(error)],
      });
    });
  }

  /** Reads nothing more, but stays connected. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #read(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    const blocks = `${this.#rest}${text}`.split('\n\n');
    this.#rest = blocks.pop() as string;
    for (const block of blocks) {
      if (block.startsWith(':')) this.#beats += 1;
      else this.#take(toEvent(block));
    }
  }

  #take(event: StreamEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve(event);
    else this.#arrived.push(event);
  }
}

function toEvent(block: string): StreamEvent {
  const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s) as [string, string]));
  const [event = '', data = ''] = [fields.get('event'), fields.get('data')];
  return { event, data: data === '' ? null : JSON.parse(data) };
}

/** A subscription as it is posted: what is told is what this selects of the whole graph. */
export function subscribing(
  selection: string,
  headers: Readonly<Record<string, string>> = {},
  variables?: object,
): Sending {
  const body = JSON.stringify({ query: `subscription { live ${selection} }`, variables });
  const type = { 'content-type': 'application/json', accept: 'text/event-stream' };
  return { method: 'POST', headers: { ...type, ...headers }, body };
}
