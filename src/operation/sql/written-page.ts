import type { CostNode } from '../limits/cost-tree.ts';
import { fieldsOf, nameOf, objectOf, Unwritable, type Written } from './writing.ts';

/** The JSON of an article, with these fields. */
export type Tell = (fields: readonly CostNode[]) => Written;

/** Whether a field of a connection gives what the page holds. */
export function isPage(field: CostNode): boolean {
  return nameOf(field) === 'nodes' || nameOf(field) === 'edges';
}

/** What is selected of the articles of a page. Throws `Unwritable`. */
export function articleFields(page: CostNode): readonly CostNode[] {
  if (nameOf(page) !== 'edges') return fieldsOf(page);
  return fieldsOf(page)
    .filter((field) => nameOf(field) === 'node')
    .flatMap(fieldsOf);
}

/** An item of a page: `ofEdge` tells what an edge has beside its article. Throws `Unwritable`. */
export function itemJson(page: CostNode, tell: Tell, ofEdge: (field: CostNode) => Written): Written {
  if (!isPage(page)) throw new Unwritable();
  if (nameOf(page) === 'nodes') return tell(fieldsOf(page));
  return objectOf(fieldsOf(page), (field) => (nameOf(field) === 'node' ? tell(fieldsOf(field)) : ofEdge(field)));
}
