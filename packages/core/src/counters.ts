import { defineCollection, type TenantDocument } from './collections.ts';
import { within, type TenantScope } from './tenancy.ts';

interface Counter extends TenantDocument {
  readonly name: string;
  readonly value: number;
  /** Only of the counter that numbers the audit events: the hash of the last one. */
  readonly hash?: string;
}

/** Numbers that must not be read and then written: quotas, queue numbers, the audit chain's head. */
export const counters = defineCollection<Counter>('counters', [
  { key: { tenantId: 1, name: 1 }, name: 'counters_name', unique: true },
]);

/** Adds to a counter in the scope's transaction and returns the new value; a missing counter counts from zero. */
export async function count(inside: TenantScope, name: string, by = 1): Promise<number> {
  const counter = await within(inside, counters).upsert({ name }, { $inc: { value: by } });
  return counter.value;
}

/** The value of a counter, zero when it was never used. */
export async function counted(clinic: TenantScope, name: string): Promise<number> {
  return (await within(clinic, counters).findOne({ name }))?.value ?? 0;
}
