import { z } from 'zod';
import type { Id, TenantDocument } from '../collections.ts';
import { PatientId } from '../patients/schema.ts';
import { Email, IdText, line } from '../text.ts';

export { Email } from '../text.ts';

export type UserId = Id<'users'>;
export const UserId = IdText.brand<'users', 'inout'>();

/** What a user may do; `platform_admin` exists on the platform only. */
export const Role = z.enum(['admin', 'staff', 'user', 'platform_admin']);
export type Role = z.infer<typeof Role>;

/** A hash as the API makes it; core never sees a password. */
export const PasswordHash = z.string().min(20).max(500);

/** Somebody who shall be able to sign in. */
export const NewUser = z.strictObject({
  email: Email,
  name: line(120),
  role: Role.default('staff'),
  passwordHash: PasswordHash,
  /** The patient whose account it is, of the role `user` only. */
  patientId: PatientId.optional(),
});
export type NewUser = z.input<typeof NewUser>;

/** Somebody who can sign in. */
export interface User extends TenantDocument {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly isActive: boolean;
  /** Of the role `user`: the patient who sees and books through this account what is his own. */
  readonly patientId?: PatientId;
  /** False of somebody who was invited and has not chosen a password yet. */
  readonly hasPassword: boolean;
}

/** A user with the hash of the password: for the login only. */
export interface UserWithPassword extends User {
  readonly password: string;
}

/** What is stored of a user: the documented `password` is a hash and leaves core for nobody but the login. */
export type StoredUser = Omit<UserWithPassword, 'hasPassword'>;

/** Stands in the place of a hash until the first password is chosen: it is the hash of nothing. */
export const noPassword = 'none';
