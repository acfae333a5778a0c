// `npm run bench -- archive BOOKINGS`: the daily archive of a clinic with so many old bookings, as the server does it, with
// the embedded database in its process and two desks at work beside it: one reads a day, the other registers patients.
// It says what the desks waited without the archive and with it, and how far it is every minute.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  archive,
  bookings,
  dryRun,
  patients,
  tenants,
  type Database,
  type TenantScope,
} from '@paper-circe/core';
import type { CommandStartedEvent } from 'mongodb';
import { removeAll, withDatabase } from '../drills/databases.ts';
import { madeClinic } from '../drills/templates.ts';
import { grown } from '../drills/words.ts';
import { machine, quantile } from '../rounds.ts';

/** How long a desk rests between two acts, in milliseconds: somebody who types is slower. */
const restMs = 100;

/** So many acts of each desk are waited for before the archive begins. */
const undisturbed = 100;

/** How often it says how far it is, in milliseconds. */
const tellMs = 60_000;

/** What the acts of one desk took, in milliseconds. */
type Waits = readonly number[];

export interface ArchiveFigures {
  readonly moved: number;
  readonly ms: number;
  /** Milliseconds of the processor, desks and database with it. */
  readonly computed: number;
  /** The most memory that the process had, in bytes. */
  readonly memory: number;
  readonly alone: { readonly reads: Waits; readonly writes: Waits };
  readonly beside: { readonly reads: Waits; readonly writes: Waits };
  /** How many bookings a second run moved. */
  readonly again: number;
}

export async function benchArchive(count: number): Promise<void> {
  console.log(machine());
  const { moved, ms, computed, memory, alone, beside, again } = await archived(count, (line) =>
    console.log(line),
  );
  console.log(
    `${moved.toLocaleString('en')} bookings in ${seconds(ms)}, ${Math.round((moved / ms) * 1000)} a second, of which the processor worked ${seconds(computed)}; at most ${Math.round(memory / 1e6)} MB; a second run moved ${again}`,
  );
  for (const [what, waits] of [
    ['a day is read, without', alone.reads],
    ['a day is read, beside it', beside.reads],
    ['a patient is registered, without', alone.writes],
    ['a patient is registered, beside it', beside.writes],
  ] as const)
    console.log(
      `  ${what.padEnd(36)}${String(waits.length).padStart(8)} times${share(waits, 0.5)} half${share(waits, 0.99)} 99 of 100${share(waits, 1)} at most`,
    );
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function share(waits: Waits, part: number): string {
  return `${quantile(waits, part).toFixed(0)} ms`.padStart(10);
}

/** @throws Error when not every booking that was due has moved */
export async function archived(
  count: number,
  say: (line: string) => void = () => undefined,
  first = undisturbed,
): Promise<ArchiveFigures> {
  const root = await mkdtemp(join(tmpdir(), 'circe-archive-'));
  const file = join(root, 'clinic.db');
  try {
    await madeClinic(file, count);
    const { size } = await stat(file);
    say(`A clinic of ${count.toLocaleString('en')} bookings is made: ${Math.round(size / 1e6)} MB.`);
    return await withDatabase(file, (database) => besideDesks(database, say, first), inTheMorning());
  } finally {
    await removeAll(file);
    await rm(root, { recursive: true, force: true });
  }
}

/** A clock by which the daily archive is due, whenever this runs. */
function inTheMorning(): () => Date {
  const nine = new Date();
  nine.setHours(9, 0, 0, 0);
  const ahead = nine.getTime() - Date.now();
  return () => new Date(Date.now() + ahead);
}

async function besideDesks(
  database: Database,
  say: (line: string) => void,
  first: number,
): Promise<ArchiveFigures> {
  const clinic = await tenants.openTenantBySlug(database, grown, { kind: 'system', name: 'desk' });
  const due = await archive.archiveBookings(dryRun(clinic));
  const alone = await desks(clinic, async (done) => {
    while (done() < first) await pause(restMs);
  });
  const began = performance.now();
  const before = process.cpuUsage();
  let moved = 0;
  const beside = await desks(clinic, async () => {
    const told = telling(database, began, say);
    moved = (await archive.archiveDaily(database)) ?? 0;
    told();
  });
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  if (moved !== due) throw new Error(`${moved} bookings moved of ${due} that were due.`);
  let again = 0;
  const actor = { kind: 'system', name: 'archive' } as const;
  for await (const one of archive.archiveAll(database, actor)) again += one.moved;
  const memory = process.resourceUsage().maxRSS * 1024;
  return { moved, ms, computed: (user + system) / 1000, memory, alone, beside, again };
}

/** Says every minute how far it is, by what goes over the wire: a count of a million would be work of its own. */
function telling({ client }: Database, began: number, say: (line: string) => void): () => void {
  let sent = 0;
  const count = ({ command }: CommandStartedEvent) => {
    if (command['insert'] === 'bookingsArchive') sent += (command['documents'] as unknown[]).length;
  };
  client.on('commandStarted', count);
  const timer = setInterval(() => {
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    say(`  ${seconds(performance.now() - began)}: ${sent.toLocaleString('en')} moved, ${memory} MB now`);
  }, tellMs);
  return () => {
    clearInterval(timer);
    client.off('commandStarted', count);
  };
}

let registered = 0;

/** Both desks work until the work has ended, which is told how often the slower one has acted. */
async function desks(
  clinic: TenantScope,
  work: (done: () => number) => Promise<void>,
): Promise<ArchiveFigures['alone']> {
  const [reads, writes]: [number[], number[]] = [[], []];
  const ended = new AbortController();
  const desk = async (waits: number[], act: () => Promise<unknown>) => {
    while (!ended.signal.aborted) {
      const began = performance.now();
      await act();
      waits.push(performance.now() - began);
      await pause(restMs);
    }
  };
  const both = [
    desk(reads, () => bookings.findTodays(clinic)),
    desk(writes, () => {
      const phone = `0813${String(50_000_000 + registered++)}`;
      return patients.register(clinic, { name: `Sri ${registered}`, phone });
    }),
  ];
  try {
    await Promise.race([work(() => Math.min(reads.length, writes.length)), ...both]);
  } finally {
    ended.abort();
  }
  await Promise.all(both);
  return { reads, writes };
}
