/** What became of a document's fields: `from` is left out for what is new, `to` for what is gone. */
export type Changes = Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;

/** The fields that differ between two states of a document; all of them where there was none before. */
export function changesBetween(before: object, after: object): Changes {
  const changes: Record<string, { from?: unknown; to?: unknown }> = {};
  const from = before as Record<string, unknown>;
  const to = after as Record<string, unknown>;
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (bookkeeping.has(key) || isSame(from[key], to[key])) continue;
    changes[key] = {
      ...(from[key] !== undefined && { from: from[key] }),
      ...(to[key] !== undefined && { to: to[key] }),
    };
  }
  return changes;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b);
}

const bookkeeping = new Set(['id', 'tenantId', 'createdAt', 'updatedAt', 'version', 'revision', 'holds', 'holding', 'lastChange', 'password', 'tokenHash', 'bookedHash', 'linkHash', 'searchWords']); // prettier-ignore

/** Changes that followed each other as one: from the first state to the last, without what is again as it was. */
export function combined(steps: readonly Changes[]): Changes {
  const from: Record<string, unknown> = {};
  const to: Record<string, unknown> = {};
  for (const step of steps)
    for (const [field, change] of Object.entries(step)) {
      if (!(field in to)) from[field] = change.from;
      to[field] = change.to;
    }
  return changesBetween(from, to);
}

/** JSON with sorted keys, so that equal content has equal text. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? 'undefined'
  );
}
