import { expect, test } from 'vitest';
import { firstBrokenLink, seal } from '../audit.ts';
import { every } from '../page.ts';
import * as patients from '../patients/index.ts';
import * as audit from '../public-audit.ts';
import * as quotas from '../quotas.ts';
import { actingAs } from '../tenancy.ts';
import { bookHour } from '../testing/book-hour.ts';
import { died } from '../testing/died.ts';
import { newPractice, testDatabase } from '../testing/index.ts';
import * as bookings from './index.ts';

const held = testDatabase();

test('a process that is killed leaves what it acknowledged and nothing half, and who asks again books once', async () => {
  const { clinic } = await newPractice(held.database);
  const death = { subject: clinic.tenantId, before: ['commitTransaction', 4] } as const;
  const { signal, said } = await died('book', held.database, death);
  expect(signal).toBe('SIGKILL');
  expect(said).toHaveLength(3);
  const there = async () => (await bookings.findByTenant(clinic)).items.map(({ id }) => id).sort();
  expect(await there()).toEqual(said.toSorted());

  const same = actingAs(clinic, { kind: 'system', name: 'dying' });
  const again: string[] = [];
  for (let n = 0; n <= said.length; n++) again.push((await bookHour(same, n)).id);
  expect(again.slice(0, -1)).toEqual(said);
  expect(await there()).toEqual(again.toSorted());

  await seal(clinic);
  expect(await firstBrokenLink(clinic)).toBeUndefined();
  expect(await Array.fromAsync(audit.replay(clinic))).toEqual([]);
  expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
  expect(await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page)))).toEqual([]);
  expect(await quotas.findWrongCounts(clinic)).toEqual([]);
});
