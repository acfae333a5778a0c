// What a database says of an installation that leaves it. While it moves, the note is a lease: whoever moves it dies, and
// half a minute later it is where it was. Once it has moved the note stays, so that nobody books on what was left behind.
import { randomUUID } from 'node:crypto';
import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { hasRunOut, leaseMs } from '../lease.ts';
import { migrationsOf } from '../migrations/collection.ts';
import { recorded } from './recorded.ts';

const _id = 'move';

/** Where an installation is moving to, or has moved. */
export interface Leaving {
  /** Without a password. */
  readonly to: string;
  readonly moved: boolean;
}

/**
 * Where the installation of this database goes, or undefined while it stays.
 * @param half a move that never came to its end: what it left is here still
 */
export async function leavingOf(database: Database, half?: string): Promise<Leaving | undefined> {
  const stays = { moved: false, ...hasRunOut(database.clock()) };
  const note = await migrationsOf(database).findOne({ _id, $nor: [stays] });
  if (!note) return undefined;
  const { to = '', moved = false, by } = note;
  return moved && half !== undefined && by === half ? undefined : { to, moved };
}

/** @throws UNAVAILABLE when the installation has moved, or is moving */
export async function assertHere(database: Database, half?: string): Promise<void> {
  const leaving = await leavingOf(database, half);
  if (leaving) throw away(leaving);
}

/**
 * The move that was to fill a database and has not ended. Where its source says already that it has moved, its process
 * died between its last two writes: nobody was ever let into either place since.
 */
export async function halfMoveTo(target: Database): Promise<string | undefined> {
  return (await migrationsOf(target).findOne({ _id: 'restore' }))?.by;
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
  /** From here on the installation has moved, and its audit says so. */
  finish(): Promise<void>;
  /** The installation stays, unless it has moved. */
  giveUp(): Promise<void>;
  /** The installation stays, although it was said to have moved. */
  takeBack(): Promise<void>;
}

/**
 * Says that the installation is moving.
 * @param actor who is recorded to have moved it
 * @param half as of {@link leavingOf}: its note is taken over
 * @throws UNAVAILABLE when it is moving or has moved already
 */
export async function leave(database: Database, actor: Actor, to: string, half?: string): Promise<Note> {
  const by = randomUUID();
  const notes = migrationsOf(database);
  const inAWhile = () => new Date(database.clock().getTime() + leaseMs);
  try {
    await notes.updateOne(
      {
        _id,
        $or: [
          { moved: false, ...hasRunOut(database.clock()) },
          ...(half === undefined ? [] : [{ moved: true, by: half }]),
        ],
      },
      { $set: { to, by, moved: false, until: inAWhile() } },
      { upsert: true },
    );
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    throw away((await leavingOf(database)) ?? { to, moved: false });
  }
  const held = async (set: object, options = {}) => {
    const { matchedCount } = await notes.updateOne({ _id, by, moved: false }, { $set: set }, options);
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
    finish: () => recorded(database, actor, 'moves.move', to, (options) => held({ moved: true }, options)),
    giveUp: async () => void (await notes.deleteOne({ _id, by, moved: false })),
    async takeBack() {
      const hasMoved = (await notes.findOne({ _id, by }))?.moved;
      if (hasMoved) await openedAgain(database, actor, to);
      else await notes.deleteOne({ _id, by });
    },
  };
}

function openedAgain(database: Database, actor: Actor, to: string): Promise<void> {
  return recorded(database, actor, 'moves.reopen', to, async (options) => {
    await migrationsOf(database).deleteOne({ _id, moved: true }, options);
  });
}

/**
 * Opens what an installation that has moved left behind, so that it can be started there again: without whatever was
 * done at the other place since. Its audit says so.
 * @param actor who is recorded to have done it
 * @returns where it had moved, or undefined when it was open
 * @throws UNAVAILABLE when it is moving just now
 */
export async function reopen(database: Database, actor: Actor): Promise<string | undefined> {
  return acrossTenants('move', async () => {
    const leaving = await leavingOf(database);
    if (leaving && !leaving.moved) throw away(leaving);
    if (leaving) await openedAgain(database, actor, leaving.to);
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
