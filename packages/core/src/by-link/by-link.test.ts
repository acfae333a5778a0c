import { beforeEach, expect, test } from 'vitest';
import * as core from '../index.ts';
import { codesOf, newPractice, recorded, testDatabase } from '../testing/index.ts';

const held = testDatabase();
const { audit, bookings, byLink, patients, publicPage } = core;

const at = (text: string) => new Date(`2026-11-${text}:00+07:00`);
beforeEach(() => void (held.clock.now = at('24T09:00')));

let secrets = 0;
const newHash = () => `${++secrets}`.padStart(64, '0');

/** A clinic, and a visit of two treatments there whose link somebody has. */
async function linkedVisit() {
  const practice = await newPractice(held.database, { booking: { publicPage: true, noticeMin: 60 } });
  const { clinic, ayu, facial, sari, dewi } = practice;
  const steps = [sari, dewi].map(({ id }) => ({ treatmentId: facial.id, staffId: id }));
  const asked = { patientId: ayu.id, steps, startAt: at('26T10:00'), source: 'online', status: 'confirmed', notes: 'Shy' } as const; // prettier-ignore
  const [first, second] = await bookings.bookVisit(clinic, asked);
  const tokenHash = newHash();
  await bookings.giveLink(clinic, second!.id, { tokenHash });
  return { ...practice, first: first!, second: second!, link: { tokenHash } };
}

test('whoever has the link sees what, with whom, when and how it stands, and nothing else', async () => {
  const { clinic, first, link } = await linkedVisit();
  const seen = await byLink.get(clinic, link);
  expect(seen).toEqual([
    { id: first.id, treatmentName: 'Facial', staffName: 'Sari', startAt: at('26T10:00'), endAt: at('26T11:00'), status: 'confirmed', changeableUntil: at('25T10:00') },
    expect.objectContaining({ staffName: 'Dewi', startAt: at('26T11:00') }),
  ]);
  expect(Object.keys(seen[1]!).toSorted()).toEqual(Object.keys(seen[0]!).toSorted());
  // Whose link it is stands in no record of the audit, which still accounts for everything.
  const history = await recorded(clinic, 'bookings', first.id);
  expect(history.map(({ action }) => action)).toEqual(['bookings.bookVisit', 'bookings.giveLink']);
  expect(JSON.stringify(history)).not.toContain(link.tokenHash);
  expect(await Array.fromAsync(audit.replay(clinic))).toEqual([]);
}); // prettier-ignore

test('a visit moves and is cancelled by its link as a whole, once, and its time is free for others', async () => {
  const { clinic, facial, first, sari, ayu, link } = await linkedVisit();
  const [day] = await byLink.timesToMove(clinic, { ...link, from: '2026-11-26' });
  expect(day?.times.map(({ startAt }) => startAt)).toContainEqual(at('26T10:15'));
  const moved = await byLink.reschedule(clinic, { ...link, startAt: at('26T10:30') });
  expect(moved.map(({ startAt, status }) => [startAt, status])).toEqual([
    [at('26T10:30'), 'confirmed'],
    [at('26T11:30'), 'confirmed'],
  ]);
  const last = (await recorded(clinic, 'bookings', first.id)).at(-1);
  expect(last).toMatchObject({ action: 'bookings.rescheduleVisit', actor: { kind: 'public' } });
  const twice = await codesOf([byLink.cancel(clinic, link), byLink.cancel(clinic, link)]);
  expect(twice.toSorted()).toEqual(['NOT_FOUND', 'done']);
  expect(await codesOf([byLink.get(clinic, link)])).toEqual(['NOT_FOUND']);
  const details = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  await bookings.book(clinic, { ...details, startAt: at('26T10:30') });
  // Sent twice under one key it is one act, with one answer.
  const again = await linkedVisit();
  const once = core.once(again.clinic, 'a-form');
  const answers = await Promise.all([byLink.cancel(once, again.link), byLink.cancel(once, again.link)]);
  expect(answers[1]).toEqual(answers[0]);
});

test('of two who want one time, and of a move and a cancellation at once, one has its way', async () => {
  const [one, { clinic, facial, dewi, ayu, link }] = [await linkedVisit(), await linkedVisit()];
  const steps = [{ treatmentId: facial.id, staffId: dewi.id }];
  const taken = { patientId: ayu.id, steps, startAt: at('27T15:00'), source: 'online' } as const;
  const race = await codesOf([
    byLink.reschedule(clinic, { ...link, startAt: at('27T14:00') }),
    bookings.bookVisit(clinic, taken),
  ]);
  expect(race.toSorted()).toEqual(['CONFLICT_SLOT', 'done']);
  const both = await codesOf([
    byLink.cancel(one.clinic, one.link),
    byLink.reschedule(one.clinic, { ...one.link, startAt: at('27T14:00') }),
  ]);
  expect(both[0]).toBe('done');
  const left = await bookings.findByVisit(one.clinic, one.first.visitId!);
  expect(left.map(({ status, holds }) => [status, holds])).toEqual([['cancelled', undefined], ['cancelled', undefined]]); // prettier-ignore
});

