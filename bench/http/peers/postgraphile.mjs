// PostGraphile 5 over the schema `preview`. Smart tags tell of the relations, as the tables have no foreign keys; functions in
// the database (see ../peer-functions.ts) are its feed and its search.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { makePgSmartTagsFromFilePlugin } from 'postgraphile/utils';

const service = makePgService({
  connectionString: process.env.DATABASE_URL,
  schemas: ['preview'],
  pubsub: false,
  poolConfig: { max: 10 },
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [makePgSmartTagsFromFilePlugin(fileURLToPath(new URL('postgraphile.tags.json', import.meta.url)))],
  pgServices: [service],
  grafserv: { graphiql: false, websockets: false, watch: false },
  grafast: { explain: false },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1');
