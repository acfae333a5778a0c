/** Addresses that differ from the present one in some of their parameters: a page's state, readable and shareable. */

/** Parameters by name; undefined takes one away. */
export type QueryChanges = Readonly<Record<string, string | undefined>>;

/** What of an address counts here; a page's own one cannot be changed and is no `URL` to the compiler. */
export interface Address {
  readonly pathname: string;
  readonly searchParams: Iterable<[string, string]>;
}

/** The parameters of an address after some changes, without those that name a form action. */
export function queryOf(url: Address, changes: QueryChanges = {}): URLSearchParams {
  const query = new URLSearchParams([...url.searchParams]);
  for (const name of [...query.keys()]) if (name.startsWith('/')) query.delete(name);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  return query;
}

/** The present page with some parameters changed. */
export function hrefWith(url: Address, changes: QueryChanges): string {
  const query = queryOf(url, changes).toString();
  return query ? `${url.pathname}?${query}` : url.pathname;
}

/** Where a form of the present page is posted to, such that a refusal comes back to the same state. */
export function actionWith(url: Address, action: string, changes: QueryChanges = {}): string {
  const query = queryOf(url, changes).toString();
  return `?/${action}${query ? `&${query}` : ''}`;
}
