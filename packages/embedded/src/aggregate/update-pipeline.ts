import type { Doc, Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileStages, knownStage, onlyFirst, stageName, type Place } from './pipeline.ts';
import { shapes, type Shape } from './shape.ts';

/** Stages of MongoDB that this server has nowhere, but whose names MongoDB knows when it refuses them here. */
const unsupported =
  '$bucket $bucketAuto $currentOp $densify $fill $geoNear $graphLookup $indexStats $listSessions $merge $out $planCacheStats $redact $search $setWindowFields $unionWith $vectorSearch'.split(
    ' ',
  );

/** The names of stages, all of which MongoDB knows, whether it has them in an update or not. */
export const knownNames = (stages: readonly Value[]): string[] =>
  stages.map((stage) => {
    const name = stageName(stage);
    return unsupported.includes(name) ? name : knownStage(stage);
  });

/** An update that is a pipeline: only stages that reshape one document. */
export function updatePipeline(
  stages: readonly Value[],
  place: Place,
  variables: ReadonlyMap<string, Value | undefined>,
): (doc: Doc) => Doc {
  const environment = { ...place.environment, variables: new Set(variables.keys()), unfolded: true as const };
  const names = knownNames(stages);
  const foreign = names.find((name) => !shapes.has(name));
  if (foreign !== undefined) {
    const here = stages.filter((_stage, at) => ![...unsupported, ...onlyFirst].includes(names[at] as string));
    // What is wrong in itself is said first.
    compileStages({ ...place, environment }, here, variables);
    fail('InvalidOptions', `${foreign} is not allowed to be used within an update`);
  }
  const steps = stages.map((stage, at) => {
    const name = names[at] as string;
    return shapes.get(name)?.((stage as Doc)[name] as Value, environment) as Shape;
  });
  return (doc) => steps.reduce((current, step) => step(current, variables), doc);
}
