import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

// A server that has the answer ready: `static.js FILE` answers whatever it is asked with what the file holds, or with 304.
const answer = readFileSync(process.argv[2] as string);

createServer((request, response) => {
  const headers = { 'content-type': 'application/json', etag: '"static"' };
  request.resume().on('end', () => {
    if (request.headers['if-none-match']) return response.writeHead(304, headers).end();
    return response.writeHead(200, { ...headers, 'content-length': answer.length }).end(answer);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
