import { createHash, randomUUID } from 'node:crypto';
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { instantAt, LocalDate, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { bookedPath } from '#lib/paths.ts';
import { hrefWith } from '#lib/query.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setBooked } from '#lib/server/booked.ts';
import { needed, textOf } from '#lib/server/form.ts';
import { chosenOf, offerOf, othersThan, publicTimes } from '#lib/server/offer.ts';
import { publicClinic } from '#lib/server/public-clinic.ts';
import { askedTime, ClockTime } from '#lib/server/slots.ts';
import { forgetTyped, keepTyped, typedIn, typedOf } from '#lib/server/typed.ts';
import { stepsIn } from '#lib/visit-steps.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** As many treatments as are booked at once. */
const most = 4;

/**
 * A booking in the making by anybody. What, with whom and when stand in the address; who he is only in the form, so
 * that no log and no history of a browser has it.
 */
export const load: PageServerLoad = async (event) => {
  const { url, params } = event;
  const api = await clinicApi(event, params.tenant);
  try {
    const clinic = await api.clinic.current();
    const { today, publicPage } = clinic;
    const shown = { clinic: publicClinic(clinic), today, most };
    const nothing = { slots: undefined, asked: undefined, others: [] };
    if (!publicPage) return { ...shown, ...nothing, isOpen: false, treatments: [], steps: [], adding: false };
    const offer = await offerOf(api.publicPage);
    const steps = chosenOf(offer, url, most);
    const adding = url.searchParams.has('add') && steps.length > 0 && steps.length < most;
    const chosen = { ...shown, isOpen: true, treatments: offer.treatments, steps, adding };
    if (steps.length === 0 || adding) return { ...chosen, ...nothing };
    const slots = await publicTimes(api, clinic, steps, url);
    const minutes = steps.reduce((sum, { treatment }) => sum + treatment.durationMin, 0);
    const asked = askedTime(slots, clinic, url, minutes);
    const others = asked ? othersThan(asked, slots) : [];
    return { ...chosen, slots, asked, others, key: randomUUID(), typed: typedIn(event) };
  } catch (error) {
    refuse(event, error);
  }
};

const Steps = z
  .array(z.strictObject({ treatmentId: TreatmentId, staffId: z.union([z.literal('any'), StaffId]) }))
  .min(1);

type Event = RequestEvent<{ tenant: string }>;

export const actions: Actions = {
  /** Goes to another state of the page, where what was typed is still there. */
  keep: async (event: Event) => {
    const kept = keepTyped(event, typedOf(await event.request.formData()));
    redirect(303, hrefWith(event.url, kept));
  },
  book: async (event: Event) => {
    const slug = event.params.tenant;
    const form = await event.request.formData();
    const typed = typedOf(form);
    const steps = needed(Steps, stepsIn(event.url.searchParams));
    const [date, time] = textOf(form, 'when').split(' ');
    const on = needed(LocalDate, date);
    const at = needed(ClockTime, time);
    const api = await clinicApi(event, slug, keyOf(form, [typed, steps, on, at]));
    try {
      const { timezone } = await api.clinic.current();
      const made = await api.publicPage.book({
        ...{ name: typed.name, phone: typed.phone, steps, startAt: instantAt(on, at, timezone) },
        locale: event.locals.locale,
        ...(typed.notes && { notes: typed.notes }),
      });
      setBooked(event, made);
    } catch (thrown) {
      return refused(event, thrown, { ...typed, when: `${on} ${at}` });
    }
    forgetTyped(event);
    redirect(303, bookedPath(slug));
  },
};

/** The form's own key, with what it says: sent a second time it books nothing more, changed it is another booking. */
function keyOf(form: FormData, said: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(said)).digest('base64url');
  return `${needed(z.uuid(), form.get('key'))}-${hash}`;
}
