// A process that is killed: `node process.ts ACT FILE FOLDER COMMANDS AHEAD`. It opens the embedded database of a file
// in itself, as one machine has it, does one act, and says when it has sent so many commands.
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import {
  archive,
  audit,
  backups,
  migrations,
  moves,
  openDatabase,
  tenants,
  transfer,
  type Database,
} from '@paper-circe/core';
import { grow } from '@paper-circe/core/testing/growth';
import { startEmbedded } from '@paper-circe/embedded';
import { storm } from './storm.ts';
import { died, finished, grown, type Act, type Whole } from './words.ts';

const [, , act, file = '', folder = '', commands = '', ahead = ''] = argv;
// Whoever started it has gone.
process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGKILL'));
const say = (line: string) => void writeSync(1, `${line}\n`);
const actor = { kind: 'system', name: 'drill' } as const;
const store = () => backups.openStore(folder, process.env);
const schedule = () => ({
  store: store(),
  hour: 3,
  flushMs: 500,
  say: (line: string) => console.error(line),
});

/** Each answers how many documents it was about. */
const acts: Readonly<Record<Act, (database: Database) => Promise<number>>> = {
  backup: async (database) => (await backups.daily(database, actor, store())).documents,
  restore: async (database) => (await backups.restore(database, actor, store(), { at: 'last' })).documents,
  async export(database) {
    const clinic = await tenants.openTenantBySlug(database, grown, actor);
    return sum(Object.values((await transfer.exportTenant(clinic, folder)).lines));
  },
  async import(database) {
    await migrations.migrate(database, { again: false });
    const platform = tenants.openPlatform(database, actor);
    return sum(Object.values((await transfer.importTenant(database, platform, folder)).lines));
  },
  archive: async (database) =>
    sum((await Array.fromAsync(archive.archiveAll(database, actor))).map(({ moved }) => moved)),
  migrate: async (database) =>
    sum((await migrations.migrate(database, { again: false })).ran.map(({ changed }) => changed)),
  async move(database) {
    const target = await startEmbedded({ file: folder });
    const there = await openDatabase({ uri: target.uri, clock, alone: true });
    const { documents } = await moves.move(database, there, actor, { to: folder, alone: true });
    await there.close();
    await target.close();
    return documents;
  },
  bookings: (database) => storm(database, say),
  log: (database) => {
    backups.keep(database, schedule());
    return storm(database, say);
  },
  quiet: caughtUp,
  async grow(database) {
    await migrations.migrate(database);
    await audit.seal((await grow(database, grown, Number(folder))).clinic);
    return Number(folder);
  },
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

async function caughtUp(database: Database): Promise<number> {
  const keeper = backups.keep(database, schedule());
  const now = new Date();
  const isDone = async () => {
    const { newest, loggedUntil } = await backups.status(database);
    return newest && (loggedUntil ?? 0) > now;
  };
  while (!(await isDone())) await pause(20);
  await keeper.stop();
  return 0;
}

const server = await startEmbedded({ file });
const clock = () => new Date(Date.now() + Number(ahead));
const database = await openDatabase({ uri: server.uri, clock, alone: true });
let sent = 0;
database.client.on('commandStarted', () => {
  if (++sent === Number(commands)) say(died);
});
const began = performance.now();
const documents = await acts[act as Act](database);
const whole: Whole = {
  commands: sent,
  ms: performance.now() - began,
  memory: process.resourceUsage().maxRSS * 1024,
  documents,
};
say(finished + JSON.stringify(whole));
await database.close();
await server.close();
process.stdin.destroy();
