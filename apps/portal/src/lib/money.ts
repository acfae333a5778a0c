// Amounts in the currency of the clinic whose page is shown.
import { page } from '$app/state';
import { currencySign, formatAmount, formatMoney } from './format.ts';

/** ISO 4217; the rupiah on a page of no clinic. */
export const clinicCurrency = (): string =>
  (page.data as { readonly clinic?: { readonly currency?: string } }).clinic?.currency ?? 'IDR';

/** Such as `Rp 1.250.000`. */
export const money = (amount: number): string => formatMoney(amount, clinicCurrency());

/** The same as it is typed, without the sign. */
export const amountText = (amount: number): string => formatAmount(amount, clinicCurrency());

/** What stands before an amount that is typed, such as `Rp`. */
export const moneySign = (): string => currencySign(clinicCurrency());
