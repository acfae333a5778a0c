import { field, isDoc, type Doc, type Value } from '../bson/types.ts';
import { encodedKeys } from './keys-of.ts';
import type { Index } from './view.ts';

/** What one write does to the indexes of its collection. */
export interface IndexChange {
  index: Index;
  added: Buffer[];
  removed: Buffer[];
  multikey: number[];
}

const none = { keys: [] as Buffer[], multikey: [] as number[] };

/** The keys of a document in an index; none where a sparse or partial index leaves it out. */
function keysIn(index: Index, doc: Doc | undefined): { keys: Buffer[]; multikey: number[] } {
  if (!doc || (index.matchesPartial && !index.matchesPartial(doc))) return none;
  const found = encodedKeys(doc, index);
  return index.sparse && !found.present ? none : found;
}

export function changesOf(
  indexes: readonly Index[],
  before: Doc | undefined,
  after: Doc | undefined,
): IndexChange[] {
  const changes: IndexChange[] = [];
  for (const index of indexes) {
    if (before && after && !index.partialFilter && index.paths.every((path) => isSameAt(path, before, after)))
      continue;
    const old = keysIn(index, before);
    const now = keysIn(index, after);
    const added = old.keys.length ? without(now.keys, old.keys) : now.keys;
    const removed = now.keys.length ? without(old.keys, now.keys) : old.keys;
    if (added.length || removed.length) changes.push({ index, added, removed, multikey: now.multikey });
  }
  return changes;
}

/** Whether two versions of a document surely have the same at a path: what an update leaves alone is the same object. */
function isSameAt(path: readonly string[], before: Doc, after: Doc): boolean {
  let [old, now]: [Value | undefined, Value | undefined] = [before, after];
  for (const part of path) {
    if (!isDoc(old) || !isDoc(now)) break;
    [old, now] = [field(old, part), field(now, part)];
  }
  return old === now;
}

function without(keys: Buffer[], others: Buffer[]): Buffer[] {
  if (others.length < 4) return keys.filter((key) => !others.some((other) => other.equals(key)));
  const known = new Set(others.map((key) => key.toString('latin1')));
  return keys.filter((key) => !known.has(key.toString('latin1')));
}
