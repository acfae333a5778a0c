import { expect, test } from 'vitest';
import * as bookings from '../bookings/index.ts';
import { newClinic, newPractice, recorded, testDatabase } from '../testing/index.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import * as treatments from './index.ts';

const held = testDatabase();

const names = async (clinic: TenantScope) =>
  (await treatments.findByTenant(clinic)).items.map(({ name }) => name);

async function priceList(...list: [name: string, category: string][]) {
  const clinic = await newClinic(held.database);
  const byName: Record<string, treatments.TreatmentId> = {};
  for (const [name, category] of list) {
    byName[name] = (await treatments.add(clinic, { name, category, durationMin: 30, price: 100_000 })).id;
  }
  return { clinic, id: (name: string) => byName[name]! };
}

test('another price, name and duration are for what is booked from now on', async () => {
  const { clinic, ayu, facial, sari, dewi } = await newPractice(held.database);
  const book = (hour: number) =>
    bookings.book(clinic, {
      patientId: ayu.id, treatmentId: facial.id, staffId: dewi.id, source: 'online', status: 'confirmed',
      startAt: new Date(Date.UTC(2026, 10, 24, hour)),
    }); // prettier-ignore
  const before = await book(3);
  const after = await treatments.update(clinic, facial.id, {
    name: 'Facial Gold',
    price: 400_000,
    durationMin: 90,
    bufferAfterMin: 15,
    description: 'With gold',
    assignedStaff: [dewi.id, dewi.id],
    revision: 1,
  });
  expect(after).toMatchObject({ name: 'Facial Gold', assignedStaff: [dewi.id], category: 'Facial', revision: 2 });
  expect(await bookings.get(clinic, before.id)).toEqual(before);
  expect(await bookings.complete(clinic, before.id)).toMatchObject({ paymentAmount: 250_000, treatmentName: 'Facial' });
  expect(await book(6)).toMatchObject({ price: 400_000, durationMin: 90, bufferAfterMin: 15 });
  expect(await treatments.update(clinic, facial.id, { description: '' })).not.toHaveProperty('description');
  expect((await recorded(clinic, 'treatments', facial.id))[1]).toMatchObject({
    action: 'treatments.update',
    changes: { price: { from: 250_000, to: 400_000 } },
  });
  expect(sari.id).not.toBe(dewi.id);
}); // prettier-ignore

test('a change that is stale, of another clinic, or takes a taken name is refused', async () => {
  const { clinic, id } = await priceList(['Facial', 'Facial'], ['Peel', 'Facial']);
  const bali = await newPractice(held.database);
  const refused = (changes: unknown, whose = id('Peel')) =>
    treatments.update(clinic, whose, changes as treatments.TreatmentChanges).then(() => 'done', ({ code }) => code as string); // prettier-ignore
  expect(await refused({ name: 'Facial' })).toBe('CONFLICT_DUPLICATE');
  expect(await refused({ assignedStaff: [bali.sari.id] })).toBe('NOT_FOUND');
  expect(await refused({ price: 1 }, bali.facial.id)).toBe('NOT_FOUND');
  expect(await refused({ price: 1, revision: 2 })).toBe('STALE');
  for (const wrong of [{ price: -1 }, { price: 0.5 }, { durationMin: 10 }, { bufferBeforeMin: 121 }, { sortOrder: 1 }, { name: ' ' }]) {
    expect(await refused(wrong)).toBe('VALIDATION');
  } // prettier-ignore
  await expect(treatments.update(clinic, id('Peel'), { name: 'Facial' })).rejects.toMatchObject({
    details: { field: 'name', id: id('Facial') },
  });
});

