import { arithmetic } from './arithmetic.ts';
import { arrays } from './array.ts';
import { booleans } from './boolean.ts';
import type { Operator } from './compile.ts';
import { converting } from './convert.ts';
import { dates } from './date.ts';
import { objects } from './object.ts';
import { regexes } from './regex.ts';
import { sets } from './set.ts';
import { strings } from './string.ts';
import { variables } from './variable.ts';

/** Every expression operator there is; what is not here is refused by name. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...arithmetic(),
  ...booleans(),
  ...strings(),
  ...regexes(),
  ...arrays(),
  ...variables(),
  ...objects(),
  ...sets(),
  ...converting(),
  ...dates(),
]);
