import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
  visit,
} from 'graphql';
import { tooComplex } from '../../graph/errors.ts';
import type { Limits } from './limits.ts';

/**
 * Brackets within brackets: the parser calls itself for each, and deeper ones would exhaust its
 * stack.
 */
const MAX_NESTING = 200;

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * The document that a text holds. Throws `QUERY_TOO_COMPLEX` for more than the limits allow, and
 * syntax errors.
 */
export function parseWithin(limits: Limits, text: string): DocumentNode {
  checkTokens(text, limits);
  const document = parse(text);
  checkCounts(document, limits);
  const depth = depthOf(document);
  if (depth > limits.maxDepth) throw tooComplex('depth', depth, limits.maxDepth);
  return document;
}

/**
 * Looks at the words alone: neither time nor stack is spent on what is too long or too deep to be
 * parsed.
 */
function checkTokens(text: string, { maxTokens }: Limits): void {
  let tokens = 0;
  let nesting = 0;
  for (const kind of tokenKinds(text)) {
    tokens += 1;
    if (tokens > maxTokens) throw tooComplex('tokens', tokens, maxTokens);
    if (OPENING.has(kind)) nesting += 1;
    if (CLOSING.has(kind)) nesting -= 1;
    if (nesting > MAX_NESTING) throw tooComplex('nesting', nesting, MAX_NESTING);
  }
}

/** Up to the first word that is none: what is wrong with it the parser says best. */
function* tokenKinds(text: string): Generator<string> {
  const lexer = new Lexer(new Source(text));
  try {
    while (lexer.advance().kind !== TokenKind.EOF) yield lexer.token.kind;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
}

function checkCounts(document: DocumentNode, { maxAliases, maxDirectives }: Limits): void {
  let aliases = 0;
  let directives = 0;
  visit(document, {
    Field({ alias }) {
      if (alias) aliases += 1;
    },
    Directive() {
      directives += 1;
    },
  });
  if (aliases > maxAliases) throw tooComplex('aliases', aliases, maxAliases);
  if (directives > maxDirectives) throw tooComplex('directives', directives, maxDirectives);
}

/** Of the deepest operation. A fragment within itself counts once: validation refuses it. */
function depthOf(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const depths = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    depths.set(name, 0);
    const fragment = fragments.get(name);
    const depth = fragment ? ofSelections(fragment.selectionSet) : 0;
    depths.set(name, depth);
    return depth;
  };
  const ofSelections = ({ selections }: SelectionSetNode): number =>
    Math.max(
      ...selections.map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
        const inner = selection.selectionSet ? ofSelections(selection.selectionSet) : 0;
        return selection.kind === Kind.FIELD ? 1 + inner : inner;
      }),
    );
  const roots = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return Math.max(0, ...roots.map((node) => ofSelections(node.selectionSet)));
}
