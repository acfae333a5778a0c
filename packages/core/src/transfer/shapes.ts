// What a line may be: nothing that an operator, a wrong type or an endless text hides in, and whatever the code that
// will read it relies on.
import { BSON, ObjectId, type Document as Bson } from 'mongodb';
import { z } from 'zod';
import { DateException, TimeOff } from '../availability/hours.ts';
import {
  BookingSource,
  BookingStatus,
  finalStatuses,
  PaymentMethod,
  PaymentStatus,
} from '../bookings/schema.ts';
import { isPlainObject } from '../dialect.ts';
import { isCirceError } from '../errors.ts';
import { maxBytes, pictureOf, type Picture } from '../images/picture.ts';
import { NewTenant } from '../tenants/schema.ts';
import { IdText } from '../text.ts';
import { LocalDate } from '../time.ts';

const longestText = 20_000;
const longestList = 5_000;
const deepest = 12;

const stamped = {
  _id: z.instanceof(ObjectId),
  createdAt: z.date(),
  updatedAt: z.date(),
  version: z.int().min(1),
  revision: z.int().min(1),
};
const owned = { ...stamped, tenantId: IdText };

const Actor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id: IdText, name: z.string(), role: z.string() }),
  z.strictObject({ kind: z.literal('token'), id: IdText, name: z.string() }),
  z.strictObject({ kind: z.literal('system'), name: z.string() }),
  z.strictObject({ kind: z.literal('public') }),
]);

const text = z.string();
const words = z.array(text);
const amount = z.number().min(0);

const Booking = z.looseObject({
  ...owned,
  patientId: IdText,
  patientName: text.optional(),
  staffId: IdText,
  treatmentId: IdText,
  startAt: z.date(),
  endAt: z.date(),
  durationMin: z.number().positive(),
  status: BookingStatus,
  source: BookingSource,
  paymentStatus: PaymentStatus,
  notes: text.optional(),
  queueNumber: z.int().optional(),
  paymentMethod: PaymentMethod.optional(),
  paymentAmount: amount.optional(),
  price: amount,
  localDate: LocalDate,
  localTime: z.string(),
  treatmentName: z.string(),
  bufferBeforeMin: z.int().min(0),
  bufferAfterMin: z.int().min(0),
  visitId: IdText.optional(),
  payments: z.array(
    z.looseObject({
      method: PaymentMethod,
      amount: z.number(),
      at: z.date(),
      localDate: LocalDate,
      by: Actor.optional(),
    }),
  ),
  holding: z.literal(true).optional(),
  overlapping: z.literal(true).optional(),
  holds: z.array(z.strictObject({ r: IdText, t: z.int() })).optional(),
});

