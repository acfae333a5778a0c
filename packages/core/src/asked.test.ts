// What a caller asks beside having a thing done holds of every act, also of those for which nobody thought of it: a dry
// run leaves the whole database as it was, and of one key the second call answers what the first one did.
import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import * as core from './index.ts';
import { acts, all, chances, kinds, writes, type IdOf, type Kind } from './testing/acts.ts';
import type { OfClinic } from './testing/exports.ts';
import { aPng, inEach, newPractice, testDatabase } from './testing/index.ts';

const held = testDatabase();
const { apiTokens, bookings, patients, queue, sessions, staff, treatments, users } = core;

/** Everything that is stored, in the order of its ids. */
async function everything(): Promise<Record<string, string[]>> {
  const stored = await inEach(held.database, () => [{ $sort: { _id: 1 } }]);
  return Object.fromEntries(
    Object.entries(stored).map(([name, found]) => [
      name,
      found.map((one) => BSON.EJSON.stringify(one, { relaxed: false })),
    ]),
  );
}

/** A clinic in which there is something for every act: bookings in every state, accounts, sessions, and who has left. */
async function furnished() {
  const { clinic, sari, dewi, facial, ayu } = await newPractice(held.database, {
    booking: { publicPage: true },
  });
  const gone = await patients.register(clinic, { name: 'Budi', phone: '0812-3456-7891' });
  const peeling = await treatments.add(clinic, {
    name: 'Peeling', category: 'Skin', durationMin: 30, price: 100_000, assignedStaff: [sari.id],
  }); // prettier-ignore
  const given = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const at = (time: string) => new Date(`2026-11-24T${time}:00+07:00`);
  const book = (time: string, status: 'pending' | 'confirmed' = 'confirmed') =>
    bookings.book(clinic, { ...given, startAt: at(time), status });
  const made = [
    await book('17:00', 'pending'),
    await book('18:00'),
    await book('19:00'),
    await book('16:00'),
  ];
  await bookings.complete(clinic, made[2]!.id);
  await bookings.cancel(clinic, made[3]!.id);
  const walkIn = await queue.join(clinic, { patientId: ayu.id, treatmentId: facial.id });
  const visit = await bookings.bookVisit(clinic, {
    patientId: ayu.id, startAt: new Date('2026-11-25T10:00:00+07:00'), source: 'online',
    steps: [{ treatmentId: facial.id }, { treatmentId: facial.id }],
  }); // prettier-ignore
  await bookings.giveLink(clinic, made[1]!.id, { tokenHash: 'c'.repeat(64) });
  const passwordHash = 'x'.repeat(60);
  const account = { email: 'ayu@contoh.id', name: 'Ayu', role: 'user', passwordHash } as const;
  const patient = await users.add(clinic, { ...account, patientId: ayu.id });
  const desk = await users.add(clinic, {
    email: 'desk@contoh.id',
    name: 'Rina',
    role: 'staff',
    passwordHash,
  });
  const expiresAt = new Date('2026-11-26T00:00:00Z');
  for (const [n, userId] of [patient.id, desk.id].entries())
    await sessions.open(clinic, { tokenHash: 'ab'[n]!.repeat(64), userId, expiresAt });
  const token = { name: 'Export', tokenHash: 'a'.repeat(64), scopes: ['patients:read'], expiresAt };
  const { id: tokenId } = await apiTokens.create(clinic, token);
  await users.countSignIn(clinic, 'ayu@contoh.id');
  await staff.setException(clinic, dewi.id, { date: '2026-11-24', hours: ['10:00-18:00'] });
  await staff.addTimeOff(clinic, dewi.id, { from: '2026-11-25', to: '2026-11-25' });
  await core.tenants.uploadLogo(clinic, { data: aPng(2, 1) });
  await patients.deactivate(clinic, gone.id);
  const ids: Record<Kind, readonly string[]> = {
    patients: [ayu.id, gone.id],
    staff: [sari.id, dewi.id],
    treatments: [facial.id, peeling.id],
    bookings: [...made, walkIn, ...visit].map(({ id }) => id),
    users: [desk.id, patient.id],
    apiTokens: [tokenId],
  };
  return { clinic, ids };
}

type Practice = Awaited<ReturnType<typeof furnished>>;

/** What an act answers, or the error that it throws. */
async function outcome(
  { clinic, ids }: Practice,
  name: OfClinic,
  seed: number,
): Promise<{ readonly answer: unknown } | { readonly code: string }> {
  const pick = chances(seed);
  const id = <Name extends Kind>(kind: Name) => kinds[kind].parse(pick(ids[kind])) as IdOf<Name>;
  try {
    const answer = await acts[name]({ clinic, pick, id });
    return { answer: BSON.EJSON.parse(BSON.EJSON.stringify({ answer }, { ignoreUndefined: true })) };
  } catch (error) {
    if (!core.isCirceError(error)) throw error;
    return { code: error.code };
  }
}

/**
 * What is asked of a scope of their own, of files that the audit is numbered for, and of what is looked up again for the
 * second call.
 */
const others: readonly OfClinic[] = [
  'actingAs',
  'dryRun',
  'onCommit',
  'once',
  'transfer.exportTenant',
  'sessions.revoke',
];

test('a dry run of any act leaves everything as it was', async () => {
  const practice = await furnished();
  const tried = { ...practice, clinic: core.dryRun(practice.clinic) };
  const before = await everything();
  const done = new Set<string>();
  for (const name of all.filter((one) => !others.includes(one))) {
    for (const seed of [1, 2, 3]) if ('answer' in (await outcome(tried, name, seed * 7919))) done.add(name);
    if (writes.includes(name)) expect.soft(await everything(), name).toEqual(before);
  }
  expect(await everything()).toEqual(before);
  // Most of them did something there that could have been left; the platform's own are refused in a clinic.
  expect(writes.filter((one) => done.has(one)).length).toBeGreaterThan(0.6 * writes.length);
}, 120_000);

test('of one key the second call answers what the first one did, and does nothing', async () => {
  const practice = await furnished();
  for (const name of writes.filter((one) => !others.includes(one))) {
    const asked = { ...practice, clinic: core.once(practice.clinic, `of-${name}`) };
    const first = await outcome(asked, name, 7919);
    const after = await everything();
    expect.soft(await outcome(asked, name, 7919), name).toEqual(first);
    expect.soft(await everything(), name).toEqual(after);
  }
}, 120_000);
