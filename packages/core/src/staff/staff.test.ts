import { expect, test } from 'vitest';
import type { Paged } from '../page.ts';
import { daily, newClinic, newPractice, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as staff from './index.ts';

const held = testDatabase();

test('staff are found by tenant, role and skill, the active ones only', async () => {
  const clinic = await newClinic(held.database);
  const doctor = await staff.add(clinic, {
    name: 'Ratna',
    role: 'Doctor',
    skills: ['Injection', 'Laser'],
    rating: 4.9,
  });
  const therapist = await staff.add(clinic, { name: 'Sari', role: 'Therapist', skills: ['Facial', 'Laser'] });
  const gone = await staff.add(clinic, { name: 'Gone', role: 'Doctor', skills: ['Laser'] });
  await held.database.db
    .collection('staff')
    .updateOne({ tenantId: clinic.tenantId, name: 'Gone' }, { $set: { isActive: false } });
  expect(gone.isActive).toBe(true);
  const ids = ({ items }: Paged<staff.Staff>) => items.map(({ id }) => id);
  expect(ids(await staff.findByTenant(clinic))).toEqual([doctor.id, therapist.id]);
  expect(ids(await staff.findByTenantAndRole(clinic, 'Doctor'))).toEqual([doctor.id]);
  expect(ids(await staff.findByTenantAndSkill(clinic, 'Laser'))).toEqual([doctor.id, therapist.id]);
});

test('the staff available for a treatment are those assigned to it', async () => {
  const { clinic, sari, dewi } = await newPractice(held.database);
  await staff.add(clinic, { name: 'Other', role: 'Therapist' });
  expect((await staff.findAvailableForTreatment(clinic, 'Facial')).map(({ id }) => id)).toEqual([
    dewi.id,
    sari.id,
  ]);
  await expect(staff.findAvailableForTreatment(clinic, 'Unknown')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('treatments are found by tenant, category and staff, and a name is there once', async () => {
  const { clinic, sari, dewi, facial } = await newPractice(held.database);
  const peel = await treatments.add(clinic, {
    name: 'Peel',
    category: 'Peeling',
    durationMin: 30,
    price: 0,
    assignedStaff: [dewi.id, dewi.id],
  });
  expect(peel.assignedStaff).toEqual([dewi.id]);
  const ids = ({ items }: Paged<treatments.Treatment>) => items.map(({ id }) => id);
  expect(ids(await treatments.findByTenant(clinic))).toEqual([facial.id, peel.id]);
  expect(ids(await treatments.findByTenantAndCategory(clinic, 'Peeling'))).toEqual([peel.id]);
  expect(ids(await treatments.findByTenantAndStaff(clinic, sari.id))).toEqual([facial.id]);
  await expect(
    treatments.add(clinic, { name: 'Peel', category: 'X', durationMin: 30, price: 1 }),
  ).rejects.toMatchObject({
    code: 'CONFLICT_DUPLICATE',
    details: { field: 'name', id: peel.id },
  });
});

test.each([
  [{ durationMin: 14 }],
  [{ durationMin: 481 }],
  [{ durationMin: 30.5 }],
  [{ price: -1 }],
  [{ price: 0.5 }],
  [{ popularity: 101 }],
  [{ name: '' }],
  [{ assignedStaff: ['x'] }],
  [{ isActive: false }],
])('a treatment outside the documented limits is refused: %j', async (wrong) => {
  const clinic = await newClinic(held.database);
  const input = { name: 'T', category: 'C', durationMin: 30, price: 1, ...wrong } as treatments.NewTreatment;
  await expect(treatments.add(clinic, input)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test.each([
  [{ rating: 5.1 }],
  [{ rating: -1 }],
  [{ workingHours: ['always'] }],
  [{ timeOff: [{ from: '2026-12-02', to: '2026-12-01' }] }],
  [
    {
      exceptions: [
        { date: '2026-12-01', hours: [] },
        { date: '2026-12-01', hours: ['09:00-10:00'] },
      ],
    },
  ],
  [{ avatar: 'javascript:alert(1)' }],
  [{ avatar: 'https://sari:secret@clinic.example/sari.png' }],
  [{ avatar: 'https://clinic.example/\u202egnp.iras' }],
  [{ skills: 'Facial' }],
])('a staff member outside the documented limits is refused: %j', async (wrong) => {
  const clinic = await newClinic(held.database);
  const input = { name: 'S', role: 'R', workingHours: daily('09:00-17:00'), ...wrong } as staff.NewStaff;
  await expect(staff.add(clinic, input)).rejects.toMatchObject({ code: 'VALIDATION' });
  expect((await staff.findByTenant(clinic)).items).toEqual([]);
});
