// What one document cannot tell about itself: whose it is, what it refers to, and which other one was there first.
import type { Db, Document, ObjectId } from 'mongodb';
import { holdsOf, occupied } from '../../bookings/holds.ts';
import { holdsTime } from '../../bookings/schema.ts';
import type { Database } from '../../connection.ts';
import { StoredTenantConfig, TenantConfig } from '../../tenants/schema.ts';
import { platformTenantId } from '../../tenants/read.ts';
import type { Upgrade } from '../../collections.ts';
import * as documented from '../documented.ts';
import { emailOf, phoneOf } from './spellings.ts';
import { misshapen } from './shapes.ts';

export interface Clinic {
  readonly id: string;
  readonly config: TenantConfig;
  /** Every spelling of `tenantId` that means it: its id as text or as ObjectId, and its slug. */
  readonly spellings: readonly unknown[];
  readonly staff: ReadonlySet<string>;
  readonly treatments: ReadonlyMap<string, Document>;
}

const asidePrefix = 'set-aside:';

/** The `tenantId` of a document that is kept out of its clinic's sight. */
export function asideOf(tenantId: unknown): string {
  return asidePrefix + String(documented.asText(tenantId));
}

export function isAside(tenantId: unknown): boolean {
  return typeof tenantId === 'string' && tenantId.startsWith(asidePrefix);
}

export interface Survey {
  /** The clinic that a document's `tenantId` means, or undefined when there is none, or one that cannot be opened. */
  clinicOf(tenantId: unknown): Clinic | undefined;
  readonly clinics: readonly Clinic[];
  /** Documents that came second (a phone, an address, a time), with the one that came first. */
  readonly firstOf: ReadonlyMap<string, string>;
  /** Documents that cannot be adopted: they make way before the others take their keys. */
  readonly misshapen: ReadonlyMap<string, readonly ObjectId[]>;
}

/** Holds one clinic's phones and open bookings in memory at a time, and of all clinics only those that came second. */
export async function survey({ db }: Database): Promise<Survey> {
  const clinics = await clinicsOf(db);
  const bySpelling = new Map(
    clinics.flatMap((clinic) => clinic.spellings.map((one) => [String(one), clinic] as const)),
  );
  const firstOf = new Map<string, string>();
  const aside = { users: [] as ObjectId[], patients: [] as ObjectId[] };
  for (const clinic of clinics) {
    const owned = { tenantId: { $in: [...clinic.spellings] } };
    const shaped = (collection: 'users' | 'patients', upgrade: Upgrade) => (raw: Document) => {
      const fits =
        misshapen(collection, upgrade({ ...raw, tenantId: clinic.id }, clinic.config)).length === 0;
      if (!fits) aside[collection].push(raw['_id'] as ObjectId);
      return fits;
    };
    const users = db.collection('users').find(owned);
    await findSeconds(users, firstOf, shaped('users', documented.user), ({ email }) => [
      emailOf(email),
      email,
    ]);
    const patients = db.collection('patients').find(owned);
    await findSeconds(patients, firstOf, shaped('patients', documented.patient), ({ phone }) => [
      phoneOf(phone, clinic.config.country),
      phone,
    ]);
    await findOverlaps(db, clinic, firstOf);
  }
  return {
    clinics,
    clinicOf: (tenantId) => bySpelling.get(String(documented.asText(tenantId))),
    firstOf,
    misshapen: new Map(Object.entries(aside)),
  };
}

