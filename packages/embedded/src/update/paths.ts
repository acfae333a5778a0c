import { compareStrings } from '../bson/compare.ts';
import { isPosition } from '../bson/path.ts';
import { fail } from '../errors.ts';

/** Whether a part of a path means many elements of an array: `$[]` or `$[name]`. */
export const isEach = (part: string): boolean => part.startsWith('$[') && part.endsWith(']');

/** The parts of an update's path, if it is one. */
export function parsePath(name: string): string[] {
  if (name === '') fail('EmptyFieldName', 'An empty update path is not valid.');
  if (name.includes('\0')) fail(9867600, 'An update path must not contain a null byte.');
  const parts = name.split('.');
  if (parts.includes(''))
    fail('EmptyFieldName', `The update path '${name}' contains an empty field name, which is not allowed.`);
  const [first = ''] = parts;
  if (first === '$' || isEach(first))
    fail(
      'BadValue',
      `Cannot have ${first === '$' ? 'positional' : 'array filter identifier'} (i.e. '${first}') element in the first position in path '${name}'`,
    );
  if (parts.filter((part) => part === '$').length > 1)
    fail('BadValue', `Too many positional (i.e. '$') elements found in path '${name}'`);
  return parts;
}

/** Refuses a path that was there before, that leads into one, or that one leads into. */
export function conflictCheck(): (path: readonly string[]) => void {
  const taken = new Set<string>();
  /** Prefixes of paths, each with whether it must be an array. */
  const above = new Map<string, boolean>();
  return (path) => {
    const name = path.join('.');
    const conflict = (at: string): never =>
      fail('ConflictingUpdateOperators', `Updating the path '${name}' would create a conflict at '${at}'`);
    for (let length = 1; length < path.length; length++) {
      const prefix = path.slice(0, length).join('.');
      const array = isEach(path[length] as string);
      if (taken.has(prefix) || (above.get(prefix) ?? array) !== array) conflict(prefix);
      above.set(prefix, array);
    }
    if (taken.has(name) || above.has(name)) conflict(name);
    taken.add(name);
  };
}

/** The order in which paths are changed, and in which new fields appear: by name, numbers by value. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at] as string, b[at] as string];
    if (x !== y) return isPosition(x) && isPosition(y) ? Number(x) - Number(y) : compareStrings(x, y);
  }
  return a.length - b.length;
}
