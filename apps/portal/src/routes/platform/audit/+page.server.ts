import { every, failureOf, TenantId, type AuditEvent } from '@paper-circe/api';
import { platformApi, refuse } from '#lib/server/api.ts';
import { auditSearchIn } from '#lib/server/audit-search.ts';
import { cursorIn, sane } from '#lib/server/form.ts';
import type { PageServerLoad } from './$types';

type Api = Awaited<ReturnType<typeof platformApi>>;

/** What the platform did, by whom, which act, to which clinic and on which days, the latest first, a page at a time. */
export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  const text = event.url.searchParams.get('clinic')?.trim().slice(0, 100) || undefined;
  const search = auditSearchIn(event.url);
  const cursor = cursorIn(event.url);
  try {
    const [{ clinic, fitting }, people, programs] = await Promise.all([
      clinicOf(api, text),
      Array.fromAsync(every((page) => api.users.findByTenant(page))),
      Array.fromAsync(every((page) => api.apiTokens.findByTenant(page))),
    ]);
    const of = clinic && { collection: 'tenants', documentId: clinic.id };
    const isNone = text !== undefined && !clinic;
    const found = isNone ? undefined : await api.audit.find({ ...search, ...of, limit: 30, cursor });
    const events = found?.items ?? [];
    return {
      search: { ...search, clinic: text },
      fitting,
      events,
      clinics: await clinicsOf(api, events),
      people: people.map(({ id, name }) => ({ id, name })),
      programs: programs.map(({ id, name }) => ({ id, name })),
      next: found?.next,
      later: cursor !== undefined,
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** As many clinics as are offered where some words fit several. */
const offered = 10;

/** The clinic that was named by its slug or by words that fit no other one; else whichever fit. */
async function clinicOf(api: Api, text: string | undefined) {
  if (text === undefined) return { clinic: undefined, fitting: [] };
  const { items } = await api.tenants.search({ text, limit: offered });
  const exact = items.find(({ slug }) => slug === text.toLowerCase());
  const clinic = exact ?? (items.length === 1 ? items[0] : undefined);
  return { clinic, fitting: clinic ? [] : items.map(({ name, slug }) => ({ name, slug })) };
}

/** The clinics that some events are about, by id. */
async function clinicsOf(api: Api, events: readonly AuditEvent[]) {
  const ids = new Set(
    events.flatMap(({ collection, documentId }) => (collection === 'tenants' ? [documentId] : [])),
  );
  const found = await Promise.all([...ids].map((id) => clinicWith(api, id)));
  return Object.fromEntries(found.flatMap((one) => (one ? [[one.id, one]] : [])));
}

/** A clinic by name; undefined for one that is gone, or whose settings cannot be read. */
async function clinicWith(api: Api, documentId: string) {
  const given = sane(TenantId, documentId);
  if (!given) return undefined;
  try {
    const { id, name, slug } = await api.tenants.get({ id: given });
    return { id, name, slug };
  } catch (thrown) {
    const code = failureOf(thrown)?.code;
    if (code !== 'NOT_FOUND' && code !== 'UNAVAILABLE') throw thrown;
    return undefined;
  }
}
