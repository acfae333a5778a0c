// Forms about a patient, wherever they stand: on their own page, in a booking, at a walk-in.
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { failureOf, Locale, PatientId, type Failure, type Patient } from '@paper-circe/api';
import { hrefWith } from '#lib/query.ts';
import { clinicApi, refused, type ClinicApi } from './api.ts';
import { needed, sane, textOf } from './form.ts';

/** A patient's record as somebody typed it. */
export interface TypedPatient extends Record<string, string> {
  name: string;
  phone: string;
  email: string;
  notes: string;
  /** Empty for the clinic's. */
  locale: '' | Locale;
}

export function typedPatient(form: FormData): TypedPatient {
  return {
    name: textOf(form, 'name'),
    phone: textOf(form, 'phone'),
    email: textOf(form, 'email'),
    notes: textOf(form, 'notes'),
    locale: sane(Locale, form.get('locale')) ?? '',
  };
}

/** Whose the phone number is that somebody wants to give a second time. */
export async function ownerOfPhone(
  api: ClinicApi,
  failure: Failure | undefined,
): Promise<{ id: string; name: string; isActive: boolean } | undefined> {
  if (failure?.code !== 'CONFLICT_DUPLICATE') return undefined;
  const id = sane(PatientId, failure.details.id);
  if (!id) return undefined;
  const { name, isActive } = await api.patients.get({ id });
  return { id, name, isActive };
}

/** Registers the patient of a form, or answers as the form gets it back. */
export async function registerFrom(event: RequestEvent, api: ClinicApi, form: FormData) {
  const typed = typedPatient(form);
  try {
    const { name, phone, email, notes, locale } = typed;
    const patient: Patient = await api.patients.register({
      name,
      phone,
      ...(email && { email }),
      ...(notes && { notes }),
      ...(locale && { locale }),
    });
    return { patient };
  } catch (thrown) {
    const owner = await ownerOfPhone(api, failureOf(thrown));
    return { refusal: refused(event, thrown, { form: 'register', patient: typed, owner }) };
  }
}

/** The form action of a page that goes on with the patient who was just registered. */
export async function registerAndGoOn(event: RequestEvent<{ tenant: string }>) {
  const api = await clinicApi(event, event.params.tenant);
  const { patient, refusal } = await registerFrom(event, api, await event.request.formData());
  if (!patient) return refusal;
  redirect(303, hrefWith(event.url, { patient: patient.id, q: undefined, register: undefined }));
}

/** The form action of a page that goes on with a patient (`owner`) who was inactive until now. */
export async function restoreAndGoOn(event: RequestEvent<{ tenant: string }>) {
  const api = await clinicApi(event, event.params.tenant);
  const form = await event.request.formData();
  const id = needed(PatientId, form.get('owner'));
  try {
    await api.patients.restore({ id });
  } catch (thrown) {
    return refused(event, thrown, { form: 'register', patient: typedPatient(form), owner: undefined });
  }
  redirect(303, hrefWith(event.url, { patient: id, q: undefined, register: undefined }));
}
