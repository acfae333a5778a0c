// Rebuilds what a clinic has from what its audit says was done, and compares the two.
import { ObjectId } from 'mongodb';
import { adoption, auditEvents, type AuditEvent } from './audit.ts';
import { changesBetween } from './changes.ts';
import type { Collection, TenantDocument } from './collections.ts';
import { auditedCollections } from './database.ts';
import type { Filter } from './handle.ts';
import { tenantsCollection, transact, within, type TenantScope } from './tenancy.ts';
import { platformTenantId, tenantOf } from './tenants/read.ts';

/** Where the audit and what is stored tell different stories. */
export type Difference = {
  readonly collection: string;
  readonly id: string;
} & (
  | {
      /** A field is not what the last event that names it says. */
      readonly kind: 'CHANGED';
      readonly field: string;
      readonly recorded?: unknown;
      readonly stored?: unknown;
    }
  /** Stored, and no event says where it comes from. */
  | { readonly kind: 'UNRECORDED' }
  /** Recorded, and not stored. */
  | { readonly kind: 'MISSING' }
  /** Changed more often, or less, than was recorded. */
  | { readonly kind: 'REVISION'; readonly recorded: number; readonly stored: number }
);

/** What the events of one document say of it. */
interface Told {
  readonly id: string;
  readonly revision: number;
  readonly state: Readonly<Record<string, unknown>>;
}

const page = 500;

/**
 * Goes through everything that a clinic has and finds what its audit does not account for: documents and events that
 * were changed, added or taken away past the acts. Reads page by page; what is written meanwhile is no difference.
 * That the events themselves are as they were written, `firstBrokenLink` says.
 */
export async function* replay(clinic: TenantScope): AsyncGenerator<Difference> {
  if (clinic.tenantId !== platformTenantId) yield* await ofClinic(clinic);
  for (const collection of auditedCollections) {
    const stored = documentsOf(clinic, collection);
    const told = tellings(clinic, collection.name);
    let [document, telling] = [await next(stored), await next(told)];
    while (document ?? telling) {
      const id = [document?.id, telling?.id].filter((one) => one !== undefined).sort()[0]!;
      const mine = document?.id === id ? document : undefined;
      const theirs = telling?.id === id ? telling : undefined;
      if (differences(collection.name, id, mine, theirs).length > 0)
        yield* await lookedAgain(clinic, collection, id);
      if (mine) document = await next(stored);
      if (theirs) telling = await next(told);
    }
  }
}

/** The clinic itself, with the defaults of its settings filled in on both sides. */
function ofClinic(clinic: TenantScope): Promise<Difference[]> {
  return transact(clinic, async (inside) => {
    const { raw, options } = tenantsCollection(inside);
    const _id = new ObjectId(inside.tenantId);
    const stored = await raw.findOne({ _id }, options);
    const telling = await next(tellings(inside, 'tenants', inside.tenantId));
    const told = telling && { ...telling, state: { ...tenantOf({ ...telling.state, _id }) } };
    return differences('tenants', inside.tenantId, stored ? tenantOf(stored) : undefined, told);
  });
}

/** The differences of one document as it and its events are at one moment. */
function lookedAgain(
  clinic: TenantScope,
  collection: Collection<TenantDocument>,
  id: string,
): Promise<Difference[]> {
  return transact(clinic, async (inside) => {
    const document =
      (await within(inside, collection).findOne({ id })) ??
      (collection.archive && (await within(inside, collection.archive).findOne({ id })));
    const telling = await next(tellings(inside, collection.name, id));
    return differences(collection.name, id, document, telling);
  });
}

