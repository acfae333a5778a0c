import type { StringOrder } from '../bson/compare.ts';
import type { Environment } from './compile.ts';
import { operators } from './operators.ts';

export const environmentAt = (
  { now, clusterTime }: Pick<Environment, 'now' | 'clusterTime'>,
  strings?: StringOrder,
  variables: Iterable<string> = [],
): Environment => ({
  now,
  clusterTime,
  operators,
  strings,
  variables: new Set(variables),
});
