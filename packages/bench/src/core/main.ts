// Core against the native driver written by hand, mongoose and papr, on one server in one run. What counts are the
// ratios; the microseconds belong to the machine that printed them.
import { bookings, patients } from '@paper-circe/core';
import { MongoClient } from 'mongodb';
import { besideBar, compareEach, print, ratio, type Closer, type Result, type Task } from '../rounds.ts';
import { book, readNewest, readOne, register, reschedule } from './acts.ts';
import { benchAvailability } from './availability.ts';
import { driverPeer } from './driver.ts';
import { newFixture, type Fixture } from './fixture.ts';
import { mongoosePeers } from './mongoose.ts';
import { paprPeer } from './papr.ts';
import type { Peer } from './peer.ts';

/** At least this much of another one's speed. */
const bars = [
  ['driver', 0.9],
  ['mongoose documents', 1.5],
  ['papr', 0.95],
] as const;

/** @param closer in other rounds than 121 */
export async function benchCore(uri: string, closer: Closer = {}): Promise<void> {
  const name = `bench-${Date.now().toString(36)}`;
  const fixture = await newFixture(uri, name);
  const { driver, others } = await peersOf(uri, name);
  console.log('Shares of the speed of the driver used by hand: median, with its 95 % interval.');
  for await (const results of compareEach(await tasksOf(fixture, driver, others), closer)) {
    print(results);
    printBars(results);
  }
  if ('availability'.includes(closer.only ?? '')) await benchAvailability(uri, fixture.database);
  for (const peer of [driver, ...others]) await peer.close();
  await fixture.database.close();
  const client = new MongoClient(uri);
  await client.db(name).dropDatabase();
  await client.close();
}

/** The driver by hand, which is the measure, and the others. */
export async function peersOf(uri: string, name: string): Promise<{ driver: Peer; others: readonly Peer[] }> {
  const driver = await driverPeer(uri, name);
  return { driver, others: [...(await mongoosePeers(uri, name)), await paprPeer(uri, name)] };
}

function printBars(results: readonly Result[]): void {
  const core = results.find(({ contender }) => contender === 'core')!;
  for (const [name, least] of bars) {
    const other = results.find(({ contender }) => contender === name);
    if (!other) continue;
    const share = ratio(core, other);
    const most = ratio(results[0]!, other).median;
    const isOutOfReach = share.median < least && most < least;
    const said = isOutOfReach ? `out of reach, the driver by hand is at ${most.toFixed(2)}` : undefined;
    console.log(`    core : ${name.padEnd(20)} ${besideBar(share, least, said)}`);
  }
}

const typedName = 'Ayu Lestari';

/** What is measured: each contender of a task does the same. */
export async function tasksOf(fixture: Fixture, driver: Peer, others: readonly Peer[]): Promise<Task[]> {
  const { clinic, patientId, staffId, treatmentId, nextPhone, nextSlot } = fixture;
  const mine = { patientId, staffId, treatmentId, source: 'online' } as const;
  const own = new Map<Peer, string>();
  for (const peer of [driver, ...others]) {
    own.set(peer, (await bookings.book(clinic, { ...mine, startAt: nextSlot() })).id);
  }
  const moved = await bookings.book(clinic, { ...mine, startAt: nextSlot() });
  const task = (
    name: string,
    calls: number,
    run: (peer: Peer) => Promise<unknown>,
    core: () => Promise<unknown>,
  ): Task => ({
    name,
    calls,
    rounds: 121,
    warmUp: 20,
    contenders: [
      { name: driver.name, run: () => run(driver) },
      { name: 'core', run: core },
      ...others.map((peer) => ({ name: peer.name, run: () => run(peer) })),
    ],
  });
  return [
    task(
      'read one by id',
      60,
      (peer) => readOne(peer, fixture),
      () => patients.get(clinic, patientId),
    ),
    task(
      'read the newest 20',
      30,
      (peer) => readNewest(peer, fixture),
      () => patients.findByTenant(clinic, { limit: 20 }),
    ),
    task(
      'insert: register a patient',
      12,
      (peer) => register(peer, fixture, typedName),
      () => patients.register(clinic, { name: typedName, phone: nextPhone() }),
    ),
    task(
      'book',
      8,
      (peer) => book(peer, fixture),
      () => bookings.book(clinic, { ...mine, startAt: nextSlot() }),
    ),
    task(
      'reschedule',
      8,
      (peer) => reschedule(peer, fixture, own.get(peer)!),
      () => bookings.reschedule(clinic, moved.id, { startAt: nextSlot() }),
    ),
  ];
}
