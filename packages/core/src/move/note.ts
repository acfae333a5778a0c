// What a database says of an installation that leaves it. While it moves, the note is a lease: whoever moves it dies, and
// half a minute later it is where it was. Once it has moved the note stays, so that nobody books on what was left behind.
import { randomUUID } from 'node:crypto';
import type { Database } from '../connection.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { leaseMs } from '../lease.ts';
import { migrationsOf } from '../migrations/collection.ts';

const _id = 'move';

/** Where an installation is moving to, or has moved. */
export interface Leaving {
  /** Without a password. */
  readonly to: string;
  readonly moved: boolean;
}

/** Where the installation of this database goes, or undefined while it stays. */
export async function leavingOf(database: Database): Promise<Leaving | undefined> {
  const { to = '', moved = false, until } = (await migrationsOf(database).findOne({ _id })) ?? {};
  const isHere = !moved && (until === undefined || until <= database.clock());
  return isHere ? undefined : { to, moved };
}

/** @throws UNAVAILABLE when the installation has moved, or is moving */
export async function assertHere(database: Database): Promise<void> {
  const leaving = await leavingOf(database);
  if (leaving) throw away(leaving);
}

function away({ to, moved }: Leaving): CirceError<'UNAVAILABLE'> {
  const message = moved
    ? `This installation has moved to ${to}: start it there. "circe reopen" opens what was left here.`
    : `This installation is being moved to ${to}.`;
  return new CirceError('UNAVAILABLE', message, {});
}

/** The note of one move, by which it holds the source. */
export interface Note {
  readonly by: string;
  /** @throws UNAVAILABLE when it ran out, and somebody else has taken it */
  hold(): Promise<void>;
  /** From here on the installation has moved. */
  finish(): Promise<void>;
  /** The installation stays, unless it has moved. */
  giveUp(): Promise<void>;
  /** The installation stays, although it was said to have moved. */
  takeBack(): Promise<void>;
}

/**
 * Says that the installation is moving.
 * @throws UNAVAILABLE when it is moving or has moved already
 */
export async function leave(database: Database, to: string): Promise<Note> {
  const by = randomUUID();
  const notes = migrationsOf(database);
  const inAWhile = () => new Date(database.clock().getTime() + leaseMs);
  try {
    await notes.updateOne(
      { _id, moved: false, until: { $lte: database.clock() } },
      { $set: { to, by, until: inAWhile() } },
      { upsert: true },
    );
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    throw away((await leavingOf(database)) ?? { to, moved: false });
  }
  const held = async (set: object) => {
    const { matchedCount } = await notes.updateOne({ _id, by, moved: false }, { $set: set });
    if (matchedCount === 1) return;
    throw new CirceError(
      'UNAVAILABLE',
      'Another process moves this installation, or it was opened again.',
      {},
    );
  };
  return {
    by,
    hold: () => held({ until: inAWhile() }),
    finish: () => held({ moved: true }),
    giveUp: async () => void (await notes.deleteOne({ _id, by, moved: false })),
    takeBack: async () => void (await notes.deleteOne({ _id, by })),
  };
}

/**
 * Opens what an installation that has moved left behind, so that it can be started there again: without whatever was
 * done at the other place since.
 * @returns where it had moved, or undefined when it was open
 * @throws UNAVAILABLE when it is moving just now
 */
export async function reopen(database: Database): Promise<string | undefined> {
  return acrossTenants('move', async () => {
    const leaving = await leavingOf(database);
    if (leaving && !leaving.moved) throw away(leaving);
    await migrationsOf(database).deleteOne({ _id });
    return leaving?.to;
  });
}

/** How often a server looks whether the installation leaves, in milliseconds. */
const lookMs = 5_000;
/** So long after the note is there every server has seen it, and given up what it had begun. */
export const goneMs = lookMs + 15_000;

/** What goes on until it is stopped. */
export interface Watching {
  stop(): void;
}

/**
 * Tells once when the installation leaves this database: whoever serves it has to end within 15 seconds, for whatever
 * is written after that is left behind.
 */
export function watch(database: Database, told: (to: string) => void): Watching {
  const timer = setInterval(look, lookMs).unref();
  const stop = () => clearInterval(timer);
  function look() {
    void acrossTenants('move', () => leavingOf(database)).then(
      (leaving) => {
        if (!leaving) return;
        stop();
        told(leaving.to);
      },
      // A database that does not answer takes no writes either.
      () => undefined,
    );
  }
  return { stop };
}
