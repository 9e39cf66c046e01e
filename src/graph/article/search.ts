import type { GraphQLResolveInfo } from 'graphql';
import type { ArticleList, ListedArticle } from '../../articles/lists.ts';
import { type SearchMode, searchOrder } from '../../articles/search/search.ts';
import { LESS_THAN, MARK_END, MARK_START } from '../../articles/search/snippets.ts';
import type { Tally } from '../../articles/tally.ts';
import { escapeHtml } from '../../lib/escape-html.ts';
import { getOrMake } from '../../lib/get-or-make.ts';
import { decodeCursor, type Order, type Page, type Window } from '../../lib/keyset.ts';
import type { GraphContext } from '../../loaders/context.ts';
import { checks, InvalidArgument } from '../argument-check.ts';
import { builder } from '../builder.ts';
import { compiledFrom } from '../compiled-field.ts';
import {
  connectionTypes,
  type Edge,
  forwardArguments,
  type PageArguments,
  toWindow,
  windowFor,
} from '../connection.ts';
import { selectedAt } from '../look-ahead.ts';
import { Article } from '../refs.ts';
import { COUNTED } from './connections.ts';
import { ArticleFacets } from './facets.ts';
import { ArticleListing } from './listings.ts';
import { facetsIn, LISTED, shapeOf } from './selection.ts';
import { ArticleWhere, toArticleWhere } from './where.ts';

/** Ten kilobytes are a page of text: nobody searches for more. */
const MAX_TEXT = 16_384;

const found = connectionTypes<ListedArticle, ArticleListing>(Article, {
  name: 'ArticleSearch',
  of: 'articles that a search has found',
});

builder.objectField(found.connection, 'facets', (t) =>
  t.field({
    type: ArticleFacets,
    description: 'What the articles found have in common.',
    extensions: COUNTED,
    resolve: (parent) => parent.facets(),
  }),
);

builder.objectField(found.edge, 'score', (t) =>
  t.float({
    description:
      'What the search sorts by; comparable within one search only. One more is twice as relevant, or a year younger.',
    resolve: ({ node }: Edge<ListedArticle>) => node.score ?? 0,
  }),
);

builder.objectField(found.edge, 'snippet', (t) =>
  t.string({
    description:
      'The part of title and excerpt that matches, as HTML: what was found is in `<mark>`, everything else is escaped.',
    resolve: ({ node }: Edge<ListedArticle>) => toHtml(node.snippet ?? ''),
  }),
);

export interface SearchArguments extends PageArguments {
  readonly query: string;
  readonly where?: object | null | undefined;
}

export const ArticleSearchConnection = found.connection;

export const searchArguments = builder.args((t) => ({
  query: t.string({ required: true, description: `What to search for: at most ${MAX_TEXT} characters.` }),
  ...forwardArguments,
  where: t.field({
    type: ArticleWhere,
    description: 'Which articles may be found. It holds for counts and facets too.',
  }),
}));

export const checkSearch = {
  ...checks<SearchArguments>((args) => {
    searchOf(args);
  }),
  ...compiledFrom({ kind: 'search' }),
};

export function listFound(context: GraphContext, args: SearchArguments, info: GraphQLResolveInfo) {
  return searchOf(args).listing(context, info);
}

/** What a search looks for. `mode` counts where no cursor says how its page was found. */
export function searchAs(args: SearchArguments, mode: SearchMode, withSnippet: boolean) {
  return searchOf(args).as(mode, withSnippet);
}

/** Whether a cursor says how a page was found: then nothing else is looked for where it is empty. */
export function isCertainSearch(args: SearchArguments): boolean {
  return searchOf(args).isCertain;
}

/** Of the arguments as they were checked. Throws `InvalidArgument`. */
function searchOf(args: SearchArguments): Search {
  return getOrMake(searches, args, () => new Search(args));
}

const searches = new WeakMap<SearchArguments, Search>();

/** A search as its arguments say it. Throws `InvalidArgument`. */
class Search {
  readonly #text: string;
  readonly #args: SearchArguments;
  readonly #window: Window;
  /** That of the cursor; without one it depends on what is found. */
  readonly #mode: SearchMode | undefined;

  constructor(args: SearchArguments) {
    if (args.query.length > MAX_TEXT) {
      throw new InvalidArgument(['query'], `expected at most ${MAX_TEXT} characters, got ${args.query.length}`);
    }
    this.#text = args.query;
    this.#args = args;
    this.#mode = args.after == null ? undefined : this.#modeOf(args.after);
    this.#window = toWindow(this.#orderOf(this.#mode ?? 'words'), args);
    toArticleWhere(args.where);
  }

  listing({ articles }: GraphContext, info: GraphQLResolveInfo): ArticleListing {
    const shape = shapeOf(info, LISTED);
    const facets = facetsIn(info);
    const withSnippet = selectedAt(info, 'edges.snippet').length > 0;
    const listOf = (mode: SearchMode) => this.#listOf(mode);
    const pageOf = (mode: SearchMode, window: Window): Promise<Page<ListedArticle>> =>
      articles.found({ text: this.#text, mode, withSnippet }, { list: listOf(mode), window, shape });
    const tallyOf = (mode: SearchMode): Promise<Tally> =>
      articles.tallyFound({ text: this.#text, mode, withSnippet }, listOf(mode), facets);
    let order = this.#orderOf(this.#mode ?? 'words');
    const tally = () => this.#firstThatFinds(tallyOf, ({ total }) => total > 0);
    return new ArticleListing(
      {
        get order() {
          return order;
        },
        page: (window) =>
          this.#firstThatFinds(
            (mode) => {
              order = this.#orderOf(mode);
              return pageOf(mode, window);
            },
            ({ rows, more }) => more || rows.length > 0,
          ),
        count: async () => (await tally()).total,
        tally,
      },
      windowFor(info, this.#window),
    );
  }

  get isCertain(): boolean {
    return this.#mode !== undefined;
  }

  as(wanted: SearchMode, withSnippet: boolean) {
    const mode = this.#mode ?? wanted;
    return { search: { text: this.#text, mode, withSnippet }, list: this.#listOf(mode), window: this.#window };
  }

  #listOf(mode: SearchMode): ArticleList {
    return { order: this.#orderOf(mode), includeStubs: false, where: toArticleWhere(this.#args.where) };
  }

  /**
   * Searches by words, and by spelling only if that finds nothing: unless a cursor says how its
   * page was found.
   */
  async #firstThatFinds<Answer>(
    ask: (mode: SearchMode) => Promise<Answer>,
    isFound: (answer: Answer) => boolean,
  ): Promise<Answer> {
    if (this.#mode) return ask(this.#mode);
    const answer = await ask('words');
    return isFound(answer) ? answer : ask('spelling');
  }

  #orderOf(mode: SearchMode): Order {
    return searchOrder(this.#text, mode);
  }

  #modeOf(cursor: string): SearchMode {
    return decodeCursor(this.#orderOf('spelling'), cursor) ? 'spelling' : 'words';
  }
}

export function toHtml(snippet: string): string {
  return escapeHtml(snippet.replaceAll(LESS_THAN, '<'))
    .replaceAll(MARK_START, '<mark>')
    .replaceAll(MARK_END, '</mark>');
}