async function clinicsOf(db: Db): Promise<Clinic[]> {
  const raw = await db.collection('tenants').find({}).sort({ _id: 1 }).toArray();
  const slugs = Map.groupBy(raw, ({ slug }) => slug as unknown);
  const staff = await byTenant(db, 'staff');
  const treatments = await byTenant(db, 'treatments');
  const platform = { id: platformTenantId, spellings: [platformTenantId], config: TenantConfig.parse({}) };
  const clinics = raw.flatMap(({ _id, slug, config }) => {
    const read = StoredTenantConfig.safeParse(config ?? {});
    if (!read.success) return [];
    const texts = [
      _id.toHexString(),
      ...(typeof slug === 'string' && slugs.get(slug)?.length === 1 ? [slug] : []),
    ];
    return { id: _id.toHexString(), spellings: [_id, ...texts, ...texts.map(asideOf)], config: read.data };
  });
  return [platform, ...clinics].map((clinic) => {
    const own = (all: ReadonlyMap<string, Document[]>) =>
      clinic.spellings.flatMap((one) => (typeof one === 'string' ? (all.get(one) ?? []) : []));
    return {
      ...clinic,
      staff: new Set(own(staff).map(({ _id }) => String(_id))),
      treatments: new Map(own(treatments).map((document) => [String(document['_id']), document])),
    };
  });
}

async function byTenant(db: Db, collection: string): Promise<Map<string, Document[]>> {
  const all = await db
    .collection(collection)
    .find({}, { projection: { tenantId: 1, name: 1, price: 1 } })
    .toArray();
  return Map.groupBy(all, ({ tenantId }) => String(documented.asText(tenantId)));
}

/** Of several documents with one key, the one that is spelled like the key keeps it, or else the eldest. */
async function findSeconds(
  documents: AsyncIterable<Document>,
  firstOf: Map<string, string>,
  counts: (document: Document) => boolean,
  read: (document: Document) => readonly [key: string | undefined, spelling: unknown],
): Promise<void> {
  const alike = new Map<string, { readonly id: string; readonly exact: boolean }[]>();
  for await (const document of documents) {
    const [key, spelling] = read(document);
    if (!counts(document) || key === undefined) continue;
    const one = { id: String(document['_id']), exact: spelling === key };
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  for (const several of alike.values()) {
    const [first, ...others] = several.sort(
      (a, b) => Number(b.exact) - Number(a.exact) || (a.id < b.id ? -1 : 1),
    );
    for (const { id } of others) firstOf.set(id, first!.id);
  }
}

/** Of bookings that would hold the same time, those that hold it already keep it, then the first that was made. */
async function findOverlaps(db: Db, clinic: Clinic, firstOf: Map<string, string>): Promise<void> {
  const filter = {
    tenantId: { $in: [...clinic.spellings] },
    status: { $nin: ['completed', 'cancelled', 'no-show'] },
  };
  const open: Document[] = [];
  for await (const raw of db.collection('bookings').find(filter)) {
    const booking = documented.booking({ ...raw, tenantId: clinic.id }, clinic.config);
    if (misshapen('bookings', booking).length === 0 && holdsTime(booking['status'])) open.push(booking);
  }
  open.sort(
    (a, b) =>
      Number(b['holding'] === true) - Number(a['holding'] === true) ||
      Number(a['createdAt']) - Number(b['createdAt']) ||
      (String(a['_id']) < String(b['_id']) ? -1 : 1),
  );
  const taken = new Map<string, string>();
  for (const booking of open) {
    const keys = holdsOfBooking(booking).map(({ r, t }) => `${r} ${t}`);
    const first = keys.map((key) => taken.get(key)).find((id) => id !== undefined);
    const id = String(booking['_id'] as ObjectId);
    if (first !== undefined) firstOf.set(id, first);
    else for (const key of keys) taken.set(key, id);
  }
}

/** What an adopted booking holds: from its start to its end. */
export function holdsOfBooking(booking: Document) {
  const { staffId, startAt, durationMin, bufferBeforeMin, bufferAfterMin } = booking as {
    staffId: string;
    startAt: Date;
    durationMin: number;
    bufferBeforeMin: number;
    bufferAfterMin: number;
  };
  return holdsOf(staffId, occupied(startAt, { durationMin, bufferBeforeMin, bufferAfterMin }));
}
