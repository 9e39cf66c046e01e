import { createServer } from 'node:http';

// A server that has every answer ready: `static.js NAME:BYTES …` answers /NAME with that many bytes, or with 304.
const answers = new Map<string, Buffer>(
  process.argv.slice(2).map((argument) => {
    const [name, bytes] = argument.split(':');
    return [`/${name}`, Buffer.from(`{"data":{"text":"${'x'.repeat(Math.max(0, Number(bytes) - 20))}"}}`)] as const;
  }),
);

createServer((request, response) => {
  const answer = answers.get(request.url ?? '') ?? Buffer.from('{"data":{}}');
  const headers = { 'content-type': 'application/json', etag: '"static"' };
  request.resume().on('end', () => {
    if (request.headers['if-none-match']) return response.writeHead(304, headers).end();
    return response.writeHead(200, { ...headers, 'content-length': answer.length }).end(answer);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
