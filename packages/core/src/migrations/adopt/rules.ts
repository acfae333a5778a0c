// The rules by which documents of the documentation become ours. Each takes a document as it is stored, answers it
// as it should be and says what it could not repair; of a document that is ours already it changes nothing.
import type { Document } from 'mongodb';
import { WeeklyHours } from '../../availability/hours.ts';
import { holdsTime } from '../../bookings/schema.ts';
import { searchKeysOf } from '../../patients/search-keys.ts';
import { platformTenantId } from '../../tenants/read.ts';
import { Slug, TenantConfig } from '../../tenants/schema.ts';
import * as documented from '../documented.ts';
import type { Reason } from '../migration.ts';
import { versionOf } from '../../versions.ts';
import { readHours } from './hours.ts';
import { findingsOf, type Finding } from './shapes.ts';
import { emailOf, phoneOf } from './spellings.ts';
import { holdsOfBooking, type Clinic } from './survey.ts';

export interface Adopted {
  readonly document: Document;
  readonly findings: readonly Finding[];
}

/** What has to be known of other documents. */
export interface Context {
  readonly clinic: Clinic;
  /** The document that was there first, where this one came second. */
  readonly first: string | undefined;
  /** The name of a patient of the clinic, or undefined when there is none. */
  readonly patientName: (id: unknown) => unknown;
  /** The completed bookings of this patient. */
  readonly visits: Visits | undefined;
}

export interface Visits {
  readonly count: number;
  readonly last: Date;
}

export function tenants(raw: Document): Adopted {
  const document = documented.tenant(raw);
  const { slug, config } = document;
  const issues = TenantConfig.safeParse(config).error?.issues ?? [];
  const findings = [
    ...['name', 'slug', 'createdBy'].flatMap((field): Finding[] => {
      const value: unknown = document[field];
      if (typeof value === 'string') return [];
      return [{ field, reason: value === undefined ? 'MISSING' : 'TYPE' }];
    }),
    ...findingIf(typeof slug === 'string' && !Slug.safeParse(slug).success, 'slug', 'VALUE'),
    ...findingsOf(
      issues.filter(({ code }) => code !== 'unrecognized_keys'),
      config,
      'config.',
    ),
  ];
  return { document, findings };
}

export function users(raw: Document, { clinic, first }: Context): Adopted {
  const document = documented.user(raw);
  const { email, role, password } = document;
  const address = emailOf(email);
  const elsewhere = (clinic.id === platformTenantId) !== (role === 'platform_admin');
  return {
    document: { ...document, email: first === undefined ? (address ?? email) : email },
    findings: [
      ...findingIf(address === undefined, 'email', 'VALUE'),
      ...findingIf(first !== undefined, 'email', 'DUPLICATE', first),
      ...findingIf(elsewhere, 'role', 'VALUE'),
      // Of other hashes nobody here can tell whether a password fits: it has to be set anew.
      ...findingIf(!String(password).startsWith('$argon2'), 'password', 'UNREADABLE'),
    ],
  };
}

export function staff(raw: Document): Adopted {
  const document = documented.staff(raw);
  const { workingHours, rating } = document;
  const entries: unknown[] = Array.isArray(workingHours) ? workingHours : [];
  const read = entries.map((entry) => {
    if (WeeklyHours.safeParse(entry).success) return [entry];
    return typeof entry === 'string' ? readHours(entry) : undefined;
  });
  return {
    // What cannot be read stays as somebody wrote it; as working hours it counts for nothing.
    document: {
      ...document,
      workingHours: Array.isArray(workingHours)
        ? read.flatMap((hours, n) => hours ?? [entries[n]])
        : workingHours,
    },
    findings: [
      ...read.flatMap((hours, n) => findingIf(!hours, `workingHours.${n}`, 'UNREADABLE')),
      ...findingIf(outside(rating, 0, 5), 'rating', 'VALUE'),
    ],
  };
}

export function treatments(raw: Document, { clinic }: Context): Adopted {
  const document = documented.treatment(raw);
  const { durationMin, price, popularity, assignedStaff } = document;
  const ids: unknown[] = Array.isArray(assignedStaff) ? assignedStaff : [];
  return {
    document,
    findings: [
      ...findingIf(outside(durationMin, 15, 480) || !Number.isInteger(durationMin), 'durationMin', 'VALUE'),
      ...findingIf(!Number.isInteger(price), 'price', 'VALUE'),
      ...findingIf(outside(popularity, 0, 100), 'popularity', 'VALUE'),
      ...ids.flatMap((id, n) => findingIf(!clinic.staff.has(String(id)), `assignedStaff.${n}`, 'ORPHAN')),
    ],
  };
}

