// What a field says when its form is sent and it is not filled in right: in the language of the page, where the browser
// would speak its own. One place for every form; without script the browser says it.
import { formatDay, formatNumber } from './format.ts';
import { m } from './paraglide/messages.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What is asked of a field, and which of it is not so. */
export interface Asked {
  readonly validity: Partial<ValidityState>;
  readonly type: string;
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
}

/** What is wrong with a field that is not filled in right. */
export function invalidText({ validity, type, min = '', max = '', minLength = 0 }: Asked): string {
  if (type === 'date') return validity.rangeUnderflow ? m.invalid_day_from({ from: formatDay(min, 'date') }) : m.failure_date(); // prettier-ignore
  if (validity.valueMissing) return missingText(type);
  if (validity.typeMismatch) return type === 'email' ? m.failure_email() : m.failure_logo();
  if (validity.tooShort) return m.invalid_short({ least: formatNumber(minLength) });
  if ((validity.rangeUnderflow || validity.rangeOverflow) && min && max)
    return m.invalid_range({ from: formatNumber(Number(min)), to: formatNumber(Number(max)) });
  return type === 'number' ? m.invalid_number() : m.failure_invalid();
}

function missingText(type: string): string {
  if (type === 'checkbox') return m.invalid_tick();
  return type === 'radio' || type.startsWith('select') ? m.invalid_choose() : m.invalid_missing();
}

const isField = (one: EventTarget | Element | null): one is Field =>
  one instanceof HTMLInputElement || one instanceof HTMLSelectElement || one instanceof HTMLTextAreaElement;

/** A field that has said so is not filled in right until that is taken back: before it is judged anew, and as soon as anything is typed. */
function takeBack({ target }: Event) {
  const element = target instanceof Element ? target.closest('button, input, select, textarea') : null;
  if (!isField(element) && !(element instanceof HTMLButtonElement)) return;
  for (const field of element.form?.elements ?? [element]) if (isField(field)) field.setCustomValidity('');
}

/** From now on every field of the page says it so. */
export function sayInvalid(): void {
  document.addEventListener(
    'invalid',
    ({ target }) => {
      if (isField(target)) target.setCustomValidity(invalidText(target as Asked));
    },
    true,
  );
  for (const event of ['input', 'change', 'click']) document.addEventListener(event, takeBack, true);
}
