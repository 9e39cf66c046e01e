import type { IncomingMessage } from 'node:http';

/**
 * The body of a request as text; null if it is larger than it may be: then the rest of it is let go
 * by.
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<string | null> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) {
    message.resume();
    return Promise.resolve(null);
  }
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      chunks = [];
      resolve(null);
    });
    message.once('end', () =>
      resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()),
    );
    message.once('error', reject);
  });
}