export function bookings(raw: Document, { clinic, first, patientName }: Context): Adopted {
  const read = documented.booking(raw, clinic.config);
  const { patientId, staffId, treatmentId, paymentAmount, durationMin } = read;
  const treatment = clinic.treatments.get(String(treatmentId));
  // Once it is known which treatment it was, later prices change nothing.
  const snapshot = read['treatmentName'] === '' && treatment ? snapshotOf(read, treatment) : undefined;
  const price = Number(snapshot?.price ?? read['price']);
  const partly = raw['paymentStatus'] == null && paymentAmount > 0;
  const { holding: _, holds: __, ...plain } = read;
  const open = holdsTime(read['status']);
  const name = patientName(patientId);
  return {
    document: {
      ...plain,
      ...snapshot,
      ...(read['patientName'] === undefined && typeof name === 'string' && { patientName: name }),
      ...(partly && { paymentStatus: paymentAmount >= price ? 'paid' : 'deposit' }),
      ...(open && first === undefined && { holding: true, holds: holdsOfBooking(read) }),
    },
    findings: [
      ...findingIf(name === undefined, 'patientId', 'ORPHAN'),
      ...findingIf(!clinic.staff.has(String(staffId)), 'staffId', 'ORPHAN'),
      ...findingIf(!treatment, 'treatmentId', 'ORPHAN'),
      ...findingIf(outside(durationMin, 1, 480), 'endAt', 'VALUE'),
      ...findingIf(open && first !== undefined, 'startAt', 'OVERLAP', first),
    ],
  };
}

/** The name and price of what was booked: what was paid in full was the price, otherwise today's is the best known. */
function snapshotOf(
  { paymentStatus, paymentAmount }: Document,
  { name, price }: Document,
): { treatmentName: unknown; price: unknown } {
  const paid = paymentStatus === 'paid' && paymentAmount > 0;
  return { treatmentName: name, price: paid ? paymentAmount : price };
}

export function patients(raw: Document, { clinic, first, visits }: Context): Adopted {
  const document = documented.patient(raw);
  const read = phoneOf(document['phone'], clinic.config.country);
  const phone: unknown = first === undefined ? (read ?? document['phone']) : document['phone'];
  const email = emailOf(document['email']);
  const name: unknown = document['name'];
  return {
    document: {
      ...document,
      phone,
      ...(typeof name === 'string' && { searchWords: searchKeysOf({ name, phone: String(phone) }) }),
      ...(email !== undefined && { email }),
      ...visitsOf(raw, document, visits),
    },
    findings: [
      ...findingIf(read === undefined, 'phone', 'UNREADABLE'),
      ...findingIf(first !== undefined, 'phone', 'DUPLICATE', first),
      ...findingIf(Boolean(document['email']) && email === undefined, 'email', 'VALUE'),
    ],
  };
}

/** Counts the completed bookings; what the documented counter says beyond them are visits without a booking here. */
function visitsOf(
  raw: Document,
  { totalVisits, lastVisitAt, otherVisits }: Document,
  own?: Visits,
): Document {
  if (!Number.isInteger(totalVisits)) return {};
  const completed = own?.count ?? 0;
  const beyond = Math.max(0, totalVisits - completed);
  const unexplained = lastVisitAt instanceof Date && (!own || (beyond > 0 && lastVisitAt > own.last));
  const others: { count: number; lastAt?: Date } | undefined =
    versionOf(raw) > 0
      ? otherVisits
      : beyond > 0 || unexplained
        ? { count: beyond, ...(unexplained && { lastAt: lastVisitAt }) }
        : undefined;
  const last = [own?.last, others?.lastAt]
    .filter((at) => at !== undefined)
    .sort((a, b) => Number(b) - Number(a))[0];
  return { totalVisits: completed + (others?.count ?? 0), lastVisitAt: last, otherVisits: others };
}

function outside(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && !(value >= least && value <= most);
}

function findingIf(holds: boolean, field: string, reason: Reason, otherId?: string): Finding[] {
  return holds ? [{ field, reason, ...(otherId !== undefined && { otherId }) }] : [];
}
