import { redirect, type RequestEvent } from '@sveltejs/kit';
import { addDays, LocalDate, type Till } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { queryOf } from '#lib/query.ts';
import { clinicApi, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { inVisits } from '#lib/in-visit.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, sane, textOf } from '#lib/server/form.ts';
import { amountIn } from '#lib/amount.ts';
import type { PageServerLoad } from './$types';

/** A day at the till, and the days that were closed before. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    const { today } = await api.clinic.current();
    const date = sane(LocalDate, event.url.searchParams.get('date')) ?? today;
    const [till, closes] = await Promise.all([
      api.dayCloses.till({ date }),
      api.dayCloses.findByTenant({ limit: 15 }),
    ]);
    const follow = await followingOf(api, date, till.unpaid);
    return {
      today,
      date,
      previous: addDays(date, -1),
      next: date < today ? addDays(date, 1) : undefined,
      till: {
        ...till,
        unpaid: till.unpaid.map((one) => ({ ...one, follows: follow.has(one.bookingId) })),
      },
      earlier: closes.items.filter((one) => one.date !== date).slice(0, 14),
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** What of the unpaid comes after another treatment of its visit: asked only where somebody may wait for it. */
async function followingOf(api: ClinicApi, date: string, unpaid: Till['unpaid']): Promise<Set<string>> {
  if (!unpaid.some(({ status, startedAt }) => status === 'confirmed' && !startedAt)) return new Set();
  const day = inVisits(await api.bookings.findByTenantAndDate({ date }));
  return new Set(day.filter(({ follows }) => follows).map(({ id }) => id));
}

const fields = ['openingCash', 'cashOut', 'countedCash', 'notes', 'reason', 'anyway'] as const;

/** Does one act on a day and leads back to it; a refusal comes back with what was typed. */
function act(done: () => string, run: (api: ClinicApi, date: string, form: FormData) => Promise<unknown>) {
  return async (event: RequestEvent<{ tenant: string }>) => {
    const form = await event.request.formData();
    const date = needed(LocalDate, form.get('date'));
    const api = await clinicApi(event, event.params.tenant);
    try {
      await run(api, date, form);
    } catch (error) {
      const typed = Object.fromEntries(fields.map((name) => [name, textOf(form, name)]));
      return refused(event, error, typed as Record<(typeof fields)[number], string>);
    }
    setFlash(event, done());
    redirect(303, `${event.url.pathname}?${queryOf(event.url, { date }).toString()}`);
  };
}

export const actions = {
  close: act(
    () => m.till_done_close(),
    async (api, date, form) => {
      const { currency } = await api.clinic.current();
      const amountOf = (name: (typeof fields)[number]) => amountIn(textOf(form, name) || '0', currency);
      const notes = textOf(form, 'notes');
      return api.dayCloses.close({
        date,
        openingCash: amountOf('openingCash'),
        cashOut: amountOf('cashOut'),
        // Nothing that was typed is no count of nothing.
        countedCash: amountIn(textOf(form, 'countedCash'), currency),
        ...(notes && { notes }),
      });
    },
  ),
  reopen: act(
    () => m.till_done_reopen(),
    (api, date, form) => api.dayCloses.reopen({ date, reason: textOf(form, 'reason') }),
  ),
};
