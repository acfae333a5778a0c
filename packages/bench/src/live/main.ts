// Many open screens on one process of the product, each of a signed-in user of its own, while bookings are made at every
// clinic: that each is told everything of its clinic once, in order and soon, and nothing of another, and what it costs.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  audit,
  ensureIndexes,
  openDatabase,
  users,
  type Database,
  type TenantScope,
} from '@paper-circe/core';
import { startSession } from '@paper-circe/api';
import { MongoClient } from 'mongodb';
import type { ServerState } from '../api/server-process.ts';
import { newPlace } from '../core/fixture.ts';
import { quantile } from '../rounds.ts';
import { Screen } from './screen.ts';

const clinics = 10;
const seconds = 10;
/** Bookings that each clinic makes in a second. */
const rate = 0.5;

interface Busy {
  readonly slug: string;
  readonly screens: readonly Screen[];
  /** The number after which the screens listen. */
  readonly from: number;
  readonly book: () => Promise<{ id: string; madeAt: number }>;
}

/** @param open how many screens, over all clinics */
export async function benchLive(uri: string, open: number): Promise<void> {
  const name = `bench-live-${Date.now().toString(36)}`;
  const database = await openDatabase({ uri, name });
  await ensureIndexes(database);
  const server = fork(new URL('../api/server-process.ts', import.meta.url), [uri, name]);
  const [port] = (await once(server, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const all: Busy[] = [];
  try {
    const before = await stateOf(server);
    for (let n = 0; n < clinics; n++) all.push(await busy(database, url, `bench-${n}`, open / clinics));
    const opened = await stateOf(server);
    const each = (opened.rss - before.rss) / open;
    console.log(
      `\n${open} screens of ${clinics} clinics on one process, ${rate * clinics} bookings a second`,
    );
    console.log(
      `  memory                   ${mb(opened.rss)} MB, ${(each / 1024).toFixed(0)} KB for each screen`,
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    shownDelay('nothing happens', await stateOf(server));
    const made = await Promise.all(all.map(work));
    const after = await stateOf(server);
    shownDelay('bookings flow', after);
    console.log(`  memory afterwards        ${mb(after.rss)} MB, of it ${mb(after.heapUsed)} MB in use`);
    judged(all, made);
  } finally {
    for (const { screens } of all) screens.forEach((screen) => screen.close());
    server.disconnect();
    await once(server, 'exit');
    await database.close();
    const client = new MongoClient(uri);
    await client.db(name).dropDatabase();
    await client.close();
  }
}

const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

async function stateOf(server: ChildProcess): Promise<ServerState> {
  server.send('state');
  const [state] = (await once(server, 'message')) as [ServerState];
  return state;
}

function shownDelay(label: string, { delayMs, longestMs }: ServerState): void {
  const shown = `${delayMs.toFixed(0)} ms in 99 of 100, ${longestMs.toFixed(0)} ms at most`;
  console.log(`  ${`event loop, ${label}`.padEnd(32)} delayed ${shown}`);
}

/** A clinic with its screens open, each of somebody who signed in for himself. */
async function busy(database: Database, url: string, slug: string, count: number): Promise<Busy> {
  const { clinic, patientId, staffId, treatmentId, nextSlot } = await newPlace(database, slug, 1);
  const tokens = await Promise.all(Array.from({ length: count }, (_, n) => tokenOf(clinic, n)));
  const from = await audit.seal(clinic);
  const screens = await Promise.all(tokens.map((token) => Screen.open(url, slug, token, from)));
  const book = async () => {
    const madeAt = performance.now();
    const response = await fetch(`${url}/api/${slug}/trpc/bookings.book`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[0]}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        json: { patientId, staffId, treatmentId, source: 'online', startAt: nextSlot() },
        meta: { values: { startAt: ['Date'] } },
      }),
    });
    const { result } = (await response.json()) as { result: { data: { json: { id: string } } } };
    return { id: result.data.json.id, madeAt };
  };
  return { slug, screens, from, book };
}

async function tokenOf(clinic: TenantScope, n: number): Promise<string> {
  const passwordHash = 'a hash that nobody signs in with';
  const user = await users.add(clinic, {
    email: `desk-${n}@bench.test`,
    name: 'Desk',
    role: 'staff',
    passwordHash,
  });
  return (await startSession(clinic, user.id)).token;
}

/** Makes a clinic's bookings, and waits until every screen was told of the last one or gave up waiting. */
async function work({ screens, book }: Busy): Promise<Map<string, number>> {
  const made = new Map<string, number>();
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    const { id, madeAt } = await book();
    made.set(id, madeAt);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, madeAt + 1_000 / rate - performance.now())),
    );
  }
  const late = performance.now() + 10_000;
  while (screens.some(({ told }) => told.length < made.size) && performance.now() < late)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return made;
}

function judged(all: readonly Busy[], made: readonly Map<string, number>[]): void {
  const times: number[] = [];
  let [missed, foreign, disordered] = [0, 0, 0];
  all.forEach(({ screens, from }, n) => {
    const own = made[n]!;
    for (const { told } of screens) {
      missed += own.size - new Set(told.map(({ documentId }) => documentId)).size;
      foreign += told.filter(({ documentId }) => !own.has(documentId)).length;
      disordered += told.filter(({ seq }, i) => seq !== from + 1 + i).length;
      for (const { documentId, at } of told) times.push(at - (own.get(documentId) ?? at));
    }
  });
  const at = (share: number) => quantile(times, share).toFixed(0);
  console.log(`  ${times.length} events told: median ${at(0.5)} ms after the request, 99 of 100 within ${at(0.99)} ms, all within ${at(1)} ms`); // prettier-ignore
  const verdict = missed + foreign + disordered === 0 ? 'ok' : 'WRONG';
  console.log(
    `  missed ${missed}, of another clinic ${foreign}, out of order or twice ${disordered}: ${verdict}`,
  );
}
