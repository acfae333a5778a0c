import { patients, tenants, treatments, users, type Database, type TenantScope } from '@paper-circe/core';
import { newPractice } from '@paper-circe/core/testing';
import { hashPassword } from '../passwords.ts';
import { cookieName, startSession } from '../sessions/index.ts';

export const password = 'correct horse battery';

let hashed: Promise<string> | undefined;
let made = 0;

/** A new user of a clinic and a session of his; of a patient, where it is his account. */
export async function newAccount(clinic: TenantScope, role: users.Role, patientId?: patients.PatientId) {
  const email = `${role}-${++made}@clinic.test`;
  const passwordHash = await (hashed ??= hashPassword(password));
  const given = { email, name: `The ${role}`, role, passwordHash };
  const user = await users.add(clinic, { ...given, ...(patientId && { patientId }) });
  const { token } = await startSession(clinic, user.id);
  return { user, email, token, cookie: `${cookieName(clinic.tenant.slug, false)}=${token}` };
}

export type Account = Awaited<ReturnType<typeof newAccount>>;

/** A clinic where treatments can be booked, with an account of each of its roles. */
export async function newStaffedPractice(database: Database) {
  const practice = await newPractice(database, { booking: { publicPage: true } });
  const quick = await treatments.add(practice.clinic, {
    name: 'Eyebrow threading',
    category: 'Brows',
    durationMin: 15,
    price: 50_000,
    assignedStaff: [practice.sari.id, practice.dewi.id],
  });
  const maya = await patients.register(practice.clinic, { name: 'Maya', phone: '0812-7777-0001' });
  const [admin, staff, patient] = await Promise.all([
    newAccount(practice.clinic, 'admin'),
    newAccount(practice.clinic, 'staff'),
    newAccount(practice.clinic, 'user', maya.id),
  ]);
  return {
    ...practice,
    database,
    quick,
    maya,
    slug: practice.clinic.tenant.slug,
    accounts: { admin, staff, user: patient },
  };
}
export type StaffedPractice = Awaited<ReturnType<typeof newStaffedPractice>>;

/** An administrator of the installation. */
export function newPlatformAccount(database: Database) {
  return newAccount(tenants.openPlatform(database, { kind: 'system', name: 'test' }), 'platform_admin');
}
