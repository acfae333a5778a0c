import { encode } from '../bson/encode.ts';
import { fieldsOf, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkName } from '../expression/compile.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { paced } from '../query/sorted.ts';
import type { StageMaker } from './stage.ts';

export const facet: StageMaker = (argument, pipeline) => {
  if (!isDoc(argument) || Object.keys(argument).length === 0)
    return fail(
      40169,
      `the $facet specification must be a non-empty object, but found: $facet: ${show(argument)}`,
    );
  const facets = fieldsOf(argument).map(([name, list]) => {
    checkName(name);
    if (!Array.isArray(list))
      return fail(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(list)}`);
    for (const stage of list)
      if (!isDoc(stage))
        fail(
          40171,
          `elements of arrays in $facet spec must be objects, ${name} argument contained an element of type ${typeName(stage)}`,
        );
    return { name, stages: pipeline.facet(list) };
  });
  return function* (source) {
    const documents: Doc[] = [];
    let bytes = 0;
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      documents.push(item as Doc);
      if (documents.length % 64 === 0) bytes += encode(item as Doc).length * 64 * 3;
      if (bytes > pipeline.memory.bytes)
        fail('QueryExceededMemoryLimitNoDiskUseAllowed', '$facet exceeded its memory limit');
    }
    const result: Doc = {};
    for (const { name, stages } of facets) {
      const found: Value[] = [];
      for (const item of stages.reduce<Pausing<Doc>>((input, stage) => stage(input), paced(documents))) {
        if (item === PAUSE) yield item;
        else found.push(item as Doc);
      }
      put(result, name, found);
    }
    yield result;
  };
};
