import { ObjectId, type AnyBulkWriteOperation, type ClientSession, type Document } from 'mongodb';
import { adoption } from '../../audit.ts';
import { canonical, changesBetween } from '../../changes.ts';
import type { Database } from '../../connection.ts';
import { difference, versionOf } from '../../versions.ts';
import type { Batch, MakeBatch, Migration, Problem } from '../migration.ts';
import { checksum } from './checksum.ts';
import { countersBatch } from './counters.ts';
import { earlierFindings, keyOf, patientNamesOf, recordedOf, visitsOf, type Lookup } from './lookups.ts';
import * as rules from './rules.ts';
import { misshapen, type Finding } from './shapes.ts';
import { asideOf, isAside, survey } from './survey.ts';

/** The version that a document has when it is adopted. */
const version = 1;

/** References come after what they refer to, and patients after the bookings that count as their visits. */
const order = ['tenants', 'users', 'staff', 'treatments', 'bookings', 'patients'] as const;
type Adopting = (typeof order)[number];

/**
 * Makes a database that was made by the client's documentation alone one of ours, and leaves alone what is ours
 * already. See docs/decisions/adoption.md.
 */
export const adopt = adoptionIn(200);

/** @param batchSize how many documents are looked at in one transaction */
export function adoptionIn(batchSize: number): Migration {
  return { number: 1, name: 'adopt', checksum, begin: (database) => begun(database, batchSize) };
}

async function begun(database: Database, batchSize: number): Promise<MakeBatch> {
  const surveyed = await survey(database);
  return async (place, blocked, session) => {
    if (place?.collection === 'counters') {
      return countersBatch(database, surveyed, place.after as string | undefined, session);
    }
    const collection = order.find((name) => name === place?.collection) ?? order[0];
    const first = place?.after === undefined ? (surveyed.misshapen.get(collection) ?? []) : [];
    const { documents, last } = await next(database, collection, place?.after, first, batchSize, session);
    return batchOf({ database, survey: surveyed, collection, documents, blocked, session }, last);
  };
}

/** The next documents by id; before the first ones some that are named, and those whose id is of no documented type. */
async function next(
  { db }: Database,
  name: Adopting,
  after: unknown,
  first: readonly ObjectId[],
  batchSize: number,
  session: ClientSession | undefined,
): Promise<{ documents: Document[]; last: ObjectId | undefined }> {
  const options = session ? { session } : {};
  const collection = db.collection(name);
  const known = { $type: 'objectId', ...(after instanceof ObjectId && { $gt: after }) } as const;
  const page = await collection.find({ _id: known }, options).sort({ _id: 1 }).limit(batchSize).toArray();
  const named: Document[] =
    after === undefined
      ? await collection
          .find({ $or: [{ _id: { $in: [...first] } }, { _id: { $not: { $type: 'objectId' } } }] }, options)
          .toArray()
      : [];
  const seen = new Set(named.map(({ _id }) => String(_id)));
  return {
    documents: [...named, ...page.filter(({ _id }) => !seen.has(String(_id)))],
    last: page.length < batchSize ? undefined : page.at(-1)?._id,
  };
}

