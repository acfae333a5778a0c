import type { Doc, Value } from '../bson/types.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter, type Hit } from '../query/match.ts';
import { compileProjection, type ElementFinder } from '../query/projection.ts';
import { environmentOf, matchOptions, variablesOf, type Context } from './context.ts';

export interface Projection {
  apply(doc: Doc, hit?: Hit): Doc;
  /** Whether it shows the array element that the query has found. */
  needsHit: boolean;
}

/** The projection of find and of findAndModify; undefined when there is none. */
export function projectionOf(context: Context, spec: Doc | undefined): Projection | undefined {
  if (!spec || Object.keys(spec).length === 0) return undefined;
  const environment = environmentOf(context);
  const elements: ElementFinder = (condition) => {
    const matches = compileFilter(
      parseFilter({ items: { $elemMatch: condition } }),
      matchOptions(context, environment),
    );
    return (item: Value) => matches({ items: [item] });
  };
  const project = compileProjection(spec, environment, elements);
  const variables = variablesOf(context);
  return {
    apply: (doc, hit) => project(doc, hit, variables),
    needsHit: Object.keys(spec).some((name) => name.endsWith('.$')),
  };
}
