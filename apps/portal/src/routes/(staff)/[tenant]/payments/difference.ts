// How counted cash differs from what should be there, as it is said of a till.
import { money } from '#lib/money.ts';
import { m } from '#lib/paraglide/messages.js';

/** @param difference what was counted less what was expected */
export function differenceText(difference: number): string {
  if (difference === 0) return m.till_exact();
  const amount = money(Math.abs(difference));
  return difference < 0 ? m.till_short({ amount }) : m.till_over({ amount });
}
