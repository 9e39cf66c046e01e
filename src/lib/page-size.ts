/** How many a page holds if it is not told, and at most. */
export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;
