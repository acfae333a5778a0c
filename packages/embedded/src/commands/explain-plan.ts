import type { Answer } from '../bson/encode.ts';
import type { Doc } from '../bson/types.ts';
import type { Prepared } from '../query/find.ts';
import type { Plan } from '../query/plan.ts';

/** A plan as explain shows it: the stages that read, and those above them. */
export function shownPlan({ request }: Prepared, plan: Plan): Record<string, Answer> {
  let stage = planStages(plan, request.filter);
  if (request.sort && !plan.sorted) {
    const pattern = Object.fromEntries(
      request.sort.fields.map(({ name, descending }) => [name, descending ? -1 : 1]),
    );
    stage = { stage: 'SORT', sortPattern: pattern, memLimit: 104857600, type: 'simple', inputStage: stage };
  }
  if (request.skip) stage = { stage: 'SKIP', skipAmount: request.skip, inputStage: stage };
  if (request.limit !== undefined) stage = { stage: 'LIMIT', limitAmount: request.limit, inputStage: stage };
  return stage;
}

/** The plans by other indexes that would have served. */
export function rejectedPlans(prepared: Prepared): Record<string, Answer>[] {
  const plan = prepared.plan.whole;
  return plan.stage === 'IXSCAN' ? (plan.rejected ?? []).map((other) => shownPlan(prepared, other)) : [];
}

function planStages(plan: Plan, filter: Doc): Record<string, Answer> {
  switch (plan.stage) {
    case 'EOF':
      return { stage: 'EOF' };
    case 'COLLSCAN':
      return {
        stage: 'COLLSCAN',
        ...(Object.keys(filter).length ? { filter } : {}),
        direction: plan.backwards ? 'backward' : 'forward',
      };
    case 'OR':
      return {
        stage: 'FETCH',
        inputStage: { stage: 'OR', inputStages: plan.plans.map((branch) => planStages(branch, {})) },
      };
    case 'IXSCAN': {
      const { index } = plan;
      const { names } = index;
      const checks = !(plan.exact && index.multikey.every((bits) => bits === 0));
      return {
        stage: 'FETCH',
        ...(checks && Object.keys(filter).length ? { filter } : {}),
        inputStage: {
          stage: 'IXSCAN',
          keyPattern: index.key,
          indexName: index.name,
          isMultiKey: index.multikey.some((bits) => bits !== 0),
          multiKeyPaths: Object.fromEntries(
            names.map((name, at) => [name, arraysOn(name, index.multikey[at] ?? 0)]),
          ),
          isUnique: index.unique,
          isSparse: index.sparse,
          isPartial: index.partialFilter !== undefined,
          indexVersion: 2,
          direction: plan.backwards ? 'backward' : 'forward',
          indexBounds: Object.fromEntries(
            names.map((name, at) => [name, (plan.bounds[at] ?? []).map((interval) => interval.shown())]),
          ),
        },
      };
    }
  }
}

function arraysOn(path: string, bits: number): string[] {
  const parts = path.split('.');
  return parts.flatMap((_, at) => (bits & (1 << (at + 1)) ? [parts.slice(0, at + 1).join('.')] : []));
}
