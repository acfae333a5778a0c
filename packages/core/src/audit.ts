import { z } from 'zod';
import { AuditChain, hashOf } from './audit-chain.ts';
import type { AuditEvent } from './audit-event.ts';
import { changesBetween, type Changes } from './changes.ts';
import { defineCollection, type Collection, type TenantDocument } from './collections.ts';
import { counters } from './counters.ts';
import { isOfDisk } from './driver-errors.ts';
import { isCirceError } from './errors.ts';
import { findLimit, type NewDocument } from './handle.ts';
import { paged, type Page, type Paged } from './page.ts';
import { parsed } from './parsed.ts';
import { askedOf, isInside, transact, within, type TenantScope } from './tenancy.ts';
import { IdText, SearchText } from './text.ts';

export type { AuditEvent } from './audit-event.ts';

export const auditEvents = defineCollection<AuditEvent>('auditEvents', [
  {
    key: { tenantId: 1, seq: 1 },
    name: 'auditEvents_seq',
    unique: true,
    partialFilterExpression: { sealed: true },
  },
  {
    key: { tenantId: 1, sealed: 1, at: 1, _id: 1 },
    name: 'auditEvents_waiting',
    partialFilterExpression: { sealed: false },
  },
  {
    key: { tenantId: 1, collection: 1, documentId: 1, documentRevision: 1, _id: 1 },
    name: 'auditEvents_revision',
  },
  { key: { tenantId: 1, collection: 1, documentId: 1, at: -1, _id: -1 }, name: 'auditEvents_history' },
  // For whoever looks for what was done: by anybody, by somebody, and one act.
  { key: { tenantId: 1, at: -1, _id: -1 }, name: 'auditEvents_latest' },
  { key: { tenantId: 1, 'actor.id': 1, at: -1, _id: -1 }, name: 'auditEvents_ofActor' },
  { key: { tenantId: 1, action: 1, at: -1, _id: -1 }, name: 'auditEvents_ofAction' },
]);

interface Subject {
  readonly collection: string;
  readonly id: string;
  readonly revision?: number;
}

/** Writes what was done in the transaction that does it: if it cannot be written, nothing is done. */
export async function record(
  inside: TenantScope,
  action: string,
  subject: Subject,
  changes: Changes,
): Promise<void> {
  await within(inside, auditEvents).append(eventOf(inside, action, subject, changes));
}

/** Records how a document changed: what it was, undefined when it is new, and what it is. */
export function recordChange(
  inside: TenantScope,
  action: string,
  collection: Collection<TenantDocument>,
  before: TenantDocument | undefined,
  after: TenantDocument,
): Promise<void> {
  return record(inside, action, subjectOf(collection, after), changesBetween(before ?? {}, after));
}

/** Records how several documents changed, in one round trip. */
export async function recordChanges(
  inside: TenantScope,
  action: string,
  collection: Collection<TenantDocument>,
  changed: readonly { readonly before: TenantDocument | undefined; readonly after: TenantDocument }[],
): Promise<void> {
  const events = changed.map(({ before, after }) => ({
    subject: subjectOf(collection, after),
    changes: changesBetween(before ?? {}, after),
  }));
  await recordMany(inside, action, events);
}

function subjectOf({ name }: Collection<TenantDocument>, { id, revision }: TenantDocument): Subject {
  return { collection: name, id, revision };
}

/** Writes several events of one act, in one round trip. */
export async function recordMany(
  inside: TenantScope,
  action: string,
  events: readonly { readonly subject: Subject; readonly changes: Changes }[],
): Promise<void> {
  const documents = events.map(({ subject, changes }) => eventOf(inside, action, subject, changes));
  await within(inside, auditEvents).insertMany(documents);
}

function eventOf(
  inside: TenantScope,
  action: string,
  { collection, id, revision }: Subject,
  changes: Changes,
): NewDocument<AuditEvent> {
  return {
    at: inside.clock(),
    actor: inside.actor,
    action,
    collection,
    documentId: id,
    changes,
    ...(revision !== undefined && { documentRevision: revision }),
    sealed: false,
  };
}

/** The act that begins anew what is known of a document: all its fields, and not only the changed ones. */
export const adoption = 'migrations.adopt';

/** The act that mends what is stored. Of what follows from other fields its event says only that it was done, and to what. */
export const repairing = 'checks.repair';

const head = 'audit';
const sealBatch = 200;

