// `npm run bench -- drills ROUNDS BOOKINGS`: how fast a large clinic is backed up, restored and moved, and what is left when
// a process is killed at a random moment of a storm of writes, of a backup, of a restore and of a move, that many times
// each. Without bookings only the latter.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backups, ensureIndexes, moves, openDatabase } from '@paper-circe/core';
import { grow } from '@paper-circe/core/testing/growth';
import { startEmbedded } from '@paper-circe/embedded';
import { MongoClient } from 'mongodb';
import { withServer } from '../core/server.ts';

const actor = { kind: 'system', name: 'drill' } as const;
const storeAt = (folder: string) => backups.openStore(folder, {});

export async function benchDrills(rounds: number, count: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'circe-drills-'));
  try {
    if (count > 0) await withServer((uri) => rates(uri, join(root, 'rates'), count));
    await kills(root, rounds);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function rates(uri: string, folder: string, count: number): Promise<void> {
  const name = `drills-${Date.now().toString(36)}`;
  const source = await openDatabase({ uri, name });
  await ensureIndexes(source);
  await grow(source, 'large', count);
  const [making, made] = await timed(() => backups.daily(source, actor, storeAt(folder)));
  const rate = (milliseconds: number) =>
    Math.round((made.documents / milliseconds) * 1000).toLocaleString('en');
  const megabytes = (made.bytes / 1e6).toFixed(0);
  console.log(`A clinic with ${count.toLocaleString('en')} bookings: ${made.documents.toLocaleString('en')} documents, ${megabytes} MB as a backup.`); // prettier-ignore
  console.log(`  backup, read back    ${seconds(making)} s  ${rate(making)} documents a second`);
  const target = await openDatabase({ uri, name: `${name}-restored` });
  const [checking] = await timed(() => backups.restore(target, actor, storeAt(folder), { dryRun: true }));
  console.log(`  restore, dry run     ${seconds(checking)} s  ${rate(checking)} documents a second`);
  const [restoring] = await timed(() => backups.restore(target, actor, storeAt(folder)));
  console.log(`  restore              ${seconds(restoring)} s  ${rate(restoring)} documents a second`);
  const elsewhere = await openDatabase({ uri, name: `${name}-moved` });
  const [moving] = await timed(() => moves.move(source, elsewhere, { to: 'elsewhere', alone: true }));
  console.log(`  move, compared       ${seconds(moving)} s  ${rate(moving)} documents a second`);
  console.log(`  largest memory of it ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  const isEqual = (await hashOf(uri, name)) === (await hashOf(uri, `${name}-restored`));
  verdict('  what was restored is what was there', isEqual);
  await Promise.all([source.close(), target.close(), elsewhere.close()]);
}

async function kills(root: string, rounds: number): Promise<void> {
  const [file, folder] = [join(root, 'live.db'), join(root, 'backups')];
  const points: number[] = [];
  const times: number[] = [];
  let [lost, unequal, halves, doubles] = [0, 0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const { acknowledged, killedAt } = await killedInStorm(file, folder);
    if (!(await newestOf(folder))) continue;
    const restored = join(root, `restored-${round}.db`);
    const [time, { at }] = await timed(() => restoredInto(restored, folder));
    times.push(time);
    const there = await idsIn(restored);
    const missing = acknowledged.filter(({ id }) => !there.has(id)).map((one) => one.time);
    points.push(missing.length > 0 ? killedAt - Math.min(...missing) : 0);
    lost += missing.filter((time) => time <= at.getTime()).length;

    await ended(start('quiet', file, folder));
    const whole = join(root, `whole-${round}.db`);
    await restoredInto(whole, folder);
    const live = await idsIn(file);
    lost += acknowledged.filter(({ id }) => !live.has(id)).length;
    if ((await fileHash(file)) !== (await fileHash(whole))) unequal++;

    halves += await killedHalf(root, file, folder, round);
    doubles += await killedMove(root, file, round);
    for (const path of [restored, whole]) await rm(path, { force: true });
  }
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  console.log(`Killed ${rounds} times in a storm of writes, with a page of the log every second:`);
  console.log(
    `  recovery point       ${seconds(median(points))} s, at most ${seconds(Math.max(...points))} s`,
  );
  console.log(`  recovery time        ${seconds(median(times))} s, at most ${seconds(Math.max(...times))} s`);
  verdict(`  acknowledged writes that were missing where they should be: ${lost}`, lost === 0);
  verdict(`  logs that had a gap or something twice after the next start: ${unequal}`, unequal === 0);
  verdict(`  half backups, and half restores that did not say so: ${halves}`, halves === 0);
  verdict(`  moves that left another installation behind, or one at both places: ${doubles}`, doubles === 0);
}

interface Acknowledged {
  readonly id: string;
  readonly time: number;
}

async function killedInStorm(file: string, folder: string) {
  const child = start('storm', file, folder);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!(await newestOf(folder)) || said === '') await pause(50);
  await pause(500 + Math.random() * 3_000);
  child.kill('SIGKILL');
  const killedAt = Date.now();
  await once(child, 'close');
  const lines = said.split('\n').slice(0, -1);
  const acknowledged = lines.map((line): Acknowledged => {
    const [id = '', time] = line.split(' ');
    return { id, time: Number(time) };
  });
  return { acknowledged, killedAt };
}

/** Kills a backup and a restore at a random moment, and answers how often something half passed for whole. */
async function killedHalf(root: string, file: string, folder: string, round: number): Promise<number> {
  let halves = 0;
  const before = await finished(folder);
  const backup = start('backup', file, folder);
  await pause(500 + Math.random() * 1_500);
  backup.kill('SIGKILL');
  await ended(backup).catch(() => undefined);
  for (const name of await finished(folder)) {
    if (before.includes(name)) continue;
    const server = await startEmbedded({ file: ':memory:' });
    const database = await openDatabase({ uri: server.uri });
    await backups
      .restore(database, actor, storeAt(join(folder, name)), { dryRun: true })
      .catch(() => halves++);
    await database.close();
    await server.close();
  }
  const target = join(root, `half-${round}.db`);
  const restore = start('restore', target, folder);
  await pause(500 + Math.random() * 1_500);
  restore.kill('SIGKILL');
  await ended(restore).catch(() => undefined);
  const whole = await fileHash(file);
  const isSaid = await startRefused(target);
  const half = await fileHash(target);
  if (!isSaid && half !== whole && half !== emptyHash) halves++;
  await rm(target, { force: true });
  return halves;
}

/** Kills a move at a random moment, and answers 1 where it left less than was there, or more than one to be started. */
async function killedMove(root: string, file: string, round: number): Promise<number> {
  const target = join(root, `moved-${round}.db`);
  const before = await fileHash(file);
  const move = start('move', file, target);
  // From when it has begun to copy.
  await Promise.race([once(move.stdout, 'data'), once(move, 'close')]);
  await pause(Math.random() * 2_000);
  move.kill('SIGKILL');
  await ended(move).catch(() => undefined);
  const there = await fileHash(target);
  const isThere = there !== emptyHash && !(await startRefused(target));
  const isLeft = (await noteOf(file, 'move'))?.['moved'] === true;
  const isWrong = (await fileHash(file)) !== before || (isThere && (there !== before || !isLeft));
  await withFile(file, async (uri) => {
    const client = await new MongoClient(uri).connect();
    await notesOf(client).deleteOne({ _id: 'move' });
    await client.close();
  });
  await rm(target, { force: true });
  return isWrong ? 1 : 0;
}

/** Whether whoever starts on it is told that it is incomplete. */
async function startRefused(file: string): Promise<boolean> {
  return (await noteOf(file, 'restore')) !== null;
}

const notesOf = (client: MongoClient) =>
  client.db('paper-circe').collection<{ _id: string; moved?: boolean }>('migrations');

function noteOf(file: string, _id: string) {
  return withFile(file, async (uri) => {
    const client = await new MongoClient(uri).connect();
    const note = await notesOf(client).findOne({ _id });
    await client.close();
    return note;
  });
}

const emptyHash = createHash('sha256').digest('hex');

async function restoredInto(file: string, folder: string): Promise<backups.Restored> {
  return withFile(file, async (uri) => {
    const database = await openDatabase({ uri });
    const restored = await backups.restore(database, actor, storeAt(folder), { at: 'last' });
    await database.close();
    return restored;
  });
}

async function idsIn(file: string): Promise<Set<string>> {
  return withFile(file, async (uri) => {
    const client = await new MongoClient(uri).connect();
    const rows = await client
      .db('paper-circe')
      .collection('patients')
      .find({}, { projection: { _id: 1 } })
      .toArray();
    await client.close();
    return new Set(rows.map(({ _id }) => String(_id)));
  });
}

const fileHash = (file: string) => withFile(file, (uri) => hashOf(uri, 'paper-circe'));

async function withFile<Result>(file: string, work: (uri: string) => Promise<Result>): Promise<Result> {
  const server = await startEmbedded({ file });
  try {
    return await work(server.uri);
  } finally {
    await server.close();
  }
}

/** Of every document of a database, whatever the order of its fields, but for what is about the place. */
async function hashOf(uri: string, name: string): Promise<string> {
  const client = await new MongoClient(uri).connect();
  const hash = createHash('sha256');
  const db = client.db(name);
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name).sort();
  for (const collection of names.filter((one) => one !== 'backups')) {
    for await (const document of db.collection(collection).find().sort({ _id: 1 })) {
      if (['lease', 'move', 'restore'].includes(document._id as unknown as string)) continue;
      if (/^backups\./.test(String(document['action']))) continue;
      hash.update(collection + sorted(document));
    }
  }
  await client.close();
  return hash.digest('hex');
}

function sorted(document: object): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

async function finished(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d/.test(name));
  const whole = names.map((name) =>
    access(join(folder, name, 'manifest.json')).then(
      () => [name],
      () => [],
    ),
  );
  return (await Promise.all(whole)).flat();
}

async function newestOf(folder: string): Promise<string | undefined> {
  return (await finished(folder).catch(() => [])).sort().at(-1);
}

function start(act: string, file: string, folder: string) {
  const script = join(import.meta.dirname, 'process.ts');
  return spawn(process.execPath, [script, act, file, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function ended(child: ReturnType<typeof start>): Promise<void> {
  child.stdout.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`A drill's process ended with ${code}.`);
}

async function timed<Result>(work: () => Promise<Result>): Promise<[number, Result]> {
  const before = performance.now();
  const result = await work();
  return [performance.now() - before, result];
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);

function verdict(text: string, isRight: boolean): void {
  console.log(isRight ? text : `${text}  WRONG`);
  if (!isRight) process.exitCode = 1;
}
