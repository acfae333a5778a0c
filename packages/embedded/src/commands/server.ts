import type { Doc } from '../bson/types.ts';
import { environmentAt } from '../expression/environment.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter } from '../query/match.ts';
import { MEMORY_LIMIT } from '../query/sorted.ts';
import type { Durability } from '../storage/file.ts';
import { Store } from '../storage/store.ts';
import type { Server } from './context.ts';
import { Cursors, Slices } from './cursor.ts';
import { Counts } from './counts.ts';
import { Sessions } from './sessions.ts';
import { commands } from './table.ts';
import { sweepExpired } from './ttl.ts';

/** How often it looks at the clock, which need not go as the machine's does, and after how much of it it sweeps. */
const LOOK_EVERY = 1000;
const SWEEP_EVERY = 60_000;

/** Everything that commands share: the data, the sessions and the cursors. */
export function openServer(
  file: string,
  durability: Durability,
  clock: () => Date,
  memory = MEMORY_LIMIT,
): Server & { close(): void } {
  const partial = (filter: Doc) => {
    const matches = compileFilter(parseFilter(filter), {
      expression: compileExpressionFilter(environmentAt({ now: clock() })),
    });
    return (doc: Doc): boolean => matches(doc);
  };
  const store = new Store(file, durability, partial);
  const now = (): number => clock().getTime();
  const cursors = new Cursors(now);
  const sessions = new Sessions(store, now);
  store.onUndone = () => sessions.reload();
  const othersCommit = (): Promise<void> | undefined => store.group.busy?.ended;
  let swept = now();
  const sweep = async (): Promise<void> => {
    sessions.expireTransactions();
    // While a long commit is made, nothing need be swept.
    if (now() - swept < SWEEP_EVERY || othersCommit()) return;
    swept = now();
    cursors.sweep();
    try {
      for (const lsid of sessions.sweep()) cursors.closeWhere((cursor) => cursor.lsid === lsid);
      store.oplog.sweep();
      const slices = new Slices(undefined);
      for (const _part of sweepExpired(store, clock())) {
        await slices.pause();
        await othersCommit();
      }
    } catch {
      // A full disk is told to whoever writes; sweeping tries again.
    }
  };
  const sweeping = setInterval(() => void sweep(), LOOK_EVERY);
  sweeping.unref();
  return {
    store,
    cursors,
    sessions,
    clock,
    commands,
    memory,
    address: '',
    startedAt: Date.now(),
    counts: new Counts(),
    connections: () => 0,
    time: () => store.oplog.time(),
    close() {
      clearInterval(sweeping);
      cursors.closeWhere(() => true);
      store.close();
    },
  };
}
