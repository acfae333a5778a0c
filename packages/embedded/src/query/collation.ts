import type { StringOrder } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { isDoc, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';

const options = [
  'locale',
  'strength',
  'caseLevel',
  'caseFirst',
  'numericOrdering',
  'alternate',
  'maxVariable',
  'normalization',
  'backwards',
  'version',
];

/** The order of strings that a collation means; undefined is the simple one, by bytes. */
export function parseCollation(value: Value | undefined): StringOrder | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDoc(value))
    return fail('TypeMismatch', "BSON field 'collation' is the wrong type, expected type 'object'");
  for (const name of Object.keys(value))
    if (!options.includes(name)) fail(40415, `BSON field 'collation.${name}' is an unknown field.`);
  const { locale } = value;
  if (typeof locale !== 'string')
    return Object.keys(value).length === 0
      ? undefined
      : fail(40414, "BSON field 'collation.locale' is missing but a required field");
  if (locale === 'simple') return undefined;
  const strength =
    value['strength'] === undefined ? 3 : isNumeric(value['strength']) ? toNumber(value['strength']) : 0;
  if (![1, 2, 3].includes(strength)) fail('BadValue', `a collation of strength ${strength} is not supported`);
  for (const name of ['caseFirst', 'alternate', 'maxVariable', 'normalization', 'backwards'] as const) {
    const given = value[name];
    const usual = {
      caseFirst: 'off',
      alternate: 'non-ignorable',
      maxVariable: 'punct',
      normalization: false,
      backwards: false,
    }[name];
    if (given !== undefined && given !== usual) fail('BadValue', `collation option ${name} is not supported`);
  }
  const caseLevel = value['caseLevel'] === true;
  if (caseLevel && strength !== 1) fail('BadValue', 'caseLevel is only supported with strength 1');
  const sensitivity = strength === 1 ? (caseLevel ? 'case' : 'base') : strength === 2 ? 'accent' : 'variant';
  try {
    const collator = new Intl.Collator(locale.replaceAll('_', '-'), {
      sensitivity,
      numeric: value['numericOrdering'] === true,
      usage: 'sort',
    });
    return collator.compare;
  } catch {
    return fail('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
  }
}
