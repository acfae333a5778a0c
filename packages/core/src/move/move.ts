// Moves a whole installation to another database. Nobody may write to the one that it leaves: servers are told and end,
// and what the stream of changes says until the very end shows that nobody did. See docs/decisions/moving.md.
import { setTimeout as pause } from 'node:timers/promises';
import { MongoError } from 'mongodb';
import type { Actor } from '../actor.ts';
import { both } from '../backup/both.ts';
import { copiable, type Copiable } from '../backup/copiable.ts';
import { schemaVersions } from '../backup/schema-versions.ts';
import { LostChanges, openChanges, type Change, type Changes } from '../backup/stream.ts';
import { assertFree, assertNoServer, fill, indexAs, putInto } from '../backup/target.ts';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { leaseMs, type Beat } from '../lease.ts';
import { all } from '../migrations/all.ts';
import { known } from '../migrations/status.ts';
import { typed } from '../typed.ts';
import { contentOf, differentIndexes, sameEverywhere } from './compare.ts';
import { goneMs, halfMoveTo, leave, type Note } from './note.ts';
import { recorded } from './recorded.ts';
import { assertAnother, assertSuitable, permitted } from './target.ts';

/** How to move. */
export interface MoveOptions {
  /** What the database that is left says of the other one: its address, without a password. */
  readonly to: string;
  /** Checks both sides, counts, and changes nothing. */
  readonly dryRun?: boolean;
  /** Drops what the target holds. Without it only an empty one is taken. */
  readonly replace?: boolean;
  /** Whether nobody else can reach the source, as an embedded file of this process: then nobody is waited for. */
  readonly alone?: boolean;
  /** By which it is given up: the source stays what counts, and what the target has by then is incomplete. */
  readonly signal?: AbortSignal | undefined;
  /** Told what is done, how far it is, and of how many documents. */
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** What {@link move} moved, or in a dry run would. */
export interface Moved {
  readonly to: string;
  readonly documents: number;
  /**
   * Each collection with how many documents it has, without those that expire within the hour, and when they were moved
   * their hash, the same at both places.
   */
  readonly collections: readonly {
    readonly name: string;
    readonly documents: number;
    readonly sha256?: string;
  }[];
}

/**
 * Moves an installation into another database, with all collections and indexes, and compares both sides at the end,
 * document by document. Servers on the source end by themselves, within 20 seconds; whoever writes there nevertheless
 * makes the move fail. It is here or there and never at both: until everything was compared the source is what counts
 * and the target says that it is incomplete; after that the source refuses to be started on. A move that fails or dies
 * leaves the source as it was, and can be done again: also one that died between its last two writes, when nothing can be
 * started on at either place. The audits of both, and of every clinic there, say that it was moved.
 * @param actor who is recorded to have done it
 * @throws UNAVAILABLE when a database does not answer or a server works on it, a newer version wrote to the source, or
 * somebody wrote to it meanwhile
 * @throws ILLEGAL_TRANSITION when the target holds data and is not to be replaced
 * @throws VALIDATION when the target is the source, older than MongoDB 6, or has no transactions
 * @throws FORBIDDEN when a user of one of them may not read and write it
 * @throws Error when the copy is not the same, which is a bug of ours or of a database
 */
export async function move(
  source: Database,
  target: Database,
  actor: Actor,
  options: MoveOptions,
): Promise<Moved> {
  try {
    return await acrossTenants('move', async () => {
      await assertSuitable(target);
      const half = await halfMoveTo(target);
      await assertReady(source, half);
      await assertFree(target, 'the new place', options.replace ?? false);
      if (options.dryRun) return { to: options.to, ...(await counted(source)) };
      return { to: options.to, ...(await moved(source, target, actor, options, half)) };
    });
  } catch (error) {
    if (error instanceof LostChanges) throw disturbed(error);
    throw error instanceof MongoError ? translated(permitted(error)) : error;
  }
}

/** @throws UNAVAILABLE when it is not this version's, is incomplete, is on the move or has a server */
async function assertReady(source: Database, half?: string): Promise<void> {
  await known(all, source, half);
  await assertNoServer(source);
  for (const [name, version] of Object.entries(schemaVersions.collections)) {
    const newer = await source.db
      .collection(name)
      .findOne({ version: { $gt: version } }, { projection: { _id: 1 } });
    if (!newer) continue;
    const message = `A newer version of Paper Circe has written to ${name}. Install it here too.`;
    throw new CirceError('UNAVAILABLE', message, {});
  }
}

type Contents = Pick<Moved, 'documents' | 'collections'>;

async function counted({ db, clock }: Database): Promise<Contents> {
  const collections: { name: string; documents: number }[] = [];
  for (const collection of await copiable(db)) {
    const { name } = collection;
    const documents = await db.collection(name).countDocuments(sameEverywhere(collection, clock()));
    collections.push({ name, documents });
  }
  return { documents: sum(collections), collections };
}

const sum = (collections: readonly { documents: number }[]) =>
  collections.reduce((total, { documents }) => total + documents, 0);

async function moved(
  source: Database,
  target: Database,
  actor: Actor,
  options: MoveOptions,
  half?: string,
): Promise<Contents> {
  const note = await leave(source, actor, options.to, half);
  const stop = new AbortController();
  const { signal } = options;
  const givenUp = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', givenUp);
  // A timer, for the making of an index is one command that can take longer than the note is good for.
  const holding = setInterval(
    () => void note.hold().catch((error: unknown) => stop.abort(error)),
    leaseMs / 3,
  );
  try {
    await assertAnother(target, note);
    signal?.throwIfAborted();
    if (!options.alone)
      await pause(goneMs, undefined, { signal: stop.signal }).catch(() => stop.signal.throwIfAborted());
    const changes = await openChanges(source);
    try {
      const collections = await copiable(source.db);
      return await putInto(
        target,
        { name: options.to, by: note.by, signal },
        (beat) => undisturbed({ source, target, collections, changes, note, stop, beat, options }),
        (letIn) => recorded(target, actor, 'moves.move', options.to, letIn),
      );
    } finally {
      await changes.close();
    }
  } finally {
    clearInterval(holding);
    signal?.removeEventListener('abort', givenUp);
    // Where it cannot be taken away it runs out.
    await note.giveUp().catch(() => undefined);
  }
}

interface Work {
  readonly source: Database;
  readonly target: Database;
  readonly collections: readonly Copiable[];
  readonly changes: Changes;
  readonly note: Note;
  readonly stop: AbortController;
  readonly beat: Beat;
  readonly options: MoveOptions;
}

/** Copies and compares, says that the installation has moved, and makes sure that nobody wrote until then. */
async function undisturbed(work: Work): Promise<Contents> {
  const { note, stop, beat } = work;
  const { signal } = stop;
  const goingOn = async () => {
    signal.throwIfAborted();
    await beat();
  };
  const copying = async () => {
    await copy(work, goingOn);
    const contents = await compare(work, goingOn);
    signal.throwIfAborted();
    await note.finish();
    return contents;
  };
  try {
    const [contents] = await both(copying(), nobodyWrites(work), stop);
    return contents;
  } catch (error) {
    // What went wrong first is what has to be said.
    await note.takeBack().catch(() => undefined);
    throw error;
  }
}

async function copy({ source, target, collections, options }: Work, beat: Beat): Promise<void> {
  const { onProgress } = options;
  for (const { name, options: made } of collections) {
    const from = source.db.collection(name);
    const all = typed(from.find({}, { raw: true, batchSize: 500 }));
    const documents = onProgress ? told(all, name, await from.countDocuments(), onProgress) : all;
    await fill(target.db, name, made, documents, beat);
  }
  for (const [at, { name, indexes }] of collections.entries()) {
    onProgress?.('indexes', at, collections.length);
    await beat();
    await indexAs(target.db, name, indexes);
  }
}

const tellEvery = 10_000;

async function* told<Document>(
  documents: AsyncIterable<Document>,
  name: string,
  of: number,
  onProgress: NonNullable<MoveOptions['onProgress']>,
): AsyncGenerator<Document> {
  let done = 0;
  for await (const document of documents) {
    yield document;
    if (++done % tellEvery === 0) onProgress(name, done, of);
  }
  onProgress(name, done, of);
}

async function compare({ source, target, collections, options }: Work, beat: Beat): Promise<Contents> {
  const compared: { name: string; documents: number; sha256: string }[] = [];
  for (const [at, collection] of collections.entries()) {
    const { name, indexes } = collection;
    options.onProgress?.('compared', at, collections.length);
    const filter = sameEverywhere(collection, source.clock());
    const [here, there] = await Promise.all(
      [source, target].map(({ db }) => contentOf(db, name, filter, beat)),
    );
    if (!here || here.documents !== there?.documents || here.sha256 !== there.sha256)
      throw new Error(`${name} is not at the new place what it is at the old one.`);
    const [index] = differentIndexes(indexes, await target.db.collection(name).indexes());
    if (index !== undefined) throw new Error(`The index ${index} of ${name} is not what it was.`);
    compared.push({ name, ...here });
  }
  return { documents: sum(compared), collections: compared };
}

/** Until the note says that the installation has moved; what the database itself removes is nobody's writing. */
async function nobodyWrites({ collections, changes, stop }: Work): Promise<void> {
  const expiring = collections.filter(({ indexes }) => indexes.some((one) => 'expireAfterSeconds' in one));
  const isExpiry = ({ op, collection }: Change) =>
    op === 'delete' && expiring.some(({ name }) => name === collection);
  for (;;) {
    const change = await changes.next();
    stop.signal.throwIfAborted();
    if (!change || isExpiry(change)) continue;
    if (change.collection !== 'migrations' || change.id !== 'move') throw disturbed();
    if (change.set?.['moved'] === true) return;
  }
}

function disturbed(cause?: unknown): CirceError<'UNAVAILABLE'> {
  const message =
    'Somebody wrote to the installation while it was moved, so it stays where it is. Stop every server on it, and move it again.';
  return new CirceError('UNAVAILABLE', message, {}, cause);
}
