import { createServer } from 'node:http';

// A server that has the answer ready: `static.js BYTES` answers whatever it is asked with that many bytes, or with 304.
const text = 'x'.repeat(Math.max(0, Number(process.argv[2]) - 20));
const answer = Buffer.from(`{"data":{"text":"${text}"}}`);

createServer((request, response) => {
  const headers = { 'content-type': 'application/json', etag: '"static"' };
  request.resume().on('end', () => {
    if (request.headers['if-none-match']) return response.writeHead(304, headers).end();
    return response.writeHead(200, { ...headers, 'content-length': answer.length }).end(answer);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
