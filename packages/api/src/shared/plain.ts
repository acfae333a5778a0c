// What JSON loses of plain data, dates and undefined, in superjson's format: all that travels between this API and its client. It
// is superjson's smallest part, so that a page of the portal need not carry the rest.

/** Kinds by path, such as `{ "items.0.startAt": ["Date"] }`, as superjson's `meta.values`; of a value by itself its kind alone. */
export type Kinds = Readonly<Record<string, Kind>> | Kind;
type Kind = readonly ['Date'] | readonly ['undefined'];

export interface Plain {
  readonly json: unknown;
  readonly meta?: { readonly values: Kinds; readonly v: 1 };
}

/** Deeper than this lies nothing of ours; what refers to itself does. */
const deepest = 32;

/** A value of plain data as superjson sends it, but for what appears in it twice: that is sent twice. Undefined for any other. */
export function plainOf(value: unknown): Plain | undefined {
  if (value === undefined) return { json: null, meta: { values: ['undefined'], v: 1 } };
  const kinds: Record<string, Kind> = {};
  if (!noted(value, [], kinds)) return undefined;
  if (value instanceof Date) return { json: value, meta: { values: ['Date'], v: 1 } };
  for (const _ in kinds) return { json: value, meta: { values: kinds, v: 1 } };
  return { json: value };
}

/**
 * Reads what {@link plainOf} and superjson write of plain data, and makes it of the given JSON itself.
 * @throws TypeError for any other kind of value
 */
export function fromPlain({ json, meta }: Plain): unknown {
  const { values } = meta ?? {};
  if (!values) return json;
  if (isKind(values)) return revived(json, values);
  for (const [path, kind] of Object.entries(values)) {
    const keys = keysOf(path);
    const last = keys.pop() ?? '';
    let holder = json as Record<string, unknown>;
    for (const key of keys) holder = own(holder, key) as Record<string, unknown>;
    // JSON has left out what is undefined.
    holder[last] = kind[0] === 'undefined' ? revived(null, kind) : revived(own(holder, last), kind);
  }
  return json;
}

function own(holder: Record<string, unknown>, key: string): unknown {
  if (!Object.hasOwn(holder, key)) throw new TypeError(`An answer names ${key}, which is not in it.`);
  return holder[key];
}

const isKind = (values: Kinds): values is Kind => Array.isArray(values);

function revived(value: unknown, kind: Kind): Date | undefined {
  if (kind.length === 1 && kind[0] === 'undefined') return undefined;
  if (kind.length === 1 && kind[0] === 'Date') return new Date(value as string);
  throw new TypeError(`An answer holds what is no plain data: ${JSON.stringify(kind)}.`);
}

/** The keys of a path: dots part them, and a backslash takes what follows it as it stands. */
function keysOf(path: string): string[] {
  const keys = [''];
  for (const [part] of path.matchAll(/\\.|[^\\.]+|\./gs)) {
    if (part === '.') keys.push('');
    else keys[keys.length - 1] += part.startsWith('\\') ? part.slice(1) : part;
  }
  return keys;
}

/** Notes what JSON loses of a value, by its path; false when it holds what only superjson can send. */
function noted(value: unknown, path: (string | number)[], kinds: Record<string, unknown>): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'undefined':
      kinds[joined(path)] = ['undefined'];
      return true;
    case 'object':
      if (value === null) return true;
      if (value instanceof Date) {
        kinds[joined(path)] = ['Date'];
        return !Number.isNaN(value.getTime());
      }
      return path.length < deepest && insideNoted(value, path, kinds);
    default:
      return false;
  }
}

function insideNoted(value: object, path: (string | number)[], kinds: Record<string, unknown>): boolean {
  const depth = path.length;
  if (Array.isArray(value)) {
    for (let n = 0; n < value.length; n++) {
      path[depth] = n;
      if (!noted(value[n], path, kinds)) return false;
    }
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    for (const key of Object.keys(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') return false;
      path[depth] = key;
      if (!noted((value as Record<string, unknown>)[key], path, kinds)) return false;
    }
  }
  path.length = depth;
  return true;
}

function joined(path: readonly (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? key : key.replace(/[\\.]/g, '\\$&'))).join('.');
}
