// Numbers as they are mostly written, read without the library's parser: that one builds every expression of a country
// anew for each number, which takes longer than a statement to the database takes to write. What is read here is what
// the parser reads; whatever is not as plain as that is left to it. phone.test.ts compares the two in every country.
import metadata from 'libphonenumber-js/min/metadata';
import { remembering } from './remembering.ts';

interface Plan {
  readonly callingCode: string;
  readonly valid: RegExp;
  /** What a number as it is dialled at home may begin with before its significant digits. */
  readonly atHome: RegExp | undefined;
  /** Whether that is one 0 and nothing else. */
  readonly isZero: boolean;
  /** What is dialled to leave the country. */
  readonly abroad: RegExp;
}

const remembered = remembering<Plan | 'several'>();

/** The plan of a calling code that one country has for itself. */
function planOf(callingCode: string): Plan | undefined {
  const plan = remembered(callingCode, () => {
    const [country, ...more] = metadata.country_calling_codes[callingCode] ?? [];
    // A list without names: see METADATA.md of the library.
    const listed = (country && more.length === 0 && metadata.countries[country]) || [];
    const [code, abroad, valid, , , trunk, , atHome = trunk] = listed as unknown[];
    if (code !== callingCode) return 'several';
    return {
      callingCode,
      valid: new RegExp(`^(?:${String(valid)})$`),
      atHome: atHome ? new RegExp(`^(?:${String(atHome)})`) : undefined,
      isZero: atHome === '0',
      abroad: new RegExp(`^(?:${String(abroad)})`),
    };
  });
  return plan === 'several' ? undefined : plan;
}

const callingCodes = new Map(
  Object.entries(metadata.country_calling_codes).flatMap(([code, countries]) =>
    countries.map((country): [string, string] => [country, code]),
  ),
);

/**
 * A number in E.164, or undefined where the library has to look: at a wrong one too.
 * @param typed a `+` perhaps, digits, and what is written between them
 */
export function plainE164(typed: string, country: string): string | undefined {
  const digits = typed.replace(/[ ().-]/g, '');
  if (digits.startsWith('+')) {
    // No calling code is the beginning of another one.
    const plan = planOf(digits.slice(1, 3)) ?? planOf(digits.slice(1, 4));
    if (!plan) return undefined;
    const significant = digits.slice(1 + plan.callingCode.length);
    return !plan.atHome?.test(significant) && plan.valid.test(significant) ? digits : undefined;
  }
  const plan = planOf(callingCodes.get(country) ?? '');
  if (!plan?.isZero || !digits.startsWith('0') || plan.abroad.test(digits)) return undefined;
  const significant = digits.slice(1);
  return plan.valid.test(significant) ? `+${plan.callingCode}${significant}` : undefined;
}
