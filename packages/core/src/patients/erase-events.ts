// What the audit says of a patient: the values go, that something was changed, by whom and when stays.
import type { Actor } from '../actor.ts';
import { auditEvents, record, recordMany, type AuditEvent } from '../audit.ts';
import { erasure } from '../audit-chain.ts';
import type { Changes } from '../changes.ts';
import type { Collection, TenantDocument } from '../collections.ts';
import { firstKey, isPlainObject } from '../dialect.ts';
import { findLimit, type Filter } from '../handle.ts';
import { within, type TenantScope } from '../tenancy.ts';

/** Whose events they are. */
interface Whose {
  readonly patients: readonly string[];
  readonly accounts: readonly string[];
  readonly bookings: readonly string[];
}

/** The fields that tell who somebody is, by the collection of the document. */
const telling: Readonly<Record<string, readonly string[]>> = {
  patients: ['name', 'phone', 'email', 'notes', 'locale'],
  users: ['name', 'email'],
  bookings: ['patientName', 'notes', 'override'],
};

/** What stands in the place of a reason that somebody wrote. */
export const erasedText = '-';

const batch = 500;

/**
 * Takes away what the events say, and has the audit say of which.
 * @returns how many said something
 */
export async function eraseEvents(inside: TenantScope, whose: Whose, name: string): Promise<number> {
  const { patients, accounts, bookings } = whose;
  const events = new Map<string, AuditEvent>();
  for (const [collection, ids] of Object.entries({ patients, users: accounts, bookings }))
    for (let at = 0; at < ids.length; at += batch)
      await gather(inside, { collection, documentId: { $in: ids.slice(at, at + batch) } }, events);
  for (const id of accounts) await gather(inside, { 'actor.id': id } as Filter<AuditEvent>, events);

  const erased = [...events.values()].flatMap((event) => {
    // What this act itself has said names nobody.
    if (event.action === erasure) return [];
    const changes = withoutValues(event);
    const actor = unnamed(event.actor, accounts, name);
    return changes || actor
      ? [{ event, changes: changes ?? event.changes, actor: actor ?? event.actor }]
      : [];
  });
  // One that is not sealed yet is sealed as it is now.
  await within(inside, auditEvents).updateEach(
    erased.map(({ event, changes, actor }) => ({
      filter: { id: event.id },
      update: { $set: { changes, actor, ...(event.sealed && { erased: true as const }) } },
    })),
  );
  const seqs = erased.flatMap(({ event }) => event.seq ?? []).sort((a, b) => a - b);
  const subject = { collection: auditEvents.name, id: patients[0]! };
  if (seqs.length > 0) await record(inside, erasure, subject, { events: { to: seqs } });
  return erased.length;
}

async function gather(
  inside: TenantScope,
  filter: Filter<AuditEvent>,
  events: Map<string, AuditEvent>,
): Promise<void> {
  for (const event of await within(inside, auditEvents).find(filter, { limit: findLimit }))
    events.set(event.id, event);
}

function withoutValues({ collection, changes }: AuditEvent): Changes | undefined {
  const fields = telling[collection] ?? [];
  // A refund stays on record, without what was written of it.
  const isExplained = collection === 'bookings' && hasReason(changes['payments']);
  if (!isExplained && !fields.some((field) => field in changes)) return undefined;
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => {
      if (fields.includes(field)) return [field, {}];
      return [field, isExplained && field === 'payments' ? withoutReasons(change) : change];
    }),
  ) as Changes;
}

const hasReason = (value: unknown): boolean => firstKey(value, (key) => key === 'reason') !== undefined;

function withoutReasons(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReasons);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'reason' ? erasedText : withoutReasons(inner)]),
  );
}

function unnamed(actor: Actor, accounts: readonly string[], name: string): Actor | undefined {
  return actor.kind === 'user' && accounts.includes(actor.id) ? { ...actor, name } : undefined;
}

/** Records what documents say now of some fields, and not what they said before. */
export async function recordErased(
  inside: TenantScope,
  collection: Collection<TenantDocument>,
  changed: readonly { before: object; after: Pick<TenantDocument, 'id' | 'revision'> }[],
  fields: readonly string[],
): Promise<void> {
  const events = changed.map(({ before, after }) => {
    const was: Readonly<Record<string, unknown>> = { ...before };
    const is: Readonly<Record<string, unknown>> = { ...after };
    const said = fields.filter((field) => was[field] !== undefined || is[field] !== undefined);
    const changes = said.map((field) => [field, is[field] === undefined ? {} : { to: is[field] }]);
    const subject = { collection: collection.name, id: after.id, revision: after.revision };
    return { subject, changes: Object.fromEntries(changes) as Changes };
  });
  await recordMany(inside, erasure, events);
}
