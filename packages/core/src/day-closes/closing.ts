import { count } from '../counters.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { dayClosesCollection } from './collection.ts';
import type { DayClose } from './schema.ts';

/**
 * Makes a transaction that changes what came in on a local day and one that closes it see each other: of two at once
 * one starts over, and finds what the other did.
 */
export async function besideClosing(inside: TenantScope, date: string): Promise<void> {
  await count(inside, `till:${date}`, 0);
}

/** The close of a local day that stands: it was not opened again. */
async function standingClose(clinic: TenantScope, date: string): Promise<DayClose | undefined> {
  const close = await within(clinic, dayClosesCollection).findOne({ date });
  return close?.status === 'closed' ? close : undefined;
}

/** Whether what was done at an instant was there when a local day was closed, and the day was not opened again. */
export async function wasCounted(clinic: TenantScope, date: string, at: Date): Promise<boolean> {
  const close = await standingClose(clinic, date);
  return close !== undefined && close.closedAt >= at;
}

/** Whether a local day is closed, and was not opened again. */
export async function isClosed(clinic: TenantScope, date: string): Promise<boolean> {
  return (await standingClose(clinic, date)) !== undefined;
}
