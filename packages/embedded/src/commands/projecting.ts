import type { Doc, Value } from '../bson/types.ts';
import { parseFilter } from '../query/filter.ts';
import { compileFilter, type Hit } from '../query/match.ts';
import { compileProjection, type Project } from '../query/projection.ts';
import { environmentOf, variablesOf, type Context } from './context.ts';

export interface Projection extends Pick<Project, 'names'> {
  (doc: Doc): Doc;
}

/** The projection of find and of findAndModify; undefined when there is none. */
export function projectionOf(
  context: Context,
  spec: Doc | undefined,
  filter: Doc = {},
): Projection | undefined {
  if (!spec || Object.keys(spec).length === 0) return undefined;
  const environment = environmentOf(context);
  const { strings } = environment;
  const project = compileProjection(spec, environment, {
    accepts(condition) {
      const matches = compileFilter(parseFilter({ items: { $elemMatch: condition } }), { strings });
      return (item: Value) => matches({ items: [item] });
    },
    position() {
      const matches = compileFilter(parseFilter(filter), { strings });
      return (doc) => {
        const hit: Hit = {};
        matches(doc, hit);
        return hit.position;
      };
    },
  });
  const variables = variablesOf(context);
  return Object.assign((doc: Doc) => project(doc, variables), { names: project.names });
}
