import { createHash, randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { instantAt, LocalDate, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { minePath } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, textOf } from '#lib/server/form.ts';
import { ownFrame } from '#lib/server/mine.ts';
import { chosenOf, offerOf, ownTimes } from '#lib/server/offer.ts';
import { askedTime, ClockTime } from '#lib/server/slots.ts';
import { stepsIn } from '#lib/visit-steps.ts';
import type { Actions, PageServerLoad } from './$types';

/** Lists, links and one form: no script is sent for it. */
export const csr = false;

/** A booking in the making by a patient for himself: what, with whom and when stand in the address. */
export const load: PageServerLoad = async (event) => {
  const { url, params } = event;
  const api = await clinicApi(event, params.tenant);
  try {
    const [frame, offer] = await Promise.all([ownFrame(api), offerOf(api.me)]);
    const [step] = chosenOf(offer, url, 1);
    const chosen = { ...frame, treatments: offer.treatments, step };
    if (!step) return { ...chosen, slots: undefined, asked: undefined };
    const { treatment, staffId } = step;
    const at = { today: frame.today, timezone: frame.clinic.timezone };
    const slots = await ownTimes(api, at, { treatmentId: treatment.id, staffId }, url);
    return { ...chosen, slots, asked: askedTime(slots, at, url, treatment.durationMin), key: randomUUID() };
  } catch (error) {
    refuse(event, error);
  }
};

const Wanted = z.strictObject({ treatmentId: TreatmentId, staffId: z.union([z.literal('any'), StaffId]) });

export const actions: Actions = {
  book: async (event) => {
    const slug = event.params.tenant;
    const form = await event.request.formData();
    const wanted = needed(Wanted, stepsIn(event.url.searchParams)[0]);
    const on = needed(LocalDate, event.url.searchParams.get('date'));
    const time = needed(ClockTime, event.url.searchParams.get('time'));
    const notes = textOf(form, 'notes');
    const said = createHash('sha256')
      .update(JSON.stringify([wanted, on, time, notes]))
      .digest('base64url');
    const api = await clinicApi(event, slug, `${needed(z.uuid(), form.get('key'))}-${said}`);
    try {
      const { timezone } = await api.clinic.current();
      const startAt = instantAt(on, time, timezone);
      await api.me.book({ ...wanted, startAt, ...(notes && { notes }) });
      setFlash(event, m.mine_booked({ time: formatTime(startAt, timezone, 'day-time') }));
    } catch (thrown) {
      return refused(event, thrown, { notes });
    }
    redirect(303, minePath(slug));
  },
};
