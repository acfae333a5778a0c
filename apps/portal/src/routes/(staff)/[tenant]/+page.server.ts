import { redirect, type Actions, type RequestEvent } from '@sveltejs/kit';
import { addDays, BookingId, LocalDate, PaymentMethod, VisitId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { queryOf } from '#lib/query.ts';
import { clinicApi, everybodyAt, formerStaff, refuse, refused } from '#lib/server/api.ts';
import { setFlash, takeFlash } from '#lib/server/flash.ts';
import { needed, sane, textOf } from '#lib/server/form.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import { amountIn, outlookOf, type Act } from './board/board.ts';
import { rowOf } from './board/row.ts';
import { doneTexts } from './board/words.ts';
import type { PageServerLoad } from './$types';

type Api = Awaited<ReturnType<typeof clinicApi>>;

/** One day at the desk: its bookings, and the number from which on the page hears what changes. */
export const load: PageServerLoad = async (event) => {
  const flash = takeFlash(event);
  const api = await clinicApi(event, event.params.tenant);
  try {
    // The position first: what happens while the rest is read is heard again rather than missed.
    const [{ seq }, { today, now }] = await Promise.all([api.live.position(), api.clinic.current()]);
    const date = sane(LocalDate, event.url.searchParams.get('date')) ?? today;
    const [bookings, staff, outlook, pending] = await Promise.all([
      api.bookings.findByTenantAndDate({ date }),
      everybodyAt(api),
      date === today ? expectedAt(api, now) : undefined,
      date === today ? api.bookings.findPending({ limit: 50 }) : undefined,
    ]);
    // A clinic without anybody to book has its first steps before it: whoever runs it is led there.
    if (staff.length === 0 && event.url.search === '' && (await event.parent()).user.role === 'admin')
      redirect(307, paths.start(event.params.tenant));
    const rows = bookings.map(rowOf);
    const former = await formerStaff(api, staff, rows);
    return {
      seq,
      now,
      date,
      previous: addDays(date, -1),
      next: addDays(date, 1),
      rows,
      outlook,
      requests: pending?.items.length ? `${pending.items.length}${pending.next ? '+' : ''}` : undefined,
      staff: [...staff, ...former].map((one) => ({
        id: one.id,
        name: one.name,
        role: one.role,
        hours: hoursOn(one, date),
      })),
      flash,
    };
  } catch (error) {
    refuse(event, error);
  }
};

async function expectedAt(api: Api, now: Date) {
  return outlookOf(now, ...(await Promise.all([api.queue.findToday(), api.availability.nextFree()])));
}

/** Does an act for a form that was sent without script, and leads back to where it was sent from. */
function action(act: Act, perform: (api: Api, id: BookingId, form: FormData) => Promise<unknown>) {
  return async (event: RequestEvent) => {
    const form = await event.request.formData();
    const id: BookingId = needed(BookingId, form.get('id'));
    const api = await clinicApi(event, event.params['tenant'] ?? '');
    try {
      await perform(api, id, form);
    } catch (error) {
      return refused(event, error, { id, act });
    }
    setFlash(event, doneTexts[act](), act === 'undo' ? undefined : { id, undo: 'undo' });
    redirect(303, back(event));
  };
}

/** The board as it was, with nothing in front of it. */
function back({ url }: RequestEvent): string {
  const query = queryOf(url, { booking: undefined, do: undefined }).toString();
  return url.pathname + (query && `?${query}`);
}

const methodOf = (form: FormData) => needed(PaymentMethod, form.get('method'));

export const actions = {
  confirm: action('confirm', (api, id) => api.bookings.confirm({ id })),
  call: action('call', (api, id) => api.queue.callIn({ id })),
  start: action('start', (api, id) => api.queue.start({ id })),
  complete: action('complete', (api, id, form) =>
    api.bookings.complete({ id, ...(form.has('method') && { method: methodOf(form) }) }),
  ),
  pay: action('pay', (api, id, form) =>
    api.bookings.pay({ id, method: methodOf(form), amount: amountIn(textOf(form, 'amount')) }),
  ),
  confirmVisit: async (event) => {
    const slug = event.params['tenant'] ?? '';
    const id = needed(BookingId, (await event.request.formData()).get('id'));
    const api = await clinicApi(event, slug);
    let changed;
    try {
      const { visitId } = await api.bookings.get({ id });
      changed = await api.bookings.confirmVisit({ visitId: needed(VisitId, visitId) });
    } catch (error) {
      return refused(event, error, { id, act: 'confirm' as const });
    }
    const revision = String(changed.find((one) => one.id === id)?.revision ?? '');
    setFlash(event, m.visit_done_confirm(), {
      action: `${paths.booking(slug, id)}?/undoVisit`,
      fields: { revision },
    });
    redirect(303, back(event));
  },
  cancel: action('cancel', (api, id) => api.bookings.cancel({ id })),
  noShow: action('noShow', (api, id) => api.bookings.noShow({ id })),
  undo: action('undo', (api, id) => api.bookings.undo({ id })),
} satisfies Actions;
