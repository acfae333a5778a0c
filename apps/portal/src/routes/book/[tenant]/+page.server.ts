import { redirect, type RequestEvent } from '@sveltejs/kit';
import { instantAt, tokenHashOf } from '@paper-circe/api';
import { bookedPath } from '#lib/patient-paths.ts';
import { hrefWith } from '#lib/query.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setBooked } from '#lib/server/booked.ts';
import { keyOf, secretOf } from '#lib/server/form.ts';
import { askedIn, choiceIn } from '#lib/server/offer.ts';
import { publicClinic } from '#lib/server/public-clinic.ts';
import { forgetTyped, formIn, keepTyped, typedKept, typedOf } from '#lib/server/typed.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/**
 * A booking in the making by anybody. What, with whom and when stand in the address; who he is only in the form, so
 * that no log and no history of a browser has it.
 */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const clinic = await api.clinic.current();
    const shown = { clinic: publicClinic(clinic), today: clinic.today, ...formIn(event) };
    return {
      ...shown,
      choice: clinic.publicPage ? await choiceIn(api.publicPage, clinic, event.url) : undefined,
    };
  } catch (error) {
    refuse(event, error);
  }
};

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
    const { steps, on, at } = askedIn(event.url, form);
    const said = [typed, steps, on, at];
    const token = secretOf(form, said);
    try {
      await typedKept(event, form, async () => {
        const api = await clinicApi(event, slug, keyOf(form, said));
        const { timezone } = await api.clinic.current();
        await api.publicPage.book({
          ...{ name: typed.name, phone: typed.phone, steps, startAt: instantAt(on, at, timezone) },
          ...{ locale: event.locals.locale, tokenHash: tokenHashOf(token) },
          ...(typed.notes && { notes: typed.notes }),
        });
      });
      setBooked(event, token);
    } catch (thrown) {
      return refused(event, thrown, { ...typed, when: `${on} ${at}` });
    }
    forgetTyped(event);
    redirect(303, bookedPath(slug));
  },
};
