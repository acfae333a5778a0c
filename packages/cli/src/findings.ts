import type { checks } from '@paper-circe/core';

/** What can be wrong, of a clinic or of the installation. */
type Told =
  | checks.Finding
  | ({ readonly kind: 'INDEX' } & checks.WrongIndex)
  | { readonly kind: 'UNREADABLE' };

const quotas = { maxUsers: 'active users', maxBookings: "this month's bookings" } as const;

/** A finding in words. */
export function textOf(one: Told): string {
  switch (one.kind) {
    case 'INDEX':
      return one.wrong === 'MISSING'
        ? `the index ${one.index} of ${one.collection} is missing`
        : `another index is in the place of ${one.index} of ${one.collection}`;
    case 'UNREADABLE':
      return 'its settings cannot be read, so nothing else was looked at; `circe migrate status` says which one is wrong';
    case 'CHAIN':
      return `the audit was changed: event ${one.seq} does not fit the one before it`;
    case 'AUDIT':
      return differenceText(one.difference);
    case 'HOLDS':
      return `booking ${one.id} does not hold the time that it should`;
    case 'PAYMENTS':
      return `the payments of booking ${one.id} add up to ${one.sum}, and its ${one.fields.join(' and ')} ${one.fields.length > 1 ? 'say' : 'says'} otherwise`;
    case 'VISITS':
      return `the visits of patient ${one.id} are not those of the bookings`;
    case 'SEARCH':
      return `patient ${one.id} is not found by name and phone`;
    case 'COUNT':
      return `the counter of ${quotas[one.quota]} says ${one.counted}, there are ${one.found}`;
    case 'QUEUE':
      return `the queue of ${one.date} would give number ${one.counted + 1}, and ${one.highest} was given already`;
    case 'REFERENCE':
      return one.field === 'visitId'
        ? `the bookings of visit ${one.id} are of two patients`
        : `${one.field} of ${one.id} in ${one.collection} names what is not there: ${one.missing.join(', ')}`;
  }
}

function differenceText(one: Extract<checks.Finding, { kind: 'AUDIT' }>['difference']): string {
  const what = `${one.id} in ${one.collection}`;
  switch (one.kind) {
    case 'CHANGED':
      return `${one.field} of ${what} is not what the audit says`;
    case 'UNRECORDED':
      return `${what} is stored, and the audit does not know it`;
    case 'MISSING':
      return `${what} is in the audit, and not stored`;
    case 'REVISION':
      return `${what} was changed ${one.stored} times, and the audit knows ${one.recorded}`;
  }
}
