import { redirect } from '@sveltejs/kit';
import { instantAt } from '@paper-circe/api';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { minePath } from '#lib/patient-paths.ts';
import { hrefWith } from '#lib/query.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { keyOf, textOf } from '#lib/server/form.ts';
import { ownFrame } from '#lib/server/mine.ts';
import { askedIn, choiceIn } from '#lib/server/offer.ts';
import { forgetTyped, formIn, keepTyped, typedKept, typedOf } from '#lib/server/typed.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** A booking in the making by a patient for himself: what, with whom and when stand in the address. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const frame = await ownFrame(api);
    const at = { today: frame.today, timezone: frame.clinic.timezone };
    return { ...frame, ...formIn(event), choice: await choiceIn(api.me, at, event.url) };
  } catch (error) {
    refuse(event, error);
  }
};

export const actions: Actions = {
  /** Goes to another state of the page, where what was typed is still there. */
  keep: async (event) => {
    const kept = keepTyped(event, typedOf(await event.request.formData()));
    redirect(303, hrefWith(event.url, kept));
  },
  book: async (event) => {
    const slug = event.params.tenant;
    const form = await event.request.formData();
    const { steps, on, at } = askedIn(event.url, form);
    const notes = textOf(form, 'notes');
    try {
      await typedKept(event, form, async () => {
        const api = await clinicApi(event, slug, keyOf(form, [steps, on, at, notes]));
        const { timezone } = await api.clinic.current();
        const startAt = instantAt(on, at, timezone);
        await api.me.book({ steps, startAt, ...(notes && { notes }) });
        setFlash(event, m.mine_booked({ time: formatTime(startAt, timezone, 'day-time') }));
      });
    } catch (thrown) {
      return refused(event, thrown, { notes, when: `${on} ${at}` });
    }
    forgetTyped(event);
    redirect(303, minePath(slug));
  },
};
