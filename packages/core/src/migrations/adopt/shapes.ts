// What an adopted document must be so that everything that reads it can rely on its type.
import { ObjectId, type Document } from 'mongodb';
import { z } from 'zod';
import { DateException, TimeOff } from '../../availability/hours.ts';
import { BookingSource, BookingStatus, PaymentMethod, PaymentStatus } from '../../bookings/schema.ts';
import { Role } from '../../users/schema.ts';
import type { Reason } from '../migration.ts';

/** Something that was found in a document, before it is known where to say it. */
export interface Finding {
  readonly field: string;
  readonly reason: Reason;
  readonly otherId?: string;
}

const common = {
  _id: z.instanceof(ObjectId),
  tenantId: z.string(),
  createdAt: z.date(),
  updatedAt: z.date(),
};
const text = z.string();
const words = z.array(text);
const amount = z.number().min(0);

const shapes = {
  users: z.looseObject({
    ...common,
    email: text.min(1),
    password: text,
    name: text,
    role: Role,
    isActive: z.boolean(),
  }),
  staff: z.looseObject({
    ...common,
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
    ...common,
    name: text,
    category: text,
    durationMin: z.number().positive(),
    price: amount,
    description: text.optional(),
    popularity: z.number(),
    assignedStaff: words,
    isActive: z.boolean(),
  }),
  patients: z.looseObject({
    ...common,
    name: text,
    phone: text,
    email: text.optional(),
    notes: text.optional(),
    lastVisitAt: z.date().optional(),
    totalVisits: z.int().min(0),
    isActive: z.boolean(),
  }),
  bookings: z.looseObject({
    ...common,
    patientId: text,
    patientName: text.optional(),
    staffId: text,
    treatmentId: text,
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
  }),
} as const;

export type AdoptedCollection = keyof typeof shapes;

/** What keeps a document from being adopted at all. */
export function misshapen(collection: AdoptedCollection, document: Document): Finding[] {
  const { error } = shapes[collection].safeParse(document);
  return error ? findingsOf(error.issues, document) : [];
}

export function findingsOf(issues: readonly z.core.$ZodIssue[], document: Document, prefix = ''): Finding[] {
  return issues.map(({ code, path }) => {
    const field = path.map(String).join('.');
    const missing = path.reduce<unknown>(inner, document) === undefined;
    const reason = missing ? 'MISSING' : code === 'invalid_type' ? 'TYPE' : 'VALUE';
    return { field: prefix + field, reason };
  });
}

function inner(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
