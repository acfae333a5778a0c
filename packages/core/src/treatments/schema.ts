import { z } from 'zod';
import type { Id, TenantDocument } from '../collections.ts';
import { StaffId } from '../staff/schema.ts';
import { IdText, line, paragraph } from '../text.ts';

export type TreatmentId = Id<'treatments'>;
export const TreatmentId = IdText.brand<'treatments', 'inout'>();

/** A treatment to be added to the price list. */
export const NewTreatment = z.strictObject({
  /** Tells two treatments of a tenant apart. */
  name: line(120),
  /** Such as `Facial` or `Injection`. */
  category: line(60),
  durationMin: z.int().min(15).max(480),
  /** In the currency's unit as people use it: rupiah. */
  price: z.int().min(0).max(1_000_000_000_000),
  description: paragraph(2000).optional(),
  popularity: z.number().min(0).max(100).default(0),
  assignedStaff: z.array(StaffId).max(500).default([]),
  /** Minutes that the staff member needs before and after. */
  bufferBeforeMin: z.int().min(0).max(120).default(0),
  bufferAfterMin: z.int().min(0).max(120).default(0),
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
  readonly isActive: boolean;
}
