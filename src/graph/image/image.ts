import { ArticleConnection, checkList, listArguments } from '../article/connections.ts';
import { listOf } from '../article/listings.ts';
import { Node } from '../node.ts';
import { Image } from '../refs.ts';

Image.implement({
  description: 'A picture: of an article, or the logo of a provider. Known by its URL.',
  interfaces: [Node],
  fields: (t) => ({
    url: t.expose('url', { type: 'URL', description: 'Where it lies: no other image has the same.' }),
    width: t.exposeInt('width', { nullable: true, description: 'Its width in pixels; null if not told.' }),
    height: t.exposeInt('height', { nullable: true, description: 'Its height in pixels; null if not told.' }),
    isCached: t.exposeBoolean('isCached', { description: 'Whether the site keeps a copy of it.' }),
    title: t.exposeString('title', { nullable: true, description: 'Its caption; null if there is none.' }),
    articles: t.field({
      type: ArticleConnection,
      description: 'The articles that show it.',
      args: listArguments,
      extensions: checkList('image'),
      resolve: (row, args, context, info) => listOf(context, 'image', { id: row.id }, args, info),
    }),
  }),
});
