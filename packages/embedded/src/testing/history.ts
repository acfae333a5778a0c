/** What one transaction did, and when it began and ended, on the clock of its client. */
export interface Past {
  id: number;
  began: number;
  ended: number;
  committed: boolean;
  /** In order. A version names the write that made it and is there once; every key is read before it is written. */
  acts: { kind: 'read' | 'write'; key: string; version: string }[];
}

/** The version of a key that nobody has written yet. */
export const NONE = 'none';

interface Summary extends Past {
  /** The first version seen of each key, and the last one written. */
  seen: Map<string, string>;
  own: Map<string, string>;
}

/**
 * What a history has that snapshot isolation forbids: reads that are not repeatable or miss own writes, reads
 * of what was never committed, lost updates, and reads that no one moment could have given.
 * @param last the versions that are there in the end
 */
export function violations(history: readonly Past[], last: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const all = history.map((past) => summarize(past, found));
  const committed = all.filter((past) => past.committed);
  const writers = new Map(
    committed.flatMap((past) => [...past.own.values()].map((version) => [version, past])),
  );
  const nexts = new Map<string, Summary>();
  const place = (key: string, version: string | undefined): string => `${key}=${String(version)}`;
  for (const past of all)
    for (const [key, version] of past.seen)
      if (version !== NONE && !writers.has(version))
        found.push(`${past.id} has read ${place(key, version)}, which nobody has committed`);
  for (const past of committed)
    for (const key of past.own.keys()) {
      const before = place(key, past.seen.get(key));
      const other = nexts.get(before);
      if (other) found.push(`${other.id} and ${past.id} have both overwritten ${before}`);
      nexts.set(before, past);
    }
  for (const [key, version] of last) {
    let end = NONE;
    for (let next = nexts.get(place(key, end)); next; next = nexts.get(place(key, end)))
      end = next.own.get(key) as string;
    if (end !== version) found.push(`${place(key, version)} is there in the end, not ${end}`);
  }
  return found.length ? found : outOfOrder(all, writers, (key, version) => nexts.get(place(key, version)));
}

function summarize(past: Past, found: string[]): Summary {
  const [seen, own] = [new Map<string, string>(), new Map<string, string>()];
  for (const { kind, key, version } of past.acts) {
    const expected = own.get(key) ?? seen.get(key) ?? version;
    if (kind === 'write') own.set(key, version);
    else if (version === expected) seen.set(key, seen.get(key) ?? version);
    else found.push(`${past.id} has read ${key}=${version} after ${expected}`);
  }
  return { ...past, seen, own };
}

/** Beginnings and commits must have an order in which each beginning lies between what it sees and what it does not. */
function outOfOrder(
  all: readonly Summary[],
  writers: ReadonlyMap<string, Summary>,
  next: (key: string, version: string) => Summary | undefined,
): string[] {
  const after = new Map<string, Set<string>>();
  const order = (first: string, second: string): unknown =>
    after.set(first, (after.get(first) ?? new Set()).add(second));
  for (const past of all) {
    const [begin, commit] = [`begin ${past.id}`, `commit ${past.id}`];
    if (past.committed) order(begin, commit);
    for (const [key, version] of past.seen) {
      const [writer, overwriter] = [writers.get(version), next(key, version)];
      if (writer) order(`commit ${writer.id}`, begin);
      if (overwriter && overwriter !== past) order(begin, `commit ${overwriter.id}`);
    }
    for (const other of all)
      if (other.committed && other.ended < past.began) order(`commit ${other.id}`, begin);
  }
  const cycle = cycleIn(after);
  return cycle ? [`no order: ${cycle.join(', ')}`] : [];
}

function cycleIn(after: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const follower of after.get(node) ?? []) {
      const cycle = visit(follower, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of after.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
