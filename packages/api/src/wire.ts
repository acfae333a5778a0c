// Answers go out in superjson's format, which the typed client reads. superjson itself asks of each value whether it is one of
// twenty kinds, and carries the path to it along: of a day's board that costs more than reading it from the database.
import superjson, { type SuperJSONResult } from 'superjson';

/** What this package sends, and how it reads what it is sent. */
export const wire = { input: superjson, output: { serialize, deserialize: superjson.deserialize } };

/** Deeper than this lies nothing of ours; what refers to itself does. */
const deepest = 32;

/**
 * A value as superjson would send it, but for what appears in it twice: that is sent twice. What is neither plain JSON nor
 * a date is left to superjson.
 */
export function serialize(value: unknown): SuperJSONResult {
  if (typeof value !== 'object' || value === null || value instanceof Date) return superjson.serialize(value);
  const kinds: Record<string, ['Date'] | ['undefined']> = {};
  if (!noted(value, [], kinds)) return superjson.serialize(value);
  for (const _ in kinds) return { json: value as SuperJSONResult['json'], meta: { values: kinds, v: 1 } };
  return { json: value as SuperJSONResult['json'] };
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
