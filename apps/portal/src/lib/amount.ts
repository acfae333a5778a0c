import { decimals } from './format.ts';

/**
 * An amount as it is typed, in the currency's smallest unit in use: `1.250.000`, `1,250,000`, `1.250.000,00` and
 * `Rp 1250000` are one; so are `12,5`, `12.50` and `$12.50`, where amounts have decimals. Rupiah may be said as people
 * write them: `250rb`, `250 ribu`, `250k`, `1,5jt`, `2 juta`, `250.000,-`. NaN when it is none.
 */
export function amountIn(text: string, currency: string): number {
  const typed = text.replace(currency, '').replace(/Rp\.?|[A-Z]{0,2}\p{Sc}/iu, '').replace(/[.,] ?-$/, '').trim(); // prettier-ignore
  const digits = decimals(currency);
  // Groups of three behind a point, a comma or a space, and what is behind the last point or comma. Where that has
  // three places too, there are no groups, or one could be taken for the other.
  const figures = digits > 2 ? /^(\d+)(?:[.,](\d{1,3}))?$/ : /^(\d{1,3}(?:[., ]\d{3})+|\d+)(?:[.,](\d\d?))?$/;
  const [, whole, part = ''] = figures.exec(typed) ?? [];
  if (whole === undefined && currency === 'IDR') return shortIn(typed);
  // A hundredth where there is none is a slip of the finger, and a hundred times the money.
  if (whole === undefined || (digits === 0 && !/^(00)?$/.test(part))) return NaN;
  return Number(whole.replace(/[., ]/g, '') + part.padEnd(digits, '0').slice(0, digits));
}

/** Rupiah in thousands or millions. With three places behind the point it could be a thousand times as much. */
function shortIn(typed: string): number {
  const [, figures = '', places = '', unit] =
    /^(\d{1,6})(?:[.,](\d\d?))? ?(rb|ribu|k|jt|juta)$/i.exec(typed) ?? [];
  if (!unit) return NaN;
  return Number(figures + places + '0'.repeat((/^j/i.test(unit) ? 6 : 3) - places.length));
}

/** A whole number as it is typed, its thousands in groups or not: `20000`, `20.000`. NaN when it is none. */
export const wholeIn = (text: string): number =>
  /^(\d{1,3}([., ]\d{3})+|\d+)$/.test(text) ? Number(text.replace(/[., ]/g, '')) : NaN;
