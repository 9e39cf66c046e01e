// Mercurius with its JIT and its own loaders over the schema `preview`: as well made as newsgraph's tables allow.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { loaders } from './mercurius/loaders.mjs';
import { resolvers } from './mercurius/resolvers.mjs';
import { schema } from './mercurius/schema.mjs';

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1 });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
