import { tenants, validation, type Database } from '@paper-circe/core';
import { z } from 'zod';
import { guessable, hashPassword, isOwn, NewPassword } from './passwords.ts';

const { clinic, administrator } = tenants.FirstClinic.shape;

/** The first clinic of an installation, and who runs it, with the password that he chose. */
export const SetUp = z
  .strictObject({
    clinic,
    administrator: administrator.omit({ passwordHash: true }).extend({ password: NewPassword }),
  })
  .refine(({ clinic, administrator }) => isOwn(administrator.password, clinic, administrator), {
    path: ['administrator', 'password'],
    message: guessable,
  });
export type SetUp = z.input<typeof SetUp>;

/**
 * Sets an installation up. No procedure does this: only the process that serves an empty installation knows who may.
 * @throws FORBIDDEN when the installation has a clinic already
 * @throws VALIDATION with the paths of `SetUp`
 */
export async function setUp(database: Database, input: SetUp): Promise<tenants.Tenant> {
  const given = SetUp.safeParse(input);
  if (!given.success) throw validation(given.error);
  const { clinic, administrator } = given.data;
  const { password, ...person } = administrator;
  const platform = tenants.openPlatform(database, { kind: 'system', name: 'set-up' });
  const passwordHash = await hashPassword(password);
  return tenants.setUp(database, platform, { clinic, administrator: { ...person, passwordHash } });
}
