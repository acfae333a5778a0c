import { error, redirect } from '@sveltejs/kit';
import { PatientId } from '@paper-circe/api';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, needed, sane } from '#lib/server/form.ts';
import type { Actions, PageServerLoad } from './$types';

/** Two records beside each other (`with`), of which one stays (`keep`); before that, which two. */
export const load: PageServerLoad = async (event) => {
  const { params, url } = event;
  const api = await clinicApi(event, params.tenant);
  const id = inPath(PatientId, params.id);
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  try {
    const { role } = await api.auth.me();
    if (role !== 'admin') error(403, m.failure_forbidden());
    const one = await recordOf(api, id);
    // Merged already, here or at another desk.
    if (one.patient.id !== id) redirect(303, paths.patient(params.tenant, one.patient.id));
    const otherId = sane(PatientId, url.searchParams.get('with'));
    const other = otherId && (await recordOf(api, otherId));
    if (!other || other.patient.id === id) {
      const found = query
        ? (await api.patients.search({ text: query, limit: 12 })).items.filter((found) => found.id !== id)
        : (await api.patients.suggestDuplicates({ id })).map(({ patient }) => patient);
      return { patient: one.patient, query, found };
    }
    const asked = sane(PatientId, url.searchParams.get('keep'));
    const [keep, from] =
      asked === other.patient.id || (!asked && isFuller(other, one)) ? [other, one] : [one, other];
    return { patient: one.patient, query, found: [], pair: { keep, from } };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

type Side = Awaited<ReturnType<typeof recordOf>>;

async function recordOf(api: ClinicApi, id: PatientId) {
  const { patient, paid, counts } = await api.patients.history({ id, limit: 1 });
  return { patient, paid, bookings: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

/** Whether a record is the better one to keep: an active one, with more visits. */
function isFuller(one: Side, other: Side): boolean {
  if (one.patient.isActive !== other.patient.isActive) return one.patient.isActive;
  return one.patient.totalVisits > other.patient.totalVisits;
}

const Revision = z.coerce.number().int().positive();

export const actions: Actions = {
  default: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const keep = needed(PatientId, form.get('keep'));
    const take = (['name', 'phone', 'email'] as const).filter((field) => form.get(field) === 'from');
    try {
      await api.patients.merge({
        keep,
        from: needed(PatientId, form.get('from')),
        take,
        keepRevision: needed(Revision, form.get('keepRevision')),
        fromRevision: needed(Revision, form.get('fromRevision')),
      });
    } catch (thrown) {
      return refused(event, thrown, { take });
    }
    setFlash(event, m.merge_done());
    redirect(303, paths.patient(slug, keep));
  },
};
