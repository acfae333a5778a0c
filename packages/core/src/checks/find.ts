import { z } from 'zod';
import { firstBrokenLink, seal } from '../audit.ts';
import { findWrongHolds } from '../bookings/check.ts';
import { every } from '../page.ts';
import { parsed } from '../parsed.ts';
import { findWrongSearchWords, findWrongVisits } from '../patients/check.ts';
import { findWrongCounts } from '../quotas.ts';
import { findWrongQueue } from '../queue/check.ts';
import { replay } from '../replay.ts';
import type { TenantScope } from '../tenancy.ts';
import { platformTenantId } from '../tenants/read.ts';
import type { Finding } from './finding.ts';
import { findWrongPayments } from './payments.ts';
import { findWrongReferences } from './references.ts';

type Find = (clinic: TenantScope) => AsyncIterable<Finding> | Promise<Iterable<Finding>>;

/** One of the things that a clinic is looked through for, in the order in which they are looked at. */
export const Aspect = z.enum([
  'chain',
  'references',
  'holds',
  'payments',
  'visits',
  'search',
  'counts',
  'queue',
  'audit',
]);
export type Aspect = z.infer<typeof Aspect>;

const finds = {
  chain: async (clinic) => {
    await seal(clinic);
    const seq = await firstBrokenLink(clinic);
    return seq === undefined ? [] : [{ kind: 'CHAIN', seq }];
  },
  references: (clinic) => as('REFERENCE', findWrongReferences(clinic)),
  holds: (clinic) =>
    each(
      'HOLDS',
      every((page) => findWrongHolds(clinic, { ...page, limit: 200 })),
    ),
  payments: async function* (clinic) {
    for await (const wrong of findWrongPayments(clinic)) yield { kind: 'PAYMENTS', ...wrong };
  },
  visits: (clinic) => each('VISITS', findWrongVisits(clinic)),
  search: (clinic) => each('SEARCH', findWrongSearchWords(clinic)),
  counts: async (clinic) => (await findWrongCounts(clinic)).map((one) => ({ kind: 'COUNT', ...one })),
  queue: async (clinic) => (await findWrongQueue(clinic)).map((one) => ({ kind: 'QUEUE', ...one })),
  audit: async function* (clinic) {
    for await (const difference of replay(clinic)) yield { kind: 'AUDIT', difference };
  },
} satisfies Record<Aspect, Find>;

/** Of the installation itself only these are kept. */
const ofPlatform: ReadonlySet<Aspect> = new Set(['chain', 'audit']);

/**
 * Goes through a clinic for one aspect and tells what is wrong. Reads page by page, so memory does not grow with the
 * clinic, and beside desks that work: what is written meanwhile is no finding.
 */
export async function* findWrong(clinic: TenantScope, aspect: Aspect): AsyncGenerator<Finding, void> {
  const find: Find = finds[parsed(Aspect, aspect)];
  if (clinic.tenantId === platformTenantId && !ofPlatform.has(aspect)) return;
  yield* await find(clinic);
}

async function* each<Kind extends 'HOLDS' | 'VISITS' | 'SEARCH'>(
  kind: Kind,
  ids: AsyncIterable<Extract<Finding, { kind: Kind }>['id']>,
): AsyncGenerator<Finding, void> {
  for await (const id of ids) yield { kind, id } as Finding;
}

async function* as<Kind extends 'REFERENCE'>(
  kind: Kind,
  found: AsyncIterable<Omit<Extract<Finding, { kind: Kind }>, 'kind'>>,
): AsyncGenerator<Finding, void> {
  for await (const one of found) yield { kind, ...one } as Finding;
}
