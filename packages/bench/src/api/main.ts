// The API over HTTP, in requests a second: what each layer costs, and today's board for many desks at once. What counts
// are the ratios; the figures belong to the machine that printed them.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { bookings, users } from '@paper-circe/core';
import { startSession } from '@paper-circe/api';
import { MongoClient } from 'mongodb';
import { newFixture, type Fixture } from '../core/fixture.ts';
import type { ServerState } from './server-process.ts';
import { besideBar, compare, estimate, print, quantile, ratio, type Contender } from '../rounds.ts';

/** At least this much of tRPC over the same reads by hand. */
const bar = 0.85;
const atOnce = 16;
const desks = 200;
/** Long enough that one hold of the disk is not the hundredth that is slowest. */
const boardSeconds = 30;

export function benchApi(uri: string): Promise<void> {
  return withApi(uri, `bench-api-${Date.now().toString(36)}`, async (ask, fixture, server) => {
    await layers(ask, fixture);
    await boards(ask, fixture, server);
  });
}

/** Somebody who is signed in, before a server in a process of its own, over a database that goes when the work is done. */
export async function withApi(
  uri: string,
  name: string,
  work: (ask: Ask, fixture: Fixture, server: ChildProcess) => Promise<void>,
): Promise<void> {
  const fixture = await newFixture(uri, name);
  const user = await users.add(fixture.clinic, {
    email: 'desk@bench.test',
    name: 'Desk',
    role: 'staff',
    passwordHash: 'a hash that nobody signs in with',
  });
  const { token } = await startSession(fixture.clinic, user.id);
  const server = fork(new URL('./server-process.ts', import.meta.url), [uri, name]);
  const [port] = (await once(server, 'message')) as [number];
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  try {
    await work((path) => asked(agent, port, path, token), fixture, server);
  } finally {
    agent.destroy();
    server.kill();
    await fixture.database.close();
    const client = new MongoClient(uri);
    await client.db(name).dropDatabase();
    await client.close();
  }
}

type Ask = (path: string) => Promise<string>;

/** What each layer is asked by, the measure first. */
export function pathsOf(patientId: string): readonly (readonly [name: string, path: string])[] {
  const input = `?input=${encodeURIComponent(JSON.stringify({ json: { id: patientId } }))}`;
  return [
    ['tRPC, reads by hand', `/bare/patient${input}`],
    ['Node alone', '/raw'],
    ['tRPC alone', `/bare/nothing${input}`],
    ['API: session, clinic', '/api/bench/trpc/auth.me'],
    ['API: and a patient', `/api/bench/trpc/patients.get${input}`],
  ];
}

async function layers(ask: Ask, { patientId }: Fixture): Promise<void> {
  const results = await compare({
    name: `${atOnce} requests at once`,
    calls: 6,
    rounds: 31,
    warmUp: 15,
    contenders: pathsOf(patientId).map(([label, path]) => ({
      name: label,
      run: () => Promise.all(Array.from({ length: atOnce }, () => ask(path))),
    })) as [Contender, ...Contender[]],
  });
  print(results);
  for (const { contender: label, times } of results) {
    console.log(
      `    ${label.padEnd(24)} ${((atOnce * 1e6) / estimate(times).median).toFixed(0).padStart(6)} requests a second`,
    );
  }
  const share = ratio(results[4]!, results[0]!);
  console.log(`    API : by hand            ${besideBar(share, bar)}`);
}

/** Every desk reads the board once a second while bookings are made, as its events would make it do. */
async function boards(ask: Ask, fixture: Fixture, server: ChildProcess): Promise<void> {
  const { clinic, patientId, staffId, treatmentId, nextSlot } = fixture;
  const mine = { patientId, staffId, treatmentId, source: 'online' } as const;
  const booked = [];
  for (let n = 0; n < 60; n++) booked.push(await bookings.book(clinic, { ...mine, startAt: nextSlot() }));
  const date = booked[0]!.localDate;
  const path = `/api/bench/trpc/bookings.findByTenantAndDate?input=${encodeURIComponent(JSON.stringify({ json: { date } }))}`;
  await ask(path);
  server.send('reset');
  await once(server, 'message');
  const looks: Span[] = [];
  const begun = performance.now();
  const end = begun + boardSeconds * 1_000;
  const desk = async (_: unknown, n: number) => {
    await new Promise((resolve) => setTimeout(resolve, (n * 1_000) / desks));
    while (performance.now() < end) {
      const board = await timed(() => ask(path));
      looks.push(board);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1_000 - lengthOf(board))));
    }
  };
  const made: Span[] = [];
  const flow = async () => {
    while (performance.now() < end) {
      made.push(await timed(() => bookings.book(clinic, { ...mine, startAt: nextSlot() })));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  await Promise.all([...Array.from({ length: desks }, desk), flow()]);
  server.send('delay');
  const [{ delayMs, longestMs }] = (await once(server, 'message')) as [ServerState];
  const slowest = looks.toSorted((a, b) => lengthOf(a) - lengthOf(b)).slice(Math.floor(looks.length * 0.99));
  const early = slowest.filter(({ from }) => from < begun + 1_000);
  const meanwhile = slowest.filter((board) => made.some((booking) => overlap(board, booking)));
  console.log(
    `\ntoday's board for ${desks} desks, each once a second, while ${made.length} bookings are made`,
  );
  console.log(
    `  ${looks.length} boards: median ${at(looks, 0.5)} ms, 99 of 100 within ${at(looks, 0.99)} ms; ` +
      `event loop delayed ${delayMs.toFixed(0)} ms at most in 99 of 100, ${longestMs.toFixed(0)} ms once`,
  );
  console.log(
    `  of the ${slowest.length} slowest ${early.length} in the first second, and ${meanwhile.length} while a booking was made ` +
      `(median ${at(made, 0.5)} ms, the longest ${at(made, 1)} ms)`,
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

async function timed(work: () => Promise<unknown>): Promise<Span> {
  const from = performance.now();
  await work();
  return { from, to: performance.now() };
}

const lengthOf = ({ from, to }: Span) => to - from;

const overlap = (one: Span, other: Span) => one.from < other.to && other.from < one.to;

/** The milliseconds that a share of some spans did not take longer than. */
function at(spans: readonly Span[], share: number): string {
  return quantile(spans.map(lengthOf), share).toFixed(0);
}

function asked(agent: Agent, port: number, path: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(text)
          : reject(new Error(`${path} answered ${response.statusCode}: ${text}`)),
      );
    }).on('error', reject);
  });
}