test('every secret that is not good here answers alike, and of those that were given the last one is', async () => {
  const [here, there] = [await linkedVisit(), await linkedVisit()];
  const old = here.link;
  const link = { tokenHash: newHash() };
  await bookings.giveLink(here.clinic, here.first.id, link);
  const answers = async (clinic: core.TenantScope, tokenHash: string) => {
    const startAt = at('27T14:00');
    const all = await Promise.allSettled([
      byLink.get(clinic, { tokenHash }),
      byLink.timesToMove(clinic, { tokenHash, from: '2026-11-27' }),
      byLink.reschedule(clinic, { tokenHash, startAt }),
      byLink.cancel(clinic, { tokenHash }),
    ]);
    return all.map((one) => JSON.stringify(one.status === 'rejected' ? [one.reason, String(one.reason)] : ''));
  };
  const never = await answers(here.clinic, newHash());
  expect(new Set(never).size).toBe(1);
  for (const { tokenHash } of [old, there.link]) expect(await answers(here.clinic, tokenHash)).toEqual(never);
  await bookings.cancelVisit(there.clinic, there.first.visitId!);
  expect(await answers(there.clinic, there.link.tokenHash)).toEqual(never);
  expect(await codesOf([bookings.giveLink(there.clinic, there.first.id, link), bookings.giveLink(there.clinic, here.first.id, link)])).toEqual(['ILLEGAL_TRANSITION', 'NOT_FOUND']);
  expect(await byLink.get(here.clinic, link)).toHaveLength(2);
  held.clock.now = at('26T12:00');
  expect(await answers(here.clinic, link.tokenHash)).toEqual(never);
}); // prettier-ignore

test("the clinic's notice, grid and window bind whoever has a link, and he is told when it is too late", async () => {
  const { clinic, ayu, facial, sari, link } = await linkedVisit();
  const admin = core.actingAs(clinic, { kind: 'user', id: 'a'.repeat(24), name: 'A', role: 'admin' });
  const details = { patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online' } as const;
  const { id } = await bookings.book(clinic, { ...details, startAt: at('27T15:00') });
  for (const [startAt, code] of [[at('24T09:30'), 'NOTICE'], [at('27T10:05'), 'OFF_GRID'], [at('27T14:30'), 'BUSY']] as const) {
    const refused: unknown = await byLink.reschedule(admin, { ...link, startAt }).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'CONFLICT_SLOT', details: { reasons: [{ code }] } });
    expect(JSON.stringify(refused)).not.toContain(id);
  }
  held.clock.now = new Date(at('25T10:00').getTime() + 1);
  const late = [byLink.cancel(clinic, link), byLink.reschedule(clinic, { ...link, startAt: at('28T10:00') })];
  expect(await codesOf(late)).toEqual(['ILLEGAL_TRANSITION', 'ILLEGAL_TRANSITION']);
  expect(await byLink.get(clinic, link)).toHaveLength(2);
}); // prettier-ignore

test('whoever books on the public page keeps a secret of his own, until his record is erased', async () => {
  const { clinic, facial } = await linkedVisit();
  const link = { tokenHash: newHash() };
  const asked = { name: 'Rina', phone: '0813-0000-0001', steps: [{ treatmentId: facial.id }], startAt: at('27T10:00'), ...link };
  const [made] = await publicPage.book(clinic, asked);
  expect(JSON.stringify(made)).not.toContain(link.tokenHash);
  expect(await byLink.get(clinic, link)).toMatchObject([{ id: made!.id, status: 'pending' }]);
  // The clinic's link is one more, and takes nothing from him.
  const theirs = { tokenHash: newHash() };
  await bookings.giveLink(clinic, made!.id, theirs);
  expect(await byLink.get(clinic, link)).toEqual(await byLink.get(clinic, theirs));
  const { patientId } = await bookings.get(clinic, made!.id);
  await byLink.cancel(clinic, link);
  await patients.erase(clinic, patientId);
  expect(await bookings.get(clinic, made!.id)).not.toHaveProperty('bookedHash');
  for (const tokenHash of ['x', '', 'A'.repeat(64), { $ne: '' }, undefined])
    expect(await codesOf([publicPage.book(clinic, { ...asked, tokenHash } as never)])).toEqual([tokenHash === undefined ? 'done' : 'VALIDATION']);
}); // prettier-ignore