test('what was saved of a treatment is taken back once, with its place, unless its name is taken since', async () => {
  const { clinic, id } = await priceList(['Facial', 'Facial'], ['Peel', 'Facial'], ['Laser', 'Laser']);
  await treatments.reorder(clinic, { ids: [id('Laser'), id('Peel'), id('Facial')] });
  const before = await treatments.get(clinic, id('Peel'));
  const changes = { name: 'Deep peel', category: 'Laser', price: 1, description: 'With care' };
  const saved = await treatments.update(clinic, before.id, changes);
  const back = await treatments.undo(clinic, before.id, { revision: saved.revision });
  expect(back).toEqual({ ...before, revision: back.revision, updatedAt: back.updatedAt });
  await expect(treatments.undo(clinic, before.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const { revision } = await treatments.update(clinic, before.id, { name: 'Deep peel' });
  const other = await treatments.add(clinic, { name: 'Peel', category: 'Facial', durationMin: 30, price: 1 });
  await expect(treatments.undo(clinic, before.id, { revision })).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    details: { field: 'name', id: other.id },
  });
  await treatments.update(clinic, before.id, { price: 2 });
  await expect(treatments.undo(clinic, before.id, { revision })).rejects.toMatchObject({ code: 'STALE' });
  const bali = await newPractice(held.database);
  await expect(treatments.undo(bali.clinic, before.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a treatment goes off the list and comes back; what was booked stays and can move', async () => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database);
  const booking = await bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, source: 'online',
    startAt: new Date('2026-11-25T03:00:00Z'),
  }); // prettier-ignore
  const gone = await treatments.deactivate(clinic, facial.id, { revision: 1 });
  expect(await names(clinic)).toEqual([]);
  expect((await treatments.findInactive(clinic)).items).toEqual([gone]);
  await bookings.reschedule(clinic, booking.id, { startAt: new Date('2026-11-25T05:00:00Z') });
  await expect(
    treatments.add(clinic, { name: 'Facial', category: 'X', durationMin: 30, price: 1 }),
  ).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE', details: { id: facial.id } });
  await expect(treatments.deactivate(clinic, facial.id)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  await expect(treatments.restore(clinic, facial.id, { revision: 1 })).rejects.toMatchObject({
    code: 'STALE',
  });
  expect(await treatments.restore(clinic, facial.id, { revision: 2 })).toMatchObject({ isActive: true });
  await expect(treatments.restore(clinic, facial.id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const bali = await newClinic(held.database);
  for (const act of [treatments.deactivate, treatments.restore]) {
    await expect(act(bali, facial.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

test('the price list is in the order it was put into, a category together, new ones at the end of theirs', async () => {
  const { clinic, id } = await priceList(['B', 'Facial'], ['A', 'Facial'], ['Z', 'Brows'], ['C', 'Laser']);
  expect(await names(clinic)).toEqual(['Z', 'A', 'B', 'C']);
  expect(await treatments.reorder(clinic, { ids: [id('C'), id('B'), id('Z'), id('A')] })).toBe(4);
  expect(await names(clinic)).toEqual(['C', 'B', 'A', 'Z']);
  await treatments.add(clinic, { name: 'AA', category: 'Facial', durationMin: 30, price: 1 });
  await treatments.add(clinic, { name: 'New', category: 'Aqua', durationMin: 30, price: 1 });
  expect(await names(clinic)).toEqual(['C', 'B', 'A', 'AA', 'Z', 'New']);
  expect((await treatments.findByTenantAndCategory(clinic, 'Facial')).items.map(({ name }) => name)).toEqual(['B', 'A', 'AA']);
  await treatments.reorder(clinic, { ids: [id('Z')] });
  expect(await names(clinic)).toEqual(['Z', 'C', 'B', 'A', 'AA', 'New']);
  const { revision } = await treatments.get(clinic, id('Z'));
  await treatments.reorder(clinic, { ids: [id('Z')] });
  expect((await treatments.get(clinic, id('Z'))).revision).toBe(revision);
  expect((await recorded(clinic, 'treatments', id('Z'))).at(-1)).toMatchObject({
    action: 'treatments.reorder',
    changes: { sortOrder: { from: 20_000, to: 0 } },
    documentRevision: revision,
  });
  const bali = await newPractice(held.database);
  await expect(treatments.reorder(clinic, { ids: [bali.facial.id] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(treatments.reorder(clinic, { ids: [id('Z'), id('Z')] })).rejects.toMatchObject({ code: 'VALIDATION' });
}); // prettier-ignore

test('two orders at once leave one of them', async () => {
  const { clinic, id } = await priceList(['A', 'X'], ['B', 'X'], ['C', 'X']);
  const orders = [['A', 'B', 'C'], ['C', 'B', 'A']]; // prettier-ignore
  await Promise.all(orders.map((order) => treatments.reorder(clinic, { ids: order.map(id) })));
  expect(orders).toContainEqual(await names(clinic));
});

test('categories are listed, renamed and joined', async () => {
  const { clinic, id } = await priceList(['A', 'Facial'], ['B', 'Fasial'], ['C', 'Brows'], ['D', 'Fasial']);
  await treatments.deactivate(clinic, id('D'));
  expect(await treatments.findCategories(clinic)).toEqual([
    { name: 'Brows', treatments: 1 },
    { name: 'Facial', treatments: 1 },
    { name: 'Fasial', treatments: 1 },
  ]);
  expect(await treatments.renameCategory(clinic, { from: 'Fasial', to: 'Facial' })).toBe(2);
  expect(await treatments.findCategories(clinic)).toEqual([
    { name: 'Brows', treatments: 1 },
    { name: 'Facial', treatments: 2 },
  ]);
  expect(await treatments.get(clinic, id('D'))).toMatchObject({ category: 'Facial', isActive: false });
  expect((await recorded(clinic, 'treatments', id('B'))).at(-1)).toMatchObject({
    action: 'treatments.renameCategory',
    changes: { category: { from: 'Fasial', to: 'Facial' } },
  });
  await expect(treatments.renameCategory(clinic, { from: 'Fasial', to: 'X' })).rejects.toMatchObject({ code: 'NOT_FOUND' }); // prettier-ignore
  await expect(treatments.renameCategory(clinic, { from: 'Brows', to: '' })).rejects.toMatchObject({ code: 'VALIDATION' }); // prettier-ignore
});

test('whatever joins a category goes to its end, and a category is never torn apart', async () => {
  const { clinic, id } = await priceList(['A', 'X'], ['B', 'X'], ['C', 'Y'], ['D', 'Z'], ['E', 'Z']);
  await treatments.reorder(clinic, { ids: [id('B'), id('C'), id('A')] });
  expect(await names(clinic)).toEqual(['B', 'A', 'C', 'D', 'E']);
  await treatments.update(clinic, id('D'), { category: 'X' });
  expect(await names(clinic)).toEqual(['B', 'A', 'D', 'C', 'E']);
  await treatments.deactivate(clinic, id('C'));
  await treatments.deactivate(clinic, id('A'));
  await treatments.reorder(clinic, { ids: [id('E'), id('D'), id('B')] });
  await treatments.restore(clinic, id('C'));
  await treatments.restore(clinic, id('A'));
  expect(await names(clinic)).toEqual(['E', 'D', 'B', 'A', 'C']);
  await treatments.renameCategory(clinic, { from: 'Y', to: 'Z' });
  expect(await names(clinic)).toEqual(['E', 'C', 'D', 'B', 'A']);
  await treatments.renameCategory(clinic, { from: 'Z', to: 'New' });
  expect(await names(clinic)).toEqual(['E', 'C', 'D', 'B', 'A']);
});

test('a treatment that is added while the list is put into another order stands with its category', async () => {
  const { clinic, id } = await priceList(['A', 'X'], ['B', 'Y'], ['C', 'Z']);
  await treatments.reorder(clinic, { ids: [id('A'), id('B'), id('C')] });
  await Promise.all([
    treatments.reorder(clinic, { ids: [id('C'), id('B'), id('A')] }),
    treatments.add(clinic, { name: 'AA', category: 'X', durationMin: 30, price: 1 }),
  ]);
  expect(await names(clinic)).toEqual(['C', 'B', 'A', 'AA']);
});

test('a page of the price list and of a category reads no more keys than it shows', async () => {
  const clinic = await newClinic(held.database);
  const handle = within(clinic, treatmentsCollection);
  const many = Array.from({ length: 200 }, (_, n) => ({
    name: `T${n}`, category: `C${n % 4}`, durationMin: 30, price: 1, popularity: 0, bufferBeforeMin: 0,
    bufferAfterMin: 0, assignedStaff: [], sortOrder: (n % 4) * 10_000 + n, isActive: true,
  })); // prettier-ignore
  await handle.insertMany(many);
  const whole = { sort: { sortOrder: 1, category: 1, name: 1, id: 1 }, limit: 20 } as const;
  expect(await handle.explain({ isActive: true }, whole)).toMatchObject({ keysExamined: 20 });
  const one = { sort: { sortOrder: 1, name: 1, id: 1 }, limit: 20 } as const;
  expect(await handle.explain({ isActive: true, category: 'C1' }, one)).toMatchObject({ keysExamined: 20 });
});