function differences(
  collection: string,
  id: string,
  document: { readonly revision: number } | undefined,
  telling: Told | undefined,
): Difference[] {
  if (!document) return [{ collection, id, kind: 'MISSING' }];
  if (!telling) return [{ collection, id, kind: 'UNRECORDED' }];
  const found = Object.entries(changesBetween(telling.state, document)).map(
    ([field, { from, to }]): Difference => ({
      collection,
      id,
      kind: 'CHANGED',
      field,
      ...(from !== undefined && { recorded: from }),
      ...(to !== undefined && { stored: to }),
    }),
  );
  if (found.length > 0 || telling.revision === document.revision) return found;
  return [{ collection, id, kind: 'REVISION', recorded: telling.revision, stored: document.revision }];
}

/** A document as its events say that it is; undefined where none says anything of it. */
export async function toldOf<Document extends TenantDocument>(
  clinic: TenantScope,
  collection: Collection<Document>,
  id: string,
): Promise<Partial<Document> | undefined> {
  const telling = await next(tellings(clinic, collection.name, id));
  return telling?.state as Partial<Document> | undefined;
}

/** Every document in the order of its id, whether it is in the archive or not. */
async function* documentsOf(
  clinic: TenantScope,
  collection: Collection<TenantDocument>,
): AsyncGenerator<TenantDocument> {
  if (!collection.archive) return yield* storedIn(clinic, collection);
  const recent = storedIn(clinic, collection);
  const old = storedIn(clinic, collection.archive);
  let [one, other] = [await next(recent), await next(old)];
  while (one ?? other) {
    if (one && (!other || one.id < other.id)) {
      yield one;
      one = await next(recent);
    } else if (other) {
      yield other;
      other = await next(old);
    }
  }
}

async function* storedIn(
  clinic: TenantScope,
  collection: Collection<TenantDocument>,
): AsyncGenerator<TenantDocument> {
  for (let after: string | undefined; ;) {
    const filter = after === undefined ? {} : { id: { $gt: after } };
    const found = await within(clinic, collection).find(filter, { sort: { id: 1 }, limit: page });
    yield* found;
    after = found.at(-1)?.id;
    if (found.length < page) return;
  }
}

/** What the events say, document by document in the order of their ids; of one document only, when it is named. */
async function* tellings(clinic: TenantScope, collection: string, only?: string): AsyncGenerator<Told> {
  let told: Told | undefined;
  for await (const event of eventsOf(clinic, collection, only)) {
    if (told && told.id !== event.documentId) yield told;
    told = after(told?.id === event.documentId ? told : undefined, event);
  }
  if (told) yield told;
}

function after(
  before: Told | undefined,
  { documentId, documentRevision = 0, action, changes }: AuditEvent,
): Told {
  const state: Record<string, unknown> = action === adoption ? {} : { ...before?.state };
  for (const [field, { to }] of Object.entries(changes)) {
    if (to === undefined) delete state[field];
    else state[field] = to;
  }
  // The id is the event's own, whether it says so or not.
  return { id: documentId, revision: documentRevision, state: { ...state, id: documentId } };
}

async function* eventsOf(
  clinic: TenantScope,
  collection: string,
  only: string | undefined,
): AsyncGenerator<AuditEvent> {
  const ofCollection: Filter<AuditEvent> = {
    collection,
    documentRevision: { $gte: 1 },
    ...(only !== undefined && { documentId: only }),
  };
  for (let last: AuditEvent | undefined; ;) {
    const found: AuditEvent[] = await within(clinic, auditEvents).find(
      last ? { $and: [ofCollection, behind(last)] } : ofCollection,
      { sort: { documentId: 1, documentRevision: 1, id: 1 }, limit: page },
    );
    yield* found;
    last = found.at(-1);
    if (found.length < page) return;
  }
}

function behind({ id, documentId, documentRevision = 0 }: AuditEvent): Filter<AuditEvent> {
  return {
    documentId: { $gte: documentId },
    $or: [
      { documentId: { $gt: documentId } },
      { documentId, documentRevision: { $gt: documentRevision } },
      { documentId, documentRevision, id: { $gt: id } },
    ],
  };
}

async function next<Item>(items: AsyncGenerator<Item>): Promise<Item | undefined> {
  const result = await items.next();
  return result.done ? undefined : result.value;
}
