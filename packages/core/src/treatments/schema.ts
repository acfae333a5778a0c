import { z } from 'zod';
import type { Id, TenantDocument } from '../collections.ts';
import { StaffId } from '../staff/schema.ts';
import { IdText, line, paragraph } from '../text.ts';

export type TreatmentId = Id<'treatments'>;
export const TreatmentId = IdText.brand<'treatments', 'inout'>();

/** As documented. */
export const longestTreatmentMin = 480;

export const fields = {
  /** Tells two treatments of a tenant apart. */
  name: line(120),
  /** Such as `Facial` or `Injection`. */
  category: line(60),
  durationMin: z.int().min(15).max(longestTreatmentMin),
  /** In the currency's unit as people use it: rupiah. */
  price: z.int().min(0).max(1_000_000_000_000),
  description: paragraph(2000),
  popularity: z.number().min(0).max(100),
  /** Minutes that the staff member needs before or after. */
  buffer: z.int().min(0).max(120),
};

export const AssignedStaff = z.array(StaffId).max(500);

/** The `sortOrder` of what was never put into an order, behind everything that was. */
export const unplaced = 1_000_000_000;

/** A treatment to be added to the price list. */
export const NewTreatment = z.strictObject({
  name: fields.name,
  category: fields.category,
  durationMin: fields.durationMin,
  price: fields.price,
  description: fields.description.optional(),
  popularity: fields.popularity.default(0),
  assignedStaff: AssignedStaff.default([]),
  bufferBeforeMin: fields.buffer.default(0),
  bufferAfterMin: fields.buffer.default(0),
});
export type NewTreatment = z.input<typeof NewTreatment>;

/** One line of the price list. */
export interface Treatment extends TenantDocument {
  readonly id: TreatmentId;
  readonly name: string;
  readonly category: string;
  readonly durationMin: number;
  readonly price: number;
  readonly description?: string;
  readonly popularity: number;
  /** Ids of the staff who can perform it; nobody else is offered for it. */
  readonly assignedStaff: readonly StaffId[];
  readonly bufferBeforeMin: number;
  readonly bufferAfterMin: number;
  /** The place in the price list; see places.ts. */
  readonly sortOrder: number;
  readonly isActive: boolean;
}