async function batchOf(lookup: Adoption, last: ObjectId | undefined): Promise<Batch> {
  const { database, collection, documents } = lookup;
  const patientNames = collection === 'bookings' ? await patientNamesOf(lookup) : new Map<string, unknown>();
  const visits = collection === 'patients' ? await visitsOf(lookup) : new Map<string, rules.Visits>();
  const recorded = await recordedOf(lookup);
  const earlier = await earlierFindings(lookup);
  const updates: AnyBulkWriteOperation[] = [];
  const events: AnyBulkWriteOperation[] = [];
  const problems: Problem[] = [];
  // What a later migration has changed is no business of this one any more.
  for (const raw of documents.filter((one) => versionOf(one) <= version)) {
    const id = String(raw['_id']);
    const { document, findings, clinicId } = outcomeOf(lookup, raw, patientNames, visits);
    const setAside = clinicId === undefined;
    problems.push(...findings.map((finding) => ({ collection, id, ...finding, setAside })));
    const repaired = canonical(earlier.get(id) ?? []) !== canonical(findings);
    if (!setAside && (changes(raw, document) || !recorded.has(id) || repaired)) {
      document['version'] = version;
      document['revision'] = versionOf(raw) === 0 ? 1 : Number(raw['revision']) + 1;
      events.push({ insertOne: { document: beginning(database, collection, clinicId, raw, document) } });
    }
    if (!changes(raw, document)) continue;
    updates.push({
      updateOne: { filter: { _id: raw['_id'] as ObjectId }, update: difference(raw, document) },
    });
  }
  const following = order[order.indexOf(collection) + 1] ?? 'counters';
  return {
    next: last ? { collection, after: last } : { collection: following, after: undefined },
    writes: [
      { collection, operations: updates },
      { collection: 'auditEvents', operations: events },
    ],
    changed: updates.length,
    looked: { collection, ids: documents.map(({ _id }) => String(_id)) },
    problems,
  };
}

interface Adoption extends Lookup {
  readonly collection: Adopting;
  readonly blocked: ReadonlySet<string>;
}

interface Outcome {
  /** As it is to be stored. */
  readonly document: Document;
  readonly findings: readonly Finding[];
  /** Whose it is now; undefined when no clinic sees it. */
  readonly clinicId: string | undefined;
}

function outcomeOf(
  { survey: surveyed, collection, blocked }: Adoption,
  raw: Document,
  patientNames: ReadonlyMap<string, unknown>,
  visits: ReadonlyMap<string, rules.Visits>,
): Outcome {
  const { _id, tenantId } = raw;
  if (collection === 'tenants') {
    const clinicId = surveyed.clinics.find(({ id }) => id === String(_id))?.id;
    return { ...rules.tenants(raw), clinicId };
  }
  const clinic = surveyed.clinicOf(tenantId);
  if (!clinic) {
    const reason = tenantId === undefined || tenantId === null ? 'MISSING' : 'ORPHAN';
    return { document: raw, findings: [{ field: 'tenantId', reason }], clinicId: undefined };
  }
  const first = surveyed.firstOf.get(String(_id));
  const owned = { ...raw, tenantId: clinic.id };
  const adopted = rules[collection](owned, {
    clinic,
    first,
    patientName: (id) => patientNames.get(keyOf(clinic.id, id)),
    visits: visits.get(keyOf(clinic.id, _id)),
  });
  const collides: Finding[] = blocked.has(String(_id)) ? [{ field: '_id', reason: 'DUPLICATE' }] : [];
  const wrong = [...misshapen(collection, adopted.document), ...collides];
  if (wrong.length === 0) return { ...adopted, clinicId: clinic.id };
  const aside = isAside(tenantId) ? raw : { ...raw, tenantId: asideOf(tenantId) };
  return { document: aside, findings: wrong, clinicId: undefined };
}

function changes(raw: Document, document: Document): boolean {
  return Object.keys(difference(raw, document)).length > 0;
}

/** The event from which the audit can rebuild a document: all that it has, and what of it was otherwise before. */
function beginning(
  { clock }: Database,
  collection: Adopting,
  tenantId: string,
  raw: Document,
  document: Document,
): Document {
  const { _id, ...before } = raw;
  const { _id: _, ...after } = document;
  const now = clock();
  const strange = versionOf(raw) === 0 && raw['version'] !== undefined;
  return {
    _id: new ObjectId(),
    tenantId,
    at: now,
    actor: { kind: 'system', name: 'migrations' },
    action: adoption,
    collection,
    documentId: String(_id),
    documentRevision: document['revision'] as number,
    changes: {
      ...changesBetween({}, after),
      ...changesBetween(before, after),
      ...(strange && { version: { from: raw['version'] as unknown, to: version } }),
      ...(before['tenantId'] !== tenantId &&
        collection !== 'tenants' && { tenantId: { from: String(before['tenantId']), to: tenantId } }),
    },
    sealed: false,
    createdAt: now,
    updatedAt: now,
    version: 1,
    revision: 1,
  };
}
