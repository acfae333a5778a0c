// What a document that was made by the client's documentation alone is in version 1: the documented defaults, our
// added fields, dates and references in their documented types. Each function changes nothing in a document that is
// of version 1 already. What needs other documents, or is no longer pure, is in adopt/.
import { Decimal128, ObjectId, type Document } from 'mongodb';
import type { ClinicSettings } from '../collections.ts';
import { isPlainObject } from '../dialect.ts';
import { searchKeysOf } from '../patients/search-keys.ts';
import { localDate, localTime, minute } from '../time.ts';
import { unplaced } from '../treatments/schema.ts';

export function tenant(document: Document): Document {
  return filled(whole(document, ['domain']), { config: {}, isActive: true });
}

export function user(document: Document): Document {
  return filled(whole(document), { role: 'user', isActive: true });
}

export function patient(document: Document): Document {
  const read = whole(document, ['email', 'notes', 'lastVisitAt']);
  const { name, phone, lastVisitAt, totalVisits } = read;
  return filled(
    {
      ...read,
      ...(typeof phone === 'number' && { phone: String(phone) }),
      ...(lastVisitAt && { lastVisitAt: asDate(lastVisitAt) }),
      ...(totalVisits !== undefined && { totalVisits: asNumber(totalVisits) }),
    },
    {
      totalVisits: 0,
      isActive: true,
      searchWords: typeof name === 'string' ? searchKeysOf({ name, phone: String(phone) }) : [],
    },
  );
}

export function staff(document: Document): Document {
  const read = whole(document, ['avatar']);
  return filled(
    { ...read, ...(read['rating'] !== undefined && { rating: asNumber(read['rating']) }) },
    { skills: [], workingHours: [], exceptions: [], timeOff: [], rating: 0, isActive: true },
  );
}

export function treatment(document: Document): Document {
  const read = whole(document, ['description']);
  const { durationMin, price, popularity, assignedStaff } = read;
  return filled(
    {
      ...read,
      durationMin: asNumber(durationMin),
      price: asNumber(price),
      ...(popularity !== undefined && { popularity: asNumber(popularity) }),
      ...(Array.isArray(assignedStaff) && { assignedStaff: texts(assignedStaff) }),
    },
    {
      popularity: 0,
      assignedStaff: [],
      bufferBeforeMin: 0,
      bufferAfterMin: 0,
      sortOrder: unplaced,
      isActive: true,
    },
  );
}

/** Without the treatment that was booked; adoption looks it up. */
export function booking(document: Document, { timezone }: ClinicSettings): Document {
  const read = whole(document, ['patientName', 'notes', 'queueNumber', 'paymentMethod', 'paymentAmount']);
  const [startAt, endAt] = [asDate(read['startAt']), asDate(read['endAt'])];
  const { patientId, staffId, treatmentId, queueNumber, paymentAmount } = read;
  const placed = startAt instanceof Date && !Number.isNaN(startAt.getTime());
  const amount = paymentAmount === undefined ? 0 : asNumber(paymentAmount);
  const method = paymentMethod(read['paymentMethod']);
  const status = bookingWord(read['status'] ?? 'pending');
  // The documentation does not say when money came in: at the visit if there was one, else at the last change.
  const at = status === 'completed' ? startAt : read['updatedAt'];
  return filled(
    {
      ...read,
      patientId: asText(patientId),
      staffId: asText(staffId),
      treatmentId: asText(treatmentId),
      startAt,
      endAt,
      status,
      source: bookingWord(read['source']),
      ...(read['paymentStatus'] != null && { paymentStatus: bookingWord(read['paymentStatus']) }),
      ...(queueNumber !== undefined && { queueNumber: asNumber(queueNumber) }),
      ...(method !== undefined && { paymentMethod: method }),
      ...(paymentAmount !== undefined && { paymentAmount: amount }),
      ...(Array.isArray(read['payments']) && { payments: read['payments'].map(dated(timezone)) }),
    },
    {
      paymentStatus: 'unpaid',
      payments: Number(amount) > 0 ? [{ method: method ?? 'other', amount, at, ...dayOf(at, timezone) }] : [],
      ...(placed && { localDate: localDate(startAt, timezone), localTime: localTime(startAt, timezone) }),
      ...(placed &&
        endAt instanceof Date && { durationMin: Math.ceil((Number(endAt) - Number(startAt)) / minute) }),
      treatmentName: '',
      price: amount,
      bufferBeforeMin: 0,
      bufferAfterMin: 0,
    },
  );
}

/** The first of our own payments said only the instant at which they were received. */
function dated(timezone: string): (payment: unknown) => unknown {
  return (payment) => (isPlainObject(payment) ? { ...dayOf(payment['at'], timezone), ...payment } : payment);
}

function dayOf(at: unknown, timezone: string): Document {
  return at instanceof Date && !Number.isNaN(at.getTime()) ? { localDate: localDate(at, timezone) } : {};
}

/** With its tenant as text, its timestamps, and without optional fields that say null. */
function whole(document: Document, optional: readonly string[] = []): Document {
  const { _id, tenantId, createdAt, updatedAt } = document;
  const created = asDate(createdAt ?? (_id instanceof ObjectId ? _id.getTimestamp() : undefined));
  const read: Document = {
    ...document,
    ...(tenantId !== undefined && { tenantId: asText(tenantId) }),
    createdAt: created,
    updatedAt: asDate(updatedAt ?? created),
  };
  return Object.fromEntries(
    Object.entries(read).filter(([key, value]) => value !== null || !optional.includes(key)),
  );
}

function filled(document: Document, defaults: Document): Document {
  const missing = Object.entries(defaults).filter(([key]) => (document[key] ?? undefined) === undefined);
  return { ...document, ...Object.fromEntries(missing) };
}

const spellings: Record<string, string> = { canceled: 'cancelled', noshow: 'no-show', walkin: 'walk-in' };

/** A documented word of a booking in any spelling; any other text stays what it is. */
export function bookingWord(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const word = value
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return spellings[word] ?? word;
}

const methods: Record<string, string> = {
  cash: 'cash', tunai: 'cash', card: 'card', kartu: 'card', debit: 'card', credit: 'card', kredit: 'card',
  transfer: 'transfer', qris: 'qris',
}; // prettier-ignore

/** The documentation allows any text. What it said is kept in the audit event of the adoption. */
function paymentMethod(value: unknown): unknown {
  return typeof value === 'string' ? (methods[value.trim().toLowerCase()] ?? 'other') : value;
}

/** An id as the documented string. */
export function asText(value: unknown): unknown {
  return value instanceof ObjectId ? value.toHexString() : value;
}

function texts(values: readonly unknown[]): readonly unknown[] {
  return values.some((value) => value instanceof ObjectId) ? values.map(asText) : values;
}

/** Files of JSON carry instants as text; only a text with a zone says which instant it is. */
function asDate(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(value))
    return value;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? value : instant;
}

function asNumber(value: unknown): unknown {
  if (value instanceof Decimal128) return Number(value.toString());
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}
