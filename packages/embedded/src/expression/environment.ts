import type { StringOrder } from '../bson/compare.ts';
import type { Environment } from './compile.ts';
import { operators } from './operators.ts';

export const environmentAt = (
  now: Date,
  strings?: StringOrder,
  variables: Iterable<string> = [],
): Environment => ({
  now,
  operators,
  strings,
  variables: new Set(variables),
});
