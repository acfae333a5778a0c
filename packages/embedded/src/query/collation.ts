import type { StringOrder } from '../bson/compare.ts';
import { safeLong } from '../bson/safe-long.ts';
import { isDoc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checked, type Checked } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';

const fields = {
  locale: 'string',
  strength: 'number',
  caseLevel: 'bool',
  caseFirst: 'string',
  numericOrdering: 'bool',
  alternate: 'string',
  maxVariable: 'string',
  normalization: 'bool',
  backwards: 'optionalBool',
  version: 'string',
} as const;

type Collation = Checked<typeof fields, 'locale'>;

const choices = {
  caseFirst: ['upper', 'lower', 'off'],
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
} as const;

/** What MongoDB calls the variants of a locale, and what the web calls them. */
const variants = new Map([
  ['phonebook', 'phonebk'],
  ['traditional', 'trad'],
  ...['compat', 'eor', 'phonetic', 'pinyin', 'searchjl', 'stroke', 'unihan', 'zhuyin'].map(
    (name) => [name, name] as const,
  ),
]);

const sensitivities = ['base', 'accent', 'variant'] as const;

/** The version of ICU that MongoDB has. */
const VERSION = '57.1';

/** The order of strings that a collation means; undefined is the simple one, by bytes. */
export function parseCollation(value: Value | undefined): StringOrder | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDoc(value))
    return fail(
      'TypeMismatch',
      `BSON field 'collation' is the wrong type '${typeName(value)}', expected type 'object'`,
    );
  if (Object.keys(value).length === 0) return undefined;
  const collation = checked('collation', value, fields, ['locale']);
  const strength = collation.strength ? safeLong(collation.strength) : 3;
  check(collation, strength);
  if (collation.locale === 'simple') return undefined;
  refuseUnsupported(collation, strength);
  const { alternate, caseFirst } = collation;
  return collatorOf(collation, {
    sensitivity: isTrue(collation.caseLevel) ? 'case' : sensitivities[strength - 1],
    numeric: isTrue(collation.numericOrdering),
    ...(alternate ? { ignorePunctuation: alternate === 'shifted' } : {}),
    ...(caseFirst ? { caseFirst: caseFirst === 'off' ? 'false' : (caseFirst as 'upper' | 'lower') } : {}),
  }).compare;
}

function check(collation: Collation, strength: number): void {
  for (const [name, known] of Object.entries(choices)) {
    const given = collation[name as keyof typeof choices];
    if (given !== undefined && !(known as readonly string[]).includes(given))
      fail('BadValue', `Enumeration value '${given}' for field 'collation.${name}' is not a valid value.`);
  }
  if (strength < 0 || strength > 5)
    fail(
      'BadValue',
      `BSON field 'strength' value must be ${strength < 0 ? '>= 0' : '<= 5'}, actual value '${strength}'`,
    );
  if (strength === 0)
    fail('BadValue', `Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`);
  if (collation.version !== undefined && collation.version !== VERSION)
    fail(161, `Requested collation version ${collation.version} but the only available one is ${VERSION}`);
  if (collation.locale === 'simple') return;
  if (collation.backwards && strength === 1) fail('BadValue', "'backwards' is invalid with 'strength' of 1");
  if ((collation.caseFirst ?? 'off') !== 'off' && !isTrue(collation.caseLevel) && strength < 3)
    fail('BadValue', "'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2");
}

/** What ICU does for MongoDB and JavaScript's Intl, which has ICU too, cannot ask of it. */
function refuseUnsupported(collation: Collation, strength: number): void {
  const no = (what: string): never => fail('BadValue', `a collation of ${what} is not supported`);
  if (strength > 3) no(`strength ${strength}`);
  if (isTrue(collation.caseLevel) && strength !== 1) no('caseLevel with a strength other than 1');
  // The French of Canada compares accents from the end, and nothing else does.
  const backwards = collation.locale === 'fr_CA';
  if ((collation.backwards ?? backwards) !== backwards) no(`backwards ${collation.backwards}`);
  if (collation.maxVariable === 'space' && collation.alternate === 'shifted') no('maxVariable space');
}

function collatorOf({ locale }: Collation, options: Intl.CollatorOptions): Intl.Collator {
  const [base = '', variant] = locale.split('@collation=');
  const collation = variant && variants.get(variant);
  if (variant && !collation) fail('BadValue', `the variant ${variant} of a locale is not supported`);
  const tag = base === 'en_US_POSIX' ? 'en-US-u-va-posix' : base.replaceAll('_', '-');
  try {
    const collator = new Intl.Collator(collation ? `${tag}-u-co-${collation}` : tag, options);
    const resolved = collator.resolvedOptions();
    const known = resolved.locale === tag || resolved.locale.startsWith(`${tag}-u-`);
    if (known && !base.includes('-') && (!collation || resolved.collation === collation)) return collator;
  } catch {
    // Not even the form of a locale.
  }
  return fail('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
}
