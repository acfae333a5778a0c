import type { Act } from './undoable.ts';

/** A booking as a screen holds it. */
export interface Known {
  readonly id: string;
  readonly revision: number;
  readonly startAt: Date;
  readonly notes?: string;
  readonly visitId?: string | undefined;
  readonly last?: Act;
}

/** Bookings after what was heard since they were read: of each the newer revision, by time. */
export function newest<Item extends Known>(read: readonly Item[], heard: Iterable<Item>): Item[] {
  const items = new Map(read.map((item) => [item.id, item]));
  for (const item of heard) {
    const known = items.get(item.id);
    if (known && known.revision >= item.revision) continue;
    // What is heard carries no notes, and no act changes them.
    items.set(item.id, known?.notes ? { ...item, notes: known.notes } : item);
  }
  return [...items.values()].sort(byTime);
}

const byTime = (a: Known, b: Known) => a.startAt.getTime() - b.startAt.getTime() || (a.id < b.id ? -1 : 1);
