import { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { PaymentMethod } from '../bookings/schema.ts';
import type { Id, TenantDocument } from '../collections.ts';
import type { Sum } from '../reports/money.ts';
import { line, paragraph } from '../text.ts';
import { LocalDate } from '../time.ts';

export type DayCloseId = Id<'dayCloses'>;

const Rupiah = z.int().min(0).max(1_000_000_000_000);

/** The day's end at the till: what was counted, in rupiah. */
export const NewDayClose = z.strictObject({
  date: LocalDate,
  /** The cash that lies in the till. */
  countedCash: Rupiah,
  /** The cash that the day began with: the change that stays in the till. */
  openingCash: Rupiah.default(0),
  /** The cash that was taken out during the day, for small purchases or to the bank. */
  cashOut: Rupiah.default(0),
  /** Needed where the count differs: where the difference may come from. */
  notes: paragraph(1000).optional(),
});
export type NewDayClose = z.input<typeof NewDayClose>;

/** Opens a day again that was closed. */
export const Reopening = z.strictObject({
  date: LocalDate,
  /** Why, as it stays on record. */
  reason: line(200),
});
export type Reopening = z.input<typeof Reopening>;

/** What came in by one method, less what was given back. */
export interface OfMethod extends Sum {
  readonly method: PaymentMethod;
  /** What was given back, in rupiah more than zero; left out where it is nothing. */
  readonly refunded?: number;
}

/** That a closed day was opened again, by whom and why. */
export interface Reopened {
  readonly by: Actor;
  readonly at: Date;
  readonly reason: string;
}

/** How a local day ended at the till. What came in is kept as it was then. */
export interface DayClose extends TenantDocument {
  readonly id: DayCloseId;
  readonly date: string;
  /** `reopened` until it is closed again. */
  readonly status: 'closed' | 'reopened';
  readonly closedAt: Date;
  readonly closedBy: Actor;
  readonly openingCash: number;
  readonly cashOut: number;
  readonly countedCash: number;
  /** What the till should have held: the opening cash and the cash that came in, without what was given back or taken out. */
  readonly expectedCash: number;
  /** Counted without expected: less than zero when cash is missing. */
  readonly difference: number;
  /** Everything that came in, less what was given back, by all methods. */
  readonly total: Sum;
  /** The largest amount first. */
  readonly byMethod: readonly OfMethod[];
  readonly notes?: string;
  /** The last time it was opened again. */
  readonly reopened?: Reopened;
}
