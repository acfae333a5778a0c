// That the benches run, and that what they compare is the same work. How fast it is they say themselves.
import { MongoClient } from 'mongodb';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import { expect, test } from 'vitest';
import { pathsOf, withApi } from './api/main.ts';
import { archived } from './archive/main.ts';
import { newFixture } from './core/fixture.ts';
import { peersOf, tasksOf } from './core/main.ts';
import { figuresOf } from './operations/main.ts';

test('core and its peers read and write the same', async () => {
  const [uri, name] = [databaseUri(), newDatabaseName()];
  const client = await new MongoClient(uri).connect();
  const db = client.db(name);
  const fixture = await newFixture(uri, name, 30);
  const { driver, others } = await peersOf(uri, name);
  const stored = async () => {
    const [quota] = await db
      .collection('counters')
      .find({ name: /^bookings:/ })
      .toArray();
    return {
      patients: await db.collection('patients').countDocuments(),
      bookings: await db.collection('bookings').countDocuments(),
      events: await db.collection('auditEvents').countDocuments(),
      quota: quota?.['value'] ?? 0,
    };
  };
  const events = async (action: string, newest: number) => {
    const found = await db
      .collection('auditEvents')
      .find({ action })
      .sort({ _id: -1 })
      .limit(newest)
      .toArray();
    return found.map(({ changes }) => Object.keys(changes).sort());
  };
  type Stored = Awaited<ReturnType<typeof stored>>;
  const added = (before: Stored, after: Stored) =>
    Object.keys(before).map((key) => after[key as keyof Stored] - before[key as keyof Stored]);
  try {
    const seen = new Map<string, [number[], unknown[]]>();
    for (const task of await tasksOf(fixture, driver, others)) {
      const reads = task.name.startsWith('read');
      const did: [number[], unknown[]][] = [];
      for (const contender of task.contenders) {
        const before = await stored();
        const answer = await contender.run();
        did.push([added(before, await stored()), reads ? namesIn(answer) : []]);
      }
      expect(did, task.name).toEqual(did.map(() => did[0]));
      seen.set(task.name, did[0]!);
    }
    const nothing = [0, 0, 0, 0];
    expect(Object.fromEntries(seen)).toEqual({
      'read one by id': [nothing, ['Ayu 29']],
      'read the newest 20': [nothing, Array.from({ length: 20 }, (_, n) => `Ayu ${29 - n}`)],
      'insert: register a patient': [[1, 0, 1, 0], []],
      book: [[0, 1, 1, 1], []],
      reschedule: [[0, 0, 1, 0], []],
    });
    const registered = await db
      .collection('patients')
      .find({ name: 'Ayu Lestari' })
      .project({
        _id: 0,
        totalVisits: 1,
        isActive: 1,
        phone: { $substrBytes: ['$phone', 0, 6] },
        searchWords: 1,
      })
      .toArray();
    const patient = { totalVisits: 0, isActive: true, phone: '+62812' };
    const searchWords = ['=ayu lestari', ' lestari ayu', 'yu', 'estari', 'stari', 'tari', 'ari', 'ri'];
    expect(registered).toEqual(
      registered.map(() => ({
        ...patient,
        searchWords: [...searchWords, expect.stringMatching(/^#\d{8}21826$/)],
      })),
    );
    const contenders = 2 + others.length;
    expect(registered).toHaveLength(contenders);
    for (const action of ['patients.register', 'bookings.book', 'bookings.reschedule']) {
      const changed = await events(action, contenders);
      expect(changed, action).toEqual(changed.map(() => changed[0]));
    }
  } finally {
    for (const peer of [driver, ...others]) await peer.close();
    await fixture.database.close();
    await db.dropDatabase();
    await client.close();
  }
});

/** Who is in the answer to a read; a page of the driver's has one more, which tells that there is another page. */
function namesIn(answer: unknown): unknown[] {
  const read = (answer as { items?: unknown } | undefined)?.items ?? answer;
  const rows = Array.isArray(read) ? read.slice(0, 20) : [read];
  return rows.flatMap((row: { name?: string } | undefined) => row?.name ?? []);
}

test('every layer of the API answers, and the last one what reads by hand answer', async () => {
  await withApi(databaseUri(), newDatabaseName(), async (ask, { patientId }) => {
    const answers = new Map<string, unknown>();
    for (const [label, path] of pathsOf(patientId)) answers.set(label, JSON.parse(await ask(path)));
    const patient = {
      result: { data: { json: expect.objectContaining({ id: patientId, isActive: true }) } },
    };
    expect(answers.get('tRPC, reads by hand')).toMatchObject(patient);
    expect(answers.get('API: and a patient')).toMatchObject(patient);
    expect([...answers.values()].filter((answer) => JSON.stringify(answer).includes('error'))).toEqual([]);
  });
});

test('the daily archive moves what is due while desks work, and a second run nothing', async () => {
  const { moved, again, alone, beside, memory } = await archived(120, undefined, 2);
  expect(moved).toBeGreaterThan(50);
  expect(again).toBe(0);
  for (const waits of [alone.reads, alone.writes, beside.reads, beside.writes])
    expect(waits.length).toBeGreaterThan(0);
  expect(memory).toBeGreaterThan(10_000_000);
});

test('a clinic is restored and carried; what has to be before is not measured', async () => {
  const asked = ['restore', 'import'] as const;
  const figures = await figuresOf(40, asked);
  expect(Object.keys(figures)).toEqual(asked);
  for (const [act, { documents, memory }] of Object.entries(figures)) {
    expect(documents, act).toBeGreaterThan(10);
    expect(memory, act).toBeGreaterThan(10_000_000);
  }
}, 300_000);
