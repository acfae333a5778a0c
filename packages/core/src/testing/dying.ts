// A process that dies by SIGKILL in the middle of an act, as a machine does that loses its power: `node dying.ts ACT URI
// NAME SUBJECT WORD TIMES NOW`. It dies just before it sends so many commands in which a word is said, or of any kind
// where the word is empty, and says last which session it leaves behind.
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import type { Binary, CommandStartedEvent } from 'mongodb';
import { archiveBookings } from '../archive/index.ts';
import { daily } from '../backup/daily.ts';
import { keep } from '../backup/keep.ts';
import { openStore } from '../backup/open-store.ts';
import { restore } from '../backup/restore.ts';
import { openDatabase, type Database } from '../database.ts';
import { everyClinic } from '../tenants/read.ts';
import { openPlatform, openTenant } from '../tenants/index.ts';
import { move } from '../move/index.ts';
import { exportTenant, importTenant } from '../transfer/index.ts';
import { bookHour } from './book-hour.ts';

const [, , act = '', uri = '', name = '', subject = '', word = '', times = '', now = ''] = argv;
const actor = { kind: 'system', name: 'dying' } as const;

const acts: Readonly<Record<string, (database: Database) => Promise<unknown>>> = {
  archive: async (database) => archiveBookings(await openTenant(database, subject, actor)),
  backup: (database) => daily(database, actor, openStore(subject, process.env)),
  book,
  export: async (database) => {
    for await (const { id } of everyClinic(database))
      return exportTenant(await openTenant(database, id, actor), subject);
    return undefined;
  },
  import: (database) => importTenant(database, openPlatform(database, actor), subject),
  log: (database) => {
    keep(database, { store: openStore(subject, process.env), hour: 3, flushMs: 20, say: () => undefined });
    return new Promise(() => undefined);
  },
  move: moveTo,
  restore: (database) => restore(database, actor, openStore(subject, process.env)),
};

/** Moves to the database of another name beside it. */
async function moveTo(database: Database): Promise<void> {
  const target = await openDatabase({ uri, name: subject, clock: database.clock });
  watch(target);
  await move(database, target, actor, { to: subject, alone: true });
}

function watch({ client }: Database): void {
  client.on('commandStarted', ({ command }: CommandStartedEvent) => {
    if (word !== '' && !JSON.stringify(command).includes(`"${word}"`)) return;
    if (--left > 0) return;
    const session = command['lsid'] as { id: Binary } | undefined;
    writeSync(1, session ? Buffer.from(session.id.buffer).toString('hex') : '');
    process.kill(process.pid, 'SIGKILL');
  });
}

/** Books one hour after the other, and says which ones were acknowledged. */
async function book(database: Database): Promise<never> {
  const clinic = await openTenant(database, subject, actor);
  for (let n = 0; ; n++) writeSync(1, `${(await bookHour(clinic, n)).id}\n`);
}

// It goes on, as a lease that is prolonged is known by its later end.
const offset = Date.parse(now) - Date.now();
const database = await openDatabase({ uri, name, clock: () => new Date(Date.now() + offset) });
let left = times === '' ? Infinity : Number(times);
watch(database);
try {
  await acts[act]?.(database);
} finally {
  await database.close();
}
