// Every mutation of a tenant's data runs through `act`: one transaction, and what the caller asked of it.
import { doneBefore, doneOnce, Keyed } from './idempotency.ts';
import { parsed } from './parsed.ts';
import { askedOf, asking, transact, type TenantScope } from './tenancy.ts';

/**
 * The same clinic for one mutation that shall be done once, however often it is sent: `bookings.book(once(clinic,
 * key), input)`. The same key with the same input answers what was answered the first time, for a day; keys are
 * the actor's own.
 * @throws VALIDATION when it is not 1 to 200 visible ASCII characters
 */
export function once(clinic: TenantScope, idempotencyKey: string): TenantScope {
  return asking(clinic, parsed(Keyed, { idempotencyKey }));
}

/**
 * The same clinic, in which mutations are tried and taken back: they throw what they would throw and answer what they
 * would answer, and nothing is stored. What they answer shows ids that will not be given again.
 */
export function dryRun(clinic: TenantScope): TenantScope {
  return asking(clinic, { dryRun: true });
}

/**
 * Runs a mutation in one transaction and answers what it answers; inside another act it joins that one's. The work
 * may run more than once, so it must do nothing outside the database.
 * @param action `feature.act`, as the audit names it
 * @param given all that the caller said, parsed: what an idempotency key stands for
 * @throws CONFLICT_DUPLICATE when the scope's idempotency key was used for something else
 */
export async function act<Result>(
  clinic: TenantScope,
  action: string,
  given: unknown,
  work: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  const { idempotencyKey: key, dryRun } = askedOf(clinic);
  const whole = (inside: TenantScope) =>
    key === undefined ? work(inside) : doneOnce(inside, key, action, given, () => work(inside));
  return dryRun ? tried(clinic, whole) : transact(clinic, whole);
}

/**
 * Runs a mutation that is one small write and records nothing, such as noting that a session is used: without a
 * transaction, unless the caller asked for more than to have it done.
 * @param given as `act` takes it
 * @throws CONFLICT_DUPLICATE when the scope's idempotency key was used for something else
 */
export function actLightly<Result>(
  clinic: TenantScope,
  action: string,
  given: unknown,
  work: (clinic: TenantScope) => Promise<Result>,
): Promise<Result> {
  const { idempotencyKey, dryRun } = askedOf(clinic);
  return idempotencyKey === undefined && !dryRun ? work(clinic) : act(clinic, action, given, work);
}

/**
 * Runs a mutation that is many transactions, each of which may be the last: under an idempotency key its answer is kept
 * when all is done. Killed before that, the same key goes on with what is left.
 * @param given as `act` takes it
 * @throws CONFLICT_DUPLICATE when the scope's idempotency key was used for something else
 */
export async function actInParts<Result>(
  clinic: TenantScope,
  action: string,
  given: unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const { idempotencyKey: key } = askedOf(clinic);
  if (key === undefined) return work();
  const before = await doneBefore<Result>(clinic, key, action, given);
  if (before) return before.answer;
  const result = await work();
  return transact(clinic, (inside) => doneOnce(inside, key, action, given, () => Promise.resolve(result)));
}

/** Ends a transaction that did all it should and shall leave nothing. */
const takenBack = new Error('A dry run ends by taking everything back.');

async function tried<Result>(
  clinic: TenantScope,
  work: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  let result: { readonly value: Result } | undefined;
  try {
    await transact(clinic, async (inside) => {
      result = { value: await work(inside) };
      throw takenBack;
    });
  } catch (error) {
    if (error === takenBack && result) return result.value;
    throw error;
  }
  throw new Error('A dry run was not taken back.');
}