/** By the name of the file. Fields that a shape does not name are as they were exported. */
const shapes: Readonly<Record<string, z.ZodType<Bson>>> = {
  tenants: z.looseObject({
    ...stamped,
    ...NewTenant.pick({ name: true, slug: true, domain: true }).shape,
    config: z.looseObject({}),
    isActive: z.boolean(),
    createdBy: z.string(),
  }),
  patients: z.looseObject({
    ...owned,
    name: text,
    phone: text,
    email: text.optional(),
    notes: text.optional(),
    lastVisitAt: z.date().optional(),
    totalVisits: z.int().min(0),
    isActive: z.boolean(),
    mergedInto: IdText.optional(),
    searchWords: words,
  }),
  // Nobody becomes an administrator of the installation by a file.
  users: z.looseObject({
    ...owned,
    email: text.min(1),
    password: text,
    name: text,
    isActive: z.boolean(),
    role: z.enum(['admin', 'staff', 'user']),
    patientId: IdText.optional(),
  }),
  staff: z.looseObject({
    ...owned,
    name: text,
    role: text,
    skills: words,
    workingHours: words,
    exceptions: z.array(DateException),
    timeOff: z.array(TimeOff),
    rating: z.number(),
    avatar: text.optional(),
    isActive: z.boolean(),
  }),
  treatments: z.looseObject({
    ...owned,
    name: text,
    category: text,
    durationMin: z.number().positive(),
    price: amount,
    description: text.optional(),
    popularity: z.number(),
    assignedStaff: z.array(IdText),
    bufferBeforeMin: z.int().min(0),
    bufferAfterMin: z.int().min(0),
    sortOrder: z.int(),
    isActive: z.boolean(),
  }),
  bookings: Booking,
  bookingsArchive: Booking.extend({
    status: z.enum(finalStatuses),
    holding: z.never().optional(),
    holds: z.never().optional(),
  }),
  dayCloses: z.looseObject({
    ...owned,
    date: LocalDate,
    status: z.enum(['closed', 'reopened']),
    closedAt: z.date(),
    closedBy: Actor,
    countedCash: z.number(),
    expectedCash: z.number(),
    total: z.looseObject({ amount: z.number(), count: z.int() }),
    byMethod: z.array(z.looseObject({ method: PaymentMethod })),
  }),
  images: z
    .looseObject({
      ...owned,
      sha256: text,
      staffId: IdText.optional(),
      contentType: text,
      width: z.int(),
      height: z.int(),
      data: z.instanceof(BSON.Binary),
    })
    .refine(isPicture, { path: ['data'], message: 'This is not the picture that it is said to be.' }),
  auditEvents: z.looseObject({
    ...owned,
    at: z.date(),
    actor: Actor,
    action: z.string().max(100),
    collection: z.string().max(100),
    documentId: z.string().max(100),
    changes: z.record(
      z.string(),
      z.strictObject({ from: z.unknown().optional(), to: z.unknown().optional() }),
    ),
    documentRevision: z.int().min(0).optional(),
    erased: z.literal(true).optional(),
    sealed: z.boolean(),
    seq: z.int().min(1).optional(),
    hash: z.string().max(64).optional(),
  }),
  counters: z.looseObject({
    ...owned,
    name: z.string().max(100),
    value: z.int().min(0),
    hash: z.string().max(64).optional(),
  }),
};

/** Whether its bytes say of themselves what the fields beside them say. */
function isPicture(image: {
  readonly data: BSON.Binary;
  readonly sha256: string;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}): boolean {
  const { data, sha256, contentType, width, height } = image;
  const isSame = (picture: Picture) =>
    picture.sha256 === sha256 &&
    picture.contentType === contentType &&
    picture.width === width &&
    picture.height === height;
  try {
    return isSame(pictureOf(data.value()));
  } catch (error) {
    if (isCirceError(error, 'VALIDATION')) return false;
    throw error;
  }
}

/** A line as the rest of the code would read it, or why it may be none. */
export function readShape(
  name: string,
  document: Bson,
): { readonly document: Bson } | { readonly field: string; readonly message: string } {
  const foreign = foreignIn(document, '', 0);
  if (foreign) return foreign;
  const plain = BSON.deserialize(BSON.serialize(document));
  const read = shapes[name]!.safeParse(plain);
  if (read.success) return { document: plain };
  const [issue] = read.error.issues;
  return { field: issue?.path.join('.') ?? '', message: issue?.message ?? 'This is not valid.' };
}

/** What is in no document of ours, at any depth. */
function foreignIn(
  value: unknown,
  field: string,
  depth: number,
): { readonly field: string; readonly message: string } | undefined {
  const refused = (message: string) => ({ field, message });
  if (typeof value === 'string')
    return value.length > longestText ? refused('This text is too long.') : undefined;
  if (typeof value === 'boolean' || value === null) return undefined;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? refused('This is no instant.') : undefined;
  if (depth > deepest) return refused('This is nested too deeply.');
  if (Array.isArray(value)) {
    if (value.length > longestList) return refused('This list is too long.');
    return firstOf(value, (item) => foreignIn(item, field, depth + 1));
  }
  if (isPlainObject(value))
    return firstOf(Object.entries(value), ([name, inner]) => {
      const path = field === '' ? name : `${field}.${name}`;
      if (name.startsWith('$') || /[.\0]/.test(name) || name === '__proto__' || name.length > 200)
        return { field: path.slice(0, 300), message: 'This is no name of a field.' };
      return foreignIn(inner, path, depth + 1);
    });
  const isPlain =
    (value instanceof ObjectId && field === '_id') ||
    (value instanceof BSON.Binary && field === 'data' && value.position <= maxBytes) ||
    value instanceof BSON.Int32 ||
    value instanceof BSON.Long ||
    (value instanceof BSON.Double && Number.isFinite(value.value));
  return isPlain ? undefined : refused('This is of no type that a clinic keeps.');
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