/**
 * Numbers the events that were committed since the last time and chains them by hash. Writers never wait for
 * this: it runs behind them, and two sealers at once meet on the counter, where one of them starts over. Where the disk
 * takes no writes they wait, since whoever only reads asks for this first. In a dry run it numbers none.
 * @returns the number of the newest sealed event
 */
export async function seal(clinic: TenantScope): Promise<number> {
  const newest = async () => (await within(clinic, counters).findOne({ name: head }))?.value ?? 0;
  for (;;) {
    const waiting = await within(clinic, auditEvents).find({ sealed: false }, { limit: 1 });
    if (waiting.length === 0 || askedOf(clinic).dryRun) return newest();
    try {
      await sealSome(clinic);
    } catch (error) {
      if (isOfDisk(error)) return newest();
      throw error;
    }
  }
}

function sealSome(clinic: TenantScope): Promise<void> {
  return transact(clinic, async (inside) => {
    const batch = await within(inside, auditEvents).find(
      { sealed: false },
      { sort: { at: 1, id: 1 }, limit: sealBatch },
    );
    if (batch.length === 0) return;
    const last = await within(inside, counters).findOne({ name: head });
    let hash = last?.hash ?? '';
    let seq = last?.value ?? 0;
    const updates = batch.map((event) => {
      seq += 1;
      hash = hashOf(event, seq, hash);
      return { filter: { id: event.id }, update: { $set: { sealed: true, seq, hash } } };
    });
    await within(inside, counters).upsert({ name: head }, { $set: { value: seq, hash } });
    await within(inside, auditEvents).updateEach(updates);
  });
}

/**
 * Numbers what an import has recorded, as it goes: nobody may have a board open meanwhile, and whoever opens the first one
 * would wait for all of it. A database that is away for a moment is nobody's concern here: what was imported is there, and
 * the next one who looks numbers it. Whatever else is in the way would be in his way too, and is thrown.
 */
export async function sealImported(clinic: TenantScope): Promise<void> {
  if (isInside(clinic)) return;
  await seal(clinic).catch((error: unknown) => {
    if (!isCirceError(error, 'UNAVAILABLE')) throw error;
  });
}

const Place = z.strictObject({ seq: z.int().min(0), limit: z.int().min(1).max(500) });

/**
 * Sealed events after a number, in order, at most `limit`. The numbers have no gap and never change, so the last one
 * that was read is where to go on.
 */
export async function eventsAfter(clinic: TenantScope, seq: number, limit = 500): Promise<AuditEvent[]> {
  const place = parsed(Place, { seq, limit });
  const after = { sealed: true, seq: { $gt: place.seq } };
  return within(clinic, auditEvents).find(after, { sort: { seq: 1 }, limit: place.limit });
}

const Subjects = z.strictObject({ collection: SearchText, documentId: IdText });

/** What was recorded about one document, the latest first. */
export async function historyOf(
  clinic: TenantScope,
  collection: string,
  documentId: string,
  page: Page = {},
): Promise<Paged<AuditEvent>> {
  const order = { field: 'at', direction: -1 } as const;
  const filter = parsed(Subjects, { collection, documentId });
  return paged(clinic, within(clinic, auditEvents), filter, order, page);
}

/**
 * Reads the whole chain of a tenant again.
 * @returns the number of the first event that does not fit, or undefined when the chain is whole
 */
export async function firstBrokenLink(clinic: TenantScope): Promise<number | undefined> {
  // Writers and sealers go on meanwhile: the chain has to reach what the head says now, and may reach further.
  const start = await within(clinic, counters).findOne({ name: head });
  const chain = new AuditChain();
  for (;;) {
    const batch = await eventsAfter(clinic, chain.seq);
    if (batch.length === 0) break;
    for (const event of batch) {
      const seq = chain.seq + 1;
      if (!chain.takes(event) || (seq === start?.value && chain.hash !== start.hash)) return seq;
    }
  }
  if (chain.seq < (start?.value ?? 0)) return chain.seq + 1;
  for (const event of await within(clinic, auditEvents).find({ sealed: false }, { limit: findLimit }))
    chain.explains(event);
  const unexplained = chain.firstUnexplained();
  if (unexplained !== undefined) return unexplained;
  const end = (await within(clinic, counters).findOne({ name: head }))?.value ?? 0;
  return chain.seq > end ? end + 1 : undefined;
}
