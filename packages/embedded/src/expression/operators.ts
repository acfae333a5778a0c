import { booleans } from './boolean.ts';
import type { Operator } from './compile.ts';
import { arithmetic } from './arithmetic.ts';

/** Every expression operator there is; what is not here is refused by name. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([...arithmetic(), ...booleans()]);
