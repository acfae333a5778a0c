import { failureOf, TreatmentId } from '@paper-circe/api';
import type { ClinicApi } from '#lib/server/api.ts';
import { sane } from '#lib/server/form.ts';

/** The treatment that has the name already which somebody wants to give a second time. */
export async function sameName(api: ClinicApi, thrown: unknown) {
  const failure = failureOf(thrown);
  if (failure?.code !== 'CONFLICT_DUPLICATE') return undefined;
  const id = sane(TreatmentId, failure.details.id);
  if (!id) return undefined;
  const { isActive } = await api.treatments.get({ id });
  return { id, isActive };
}
