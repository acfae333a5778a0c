import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError, invalid, notFound } from '../errors.ts';
import { get as getPatient } from '../patients/read.ts';
import type { PatientId } from '../patients/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { platformTenantId } from '../tenants/read.ts';
import { usersCollection } from './collection.ts';
import { withoutPassword } from './read.ts';
import { countUser } from './quota.ts';
import { NewUser, type Role, type User } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds somebody who can sign in.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic, or the patient has an account
 * @throws NOT_FOUND when the patient does not exist or is inactive
 * @throws VALIDATION when a patient is given to another role than `user`, among others
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform
 */
export async function add(clinic: TenantScope, input: NewUser): Promise<User> {
  const { passwordHash, ...fields } = parsed(NewUser, input);
  return insertUser(clinic, 'users.add', fields, passwordHash, (_, user) => Promise.resolve(user));
}

/** Adds a user in one act, with what else belongs to it. */
export async function insertUser<Result>(
  clinic: TenantScope,
  action: string,
  {
    patientId,
    ...fields
  }: Pick<User, 'email' | 'name' | 'role'> & { readonly patientId?: PatientId | undefined },
  password: string,
  work: (inside: TenantScope, user: User) => Promise<Result>,
): Promise<Result> {
  assertRole(clinic, fields.role);
  return orTaken(() =>
    // The hash is salted: of the same password it is another one each time, so it says nothing of what was asked.
    act(clinic, action, { ...fields, patientId }, async (inside) => {
      await countUser(inside);
      const whose = await linked(inside, fields.role, patientId);
      const user = await within(inside, usersCollection).insert({
        ...fields,
        password,
        isActive: true,
        ...(whose && { patientId: whose }),
      });
      await recordChange(inside, action, usersCollection, undefined, user);
      return work(inside, withoutPassword(user));
    }),
  );
}

/** @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform */
export function assertRole(clinic: TenantScope, role: Role): void {
  const onPlatform = clinic.tenantId === platformTenantId;
  if (onPlatform === (role === 'platform_admin')) return;
  throw new CirceError('FORBIDDEN', 'This role does not exist here.', { needs: role });
}

/** The patient whom an account is given to: an active one, and for a duplicate that was merged the one who was kept. */
export async function linked(
  inside: TenantScope,
  role: Role,
  patientId: PatientId | undefined,
): Promise<PatientId | undefined> {
  if (patientId === undefined) return undefined;
  if (role !== 'user') throw invalid('patientId', 'Only an account of the role user is for a patient.');
  const patient = await getPatient(inside, patientId);
  if (!patient.isActive) throw notFound('patient');
  return patient.id;
}

/** @throws CONFLICT_DUPLICATE when the database refuses the address, or a second account of a patient */
export async function orTaken<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === 'users_ofPatient') {
      throw new CirceError('CONFLICT_DUPLICATE', 'This patient has an account already.', {
        field: 'patientId',
      });
    }
    if (!index?.includes('email')) throw error;
    throw new CirceError('CONFLICT_DUPLICATE', 'Somebody signs in with this address already.', {
      field: 'email',
    });
  }
}
