import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { STATEMENTS, type Variables } from './limit/statements.ts';

// What no GraphQL server can beat by much: bare node:http sends what one statement says, untouched. It is sent the very
// requests that newsgraph is, and looks at nothing of them but the operation's name and its variables.

const sql = postgres(process.env['DATABASE_URL'] as string, {
  max: 4,
  // What PostgreSQL's planner should know of tables that lie in memory.
  connection: { random_page_cost: 1.1, jit: 'off' as never },
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { operationName, variables } = JSON.parse(await text(request)) as {
    operationName: string;
    variables: Variables;
  };
  const { statement, parameters } = STATEMENTS[operationName as keyof typeof STATEMENTS](variables);
  const [row] = await sql.unsafe(statement, parameters, { prepare: true }).raw();
  const [body] = row as unknown as [Buffer];
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

createServer((request, response) => {
  if (request.method !== 'POST') return response.writeHead(405).end();
  return answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
}).listen(Number(process.env['PORT']), '127.0.0.1');
