import { createHash } from 'node:crypto';
import { BSON } from 'mongodb';
import { z } from 'zod';
import type { Actor } from './actor.ts';
import { canonical } from './changes.ts';
import { defineCollection, type TenantDocument } from './collections.ts';
import { CirceError } from './errors.ts';
import { within, type TenantScope } from './tenancy.ts';

/** Chosen by the caller for one thing that he wants done once: up to 200 visible ASCII characters. */
export const Keyed = z.strictObject({
  idempotencyKey: z
    .string()
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'Write visible ASCII characters without spaces, such as sweep-2026-11-24.'),
});

/** How long a key is remembered, in milliseconds: a day. */
export const keyLifeMs = 86_400_000;

interface Remembered extends TenantDocument {
  /** Who used it; the same text from somebody else is another key. */
  readonly actor: string;
  readonly key: string;
  /** SHA-256 of the act and of what it was given. */
  readonly body: string;
  /** Extended JSON of what the act answered; null when that was nothing. */
  readonly answer: string | null;
  readonly expiresAt: Date;
}

export const idempotencyKeys = defineCollection<Remembered>('idempotencyKeys', [
  { key: { tenantId: 1, actor: 1, key: 1 }, name: 'idempotencyKeys_key', unique: true },
  { key: { expiresAt: 1 }, name: 'idempotencyKeys_expiry', expireAfterSeconds: 0 },
]);

/**
 * Does work in the running transaction unless it was done under this key before; then answers what was answered then.
 * Only what succeeded is remembered: after an error the same key tries again.
 * @throws CONFLICT_DUPLICATE when the key was used for something else
 */
export async function doneOnce<Result>(
  inside: TenantScope,
  key: string,
  action: string,
  given: unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const body = bodyOf(action, given);
  const mine = { actor: nameOf(inside.actor, body), key };
  const before = await rememberedOf<Result>(inside, mine, body);
  if (before) return before.answer;
  const keys = within(inside, idempotencyKeys);
  const now = inside.clock();
  // The key is taken before the work, so that of two at once the second waits for the first one's answer
  // instead of meeting its half-done work.
  const taken = { body, answer: null, expiresAt: new Date(now.getTime() + keyLifeMs) };
  await keys.upsert(mine, { $set: taken });
  const result = await work();
  if (result !== undefined) {
    const answer = BSON.EJSON.stringify(result, { ignoreUndefined: true });
    await keys.update(mine, { $set: { answer } });
  }
  return result;
}

/**
 * What was answered when an act was done under this key before; undefined when it was not.
 * @throws CONFLICT_DUPLICATE when the key was used for something else
 */
export function doneBefore<Result>(
  clinic: TenantScope,
  key: string,
  action: string,
  given: unknown,
): Promise<{ readonly answer: Result } | undefined> {
  const body = bodyOf(action, given);
  return rememberedOf(clinic, { actor: nameOf(clinic.actor, body), key }, body);
}

async function rememberedOf<Result>(
  clinic: TenantScope,
  mine: Pick<Remembered, 'actor' | 'key'>,
  body: string,
): Promise<{ readonly answer: Result } | undefined> {
  const before = await within(clinic, idempotencyKeys).findOne(mine);
  if (!before || before.expiresAt <= clinic.clock()) return undefined;
  if (before.body === body) return { answer: answered<Result>(before.answer) };
  const message = 'This idempotency key was used for something else.';
  throw new CirceError('CONFLICT_DUPLICATE', message, { field: 'idempotencyKey' });
}

function bodyOf(action: string, given: unknown): string {
  return createHash('sha256')
    .update(canonical([action, given]))
    .digest('hex');
}

/** What the same act wrote under the same key, and so of its type. */
function answered<Result>(answer: string | null): Result {
  return (answer === null ? undefined : BSON.EJSON.parse(answer)) as Result;
}

/** Visitors have no name: who says something else is another one, whose key is not the first one's. */
function nameOf(actor: Actor, body: string): string {
  if (actor.kind === 'public') return `public:${body}`;
  if (actor.kind === 'user' || actor.kind === 'token') return `${actor.kind}:${actor.id}`;
  return `system:${actor.name}`;
}
