// A treatment's form: how it is filled, read and sent.
import { StaffId, type Treatment } from '@paper-circe/api';
import { amountIn } from '#lib/amount.ts';
import { formatAmount } from '#lib/format.ts';
import { needed, textOf } from '#lib/server/form.ts';

/** A treatment as somebody typed it. */
export interface TypedTreatment extends Record<string, string | readonly string[]> {
  name: string;
  category: string;
  durationMin: string;
  price: string;
  bufferBeforeMin: string;
  bufferAfterMin: string;
  description: string;
  assignedStaff: readonly string[];
}

/** The form of a treatment that is there. */
export function filledWith(treatment: Treatment, currency: string): TypedTreatment {
  return {
    name: treatment.name,
    category: treatment.category,
    durationMin: String(treatment.durationMin),
    price: formatAmount(treatment.price, currency),
    bufferBeforeMin: String(treatment.bufferBeforeMin),
    bufferAfterMin: String(treatment.bufferAfterMin),
    description: treatment.description ?? '',
    assignedStaff: treatment.assignedStaff,
  };
}

export function typedTreatment(form: FormData): TypedTreatment {
  return {
    name: textOf(form, 'name'),
    category: textOf(form, 'category'),
    durationMin: textOf(form, 'durationMin'),
    price: textOf(form, 'price'),
    bufferBeforeMin: textOf(form, 'bufferBeforeMin'),
    bufferAfterMin: textOf(form, 'bufferAfterMin'),
    description: textOf(form, 'description').replaceAll('\r\n', '\n'),
    assignedStaff: form.getAll('assignedStaff').filter((one) => typeof one === 'string'),
  };
}

/** What the API is asked to store: what cannot be read as a number is refused there, beside its field. */
export function treatmentIn(typed: TypedTreatment, currency: string) {
  return {
    name: typed.name,
    category: typed.category,
    durationMin: wholeNumber(typed.durationMin),
    price: amountIn(typed.price, currency),
    bufferBeforeMin: wholeNumber(typed.bufferBeforeMin || '0'),
    bufferAfterMin: wholeNumber(typed.bufferAfterMin || '0'),
    description: typed.description,
    assignedStaff: typed.assignedStaff.map((id) => needed(StaffId, id)),
  };
}

const wholeNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : NaN);
