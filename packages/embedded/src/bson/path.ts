import { field, isDoc, type Doc, type Value } from './types.ts';

/** Dotted paths, walked as MongoDB's queries walk them. */

export const isPosition = (part: string): boolean => /^(0|[1-9]\d*)$/.test(part);

/**
 * Offers every value that a query on this path looks at: arrays on the way are entered, by element and by
 * position, and an array at the end is offered element by element and then whole. A path that leads
 * nowhere offers undefined once; one that ends inside an empty array offers nothing. Stops at true.
 */
export function someValue(
  doc: Doc,
  path: readonly string[],
  take: (value: Value | undefined, position?: number) => boolean,
  leafArrays = true,
): boolean {
  return walk(doc, path, 0, take, leafArrays, undefined);
}

type Take = (value: Value | undefined, position?: number) => boolean;

function walk(
  doc: Doc,
  path: readonly string[],
  from: number,
  take: Take,
  leafArrays: boolean,
  outer: number | undefined,
): boolean {
  let at = from;
  let value: Value | undefined = doc;
  while (at < path.length && isDoc(value)) value = field(value, path[at++] as string);
  if (Array.isArray(value)) return walkArray(value, path, at, take, leafArrays, outer);
  return take(at < path.length ? undefined : value, outer);
}

function walkArray(
  items: Value[],
  path: readonly string[],
  at: number,
  take: Take,
  leafArrays: boolean,
  outer: number | undefined,
): boolean {
  if (at === path.length) {
    if (leafArrays) {
      for (let index = 0; index < items.length; index++) if (take(items[index], outer ?? index)) return true;
    }
    return take(items, outer);
  }
  const part = path[at] as string;
  const position = isPosition(part) ? Number(part) : -1;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Value;
    if (isDoc(item) && walk(item, path, at, take, leafArrays, outer ?? index)) return true;
    if (index !== position) continue;
    if (at + 1 === path.length) {
      if (take(item, outer)) return true;
    } else if (isDoc(item)) {
      if (walk(item, path, at + 1, take, leafArrays, outer)) return true;
    } else if (Array.isArray(item)) {
      if (walkArray(item, path, at + 1, take, leafArrays, outer)) return true;
    }
  }
  return false;
}

/** The value at a path through documents only, as an index of documents without arrays sees it. */
export function valueAt(doc: Doc, path: readonly string[]): Value | undefined {
  let value: Value | undefined = doc;
  for (const part of path) {
    if (!isDoc(value)) return undefined;
    value = field(value, part);
  }
  return value;
}
