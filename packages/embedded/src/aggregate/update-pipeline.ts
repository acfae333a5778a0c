import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Environment } from '../expression/compile.ts';
import { shapes } from './shape.ts';

/** An update that is a pipeline: only stages that reshape one document. */
export function updatePipeline(
  stages: readonly Value[],
  environment: Environment,
  variables: ReadonlyMap<string, Value | undefined>,
): (doc: Doc) => Doc {
  const steps = stages.map((stage) => {
    const [name] = isDoc(stage) ? Object.keys(stage) : [];
    if (!isDoc(stage) || name === undefined || Object.keys(stage).length !== 1)
      return fail(40323, 'A pipeline stage specification object must contain exactly one field.');
    const make = shapes.get(name);
    if (!make) return fail('InvalidOptions', `${name} is not allowed to be used within an update`);
    return make(stage[name] as Value, { ...environment, unfolded: true });
  });
  return (doc) => steps.reduce((current, step) => step(current, variables), doc);
}
