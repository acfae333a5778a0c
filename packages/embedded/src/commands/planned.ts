import { planPipeline, type Place } from '../aggregate/pipeline.ts';
import type { Value } from '../bson/types.ts';
import { environmentOf, known, memoryOf, variablesOf, type Context } from './context.ts';

export const placeOf = (context: Context): Place => ({
  db: context.db,
  data: context.data,
  environment: environmentOf(context),
  find: (other) => known(context, other),
  hint: context.body['hint'],
  memory: memoryOf(context),
});

export function planned(context: Context, name: string, stages: Value[]) {
  return planPipeline(placeOf(context), name, stages, variablesOf(context));
}
