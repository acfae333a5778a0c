import { ObjectId, type ClientSession, type Document } from 'mongodb';
import type { Database } from '../../connection.ts';
import * as documented from '../documented.ts';
import { problemsOf } from '../collection.ts';
import type { Visits } from './rules.ts';
import type { Finding } from './shapes.ts';
import { isAside, type Survey } from './survey.ts';

/** The documents of a batch, and where to look up what they need. */
export interface Lookup {
  readonly database: Database;
  readonly survey: Survey;
  readonly collection: string;
  readonly documents: readonly Document[];
  readonly session: ClientSession | undefined;
}

/** A document of one clinic; the same id in another clinic is another one. */
export function keyOf(clinicId: string, id: unknown): string {
  return `${clinicId} ${String(id)}`;
}

/** The names of the patients that bookings are for, by clinic and id. */
export async function patientNamesOf(lookup: Lookup): Promise<Map<string, unknown>> {
  const { database, survey, documents, session } = lookup;
  const ids = documents.map(({ patientId }) => String(documented.asText(patientId))).filter(isId);
  const patients = await database.db
    .collection('patients')
    .find(
      { _id: { $in: ids.map((id) => new ObjectId(id)) } },
      { ...options(session), projection: { tenantId: 1, name: 1 } },
    )
    .toArray();
  return new Map(
    patients.flatMap(({ _id, tenantId, name }) => {
      const clinic = survey.clinicOf(tenantId);
      return clinic ? [[keyOf(clinic.id, _id), name as unknown] as const] : [];
    }),
  );
}

/** The completed bookings of patients, by clinic and id. */
export async function visitsOf({
  database,
  survey,
  documents,
  session,
}: Lookup): Promise<Map<string, Visits>> {
  const clinics = new Set(documents.map(({ tenantId }) => survey.clinicOf(tenantId)));
  const spellings = [...clinics].flatMap((clinic) => clinic?.spellings ?? []);
  const ids = documents.flatMap(({ _id }) => [_id as unknown, String(_id)]);
  const groups = await database.db
    .collection('bookings')
    .aggregate<{ _id: Document; count: number; last: unknown }>(
      [
        { $match: { tenantId: { $in: spellings }, patientId: { $in: ids } } },
        {
          $group: {
            _id: { tenantId: '$tenantId', patientId: '$patientId', status: '$status' },
            count: { $sum: 1 },
            last: { $max: '$startAt' },
          },
        },
      ],
      options(session),
    )
    .toArray();
  const visits = new Map<string, Visits>();
  for (const { _id, count, last } of groups) {
    const { tenantId, patientId, status } = _id;
    const clinic = survey.clinicOf(tenantId);
    if (
      !clinic ||
      isAside(tenantId) ||
      documented.bookingWord(status) !== 'completed' ||
      !(last instanceof Date)
    )
      continue;
    const key = keyOf(clinic.id, patientId);
    const other = visits.get(key);
    visits.set(key, {
      count: count + (other?.count ?? 0),
      last: other && other.last > last ? other.last : last,
    });
  }
  return visits;
}

/** Ids of the documents whose beginning is in the audit. */
export async function recordedOf({
  database,
  survey,
  collection,
  documents,
  session,
}: Lookup): Promise<Set<string>> {
  const tenantIds = documents.map(({ _id, tenantId }) =>
    collection === 'tenants' ? String(_id) : survey.clinicOf(tenantId)?.id,
  );
  const rows = await database.db
    .collection('auditEvents')
    .aggregate<{ _id: string }>(
      [
        {
          $match: {
            tenantId: { $in: [...new Set(tenantIds)] },
            collection,
            documentId: { $in: documents.map(({ _id }) => String(_id)) },
            documentRevision: { $gte: 1 },
          },
        },
        { $group: { _id: '$documentId' } },
      ],
      options(session),
    )
    .toArray();
  return new Set(rows.map(({ _id }) => _id));
}

/** What an earlier run found in the documents of a batch, by id. */
export async function earlierFindings({
  database,
  collection,
  documents,
  session,
}: Lookup): Promise<Map<string, Finding[]>> {
  const ids = documents.map(({ _id }) => String(_id));
  const rows = await problemsOf(database)
    .find({ collection, id: { $in: ids } }, options(session))
    .toArray();
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, problems]) => [
      id,
      problems.map(({ field, reason, otherId }) => ({
        field,
        reason,
        ...(otherId !== undefined && { otherId }),
      })),
    ]),
  );
}

function isId(id: string): boolean {
  return /^[0-9a-f]{24}$/.test(id);
}

function options(session: ClientSession | undefined): { session?: ClientSession } {
  return session ? { session } : {};
}
