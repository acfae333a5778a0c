import { calculate } from '../bson/arithmetic.ts';
import { compareNumbers } from '../bson/numbers.ts';
import { Int32, isNumeric, Long, typeOf, type Numeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { show } from '../bson/show.ts';
import { named } from './modify.ts';
import { single, type Modifier } from './step.ts';

const arithmetic = (name: '$inc' | '$mul', verb: string, operation: 'add' | 'multiply'): Modifier =>
  single((argument, _environment, path) => {
    if (!isNumeric(argument))
      return fail(
        'TypeMismatch',
        `Cannot ${verb} with non-numeric argument: {${path.join('.')}: ${show(argument)}}`,
      );
    return {
      missing: 'make',
      change(old, { path, root }) {
        if (old === undefined) return operation === 'add' ? argument : zeroOf(argument);
        if (!isNumeric(old))
          return fail(
            'TypeMismatch',
            `Cannot apply ${name} to a value of non-numeric type. ${named(root)} has the field '${path.at(-1) ?? ''}' of non-numeric type ${typeName(old)}`,
          );
        const result =
          calculate(operation, old, argument, true) ??
          fail(
            'BadValue',
            `Failed to apply ${name} operations to current value ((${old instanceof Long ? 'NumberLong' : 'NumberInt'})${show(old)}) for document ${named(root)}`,
          );
        return isSame(result, old) ? old : result;
      },
    };
  });

const zeroOf = (argument: Numeric): Numeric => calculate('multiply', argument, new Int32(0)) as Numeric;

/** A result that equals the old value is no change: a zero keeps its sign, a decimal its digits. */
const isSame = (a: Numeric, b: Numeric): boolean => typeOf(a) === typeOf(b) && compareNumbers(a, b) === 0;

export const inc = arithmetic('$inc', 'increment', 'add');
export const mul = arithmetic('$mul', 'multiply', 'multiply');
