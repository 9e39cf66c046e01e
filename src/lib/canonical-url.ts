const TRACKING =
  /^(utm_.*|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|vero_id)$/i;

/**
 * The form of an address under which it is the same address: scheme and host in lower case, default
 * port, fragment and tracking parameters gone. Everything else (path, its case, other parameters
 * and their order) tells pages apart and stays. Expects a valid absolute URL.
 */
export function canonicalUrl(url: string): string {
  const canonical = new URL(url);
  canonical.hash = '';
  // Only touched when needed: assigning searchParams re-encodes the whole query.
  const names = [...canonical.searchParams.keys()].filter((name) => TRACKING.test(name));
  for (const name of names) canonical.searchParams.delete(name);
  if (canonical.search === '') canonical.search = '';
  return canonical.href;
}
