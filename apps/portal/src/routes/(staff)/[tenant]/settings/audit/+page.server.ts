import { every, failureOf } from '@paper-circe/api';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { auditSearchIn } from '#lib/server/audit-search.ts';
import { cursorIn } from '#lib/server/form.ts';
import { namesOf } from '#lib/server/names.ts';
import type { Actions, PageServerLoad } from './$types';

/** What a clinic's documents are kept in; `of` in an address names one of them as `patients:id`. */
const documents = /^(tenants|users|patients|staff|treatments|bookings|dayCloses):([0-9a-f]{24})$/;

/** What was done, by person, act, document and days, the latest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const of = event.url.searchParams.get('of') ?? '';
  const [, collection, documentId] = documents.exec(of) ?? [];
  const search = auditSearchIn(event.url);
  const cursor = cursorIn(event.url);
  try {
    const [{ items, next }, people] = await Promise.all([
      api.audit.find({ ...search, collection, documentId, limit: 30, cursor }),
      Array.fromAsync(every((page) => api.users.findByTenant(page))),
    ]);
    return {
      search,
      of: documentId ? { collection, documentId } : undefined,
      events: items,
      names: await namesOf(api, items, people),
      people: people.map(({ id, name }) => ({ id, name })),
      next,
      later: cursor !== undefined,
    };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  /** Reads the whole chain again, what was done up to this moment with it. */
  check: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    try {
      const { seq: length } = await api.live.position();
      return { length, brokenAt: await api.audit.firstBrokenLink(), failure: undefined };
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (!failure || failure.code === 'UNAUTHENTICATED') refuse(event, thrown);
      return { length: 0, brokenAt: undefined, failure };
    }
  },
};
