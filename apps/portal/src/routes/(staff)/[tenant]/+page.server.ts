import { redirect, type Actions, type RequestEvent } from '@sveltejs/kit';
import { addDays, BookingId, LocalDate, VisitId, type Booking } from '@paper-circe/api';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { queryOf } from '#lib/query.ts';
import { clinicApi, everybodyAt, formerStaff, refuse, refused } from '#lib/server/api.ts';
import { setFlash, takeFlash } from '#lib/server/flash.ts';
import { methodOf, needed, sane, textOf } from '#lib/server/form.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import { ofVisits } from '#lib/server/in-visit.ts';
import { takeBack } from '#lib/server/take-back.ts';
import { undoableVisits } from '#lib/in-visit.ts';
import { amountIn } from '#lib/amount.ts';
import { outlookOf, type Act } from './board/board.ts';
import { rowOf, type Row } from './board/row.ts';
import { doneText } from './board/words.ts';
import { rotaOf } from './calendar/shifts.ts';
import type { PageServerLoad } from './$types';

type Api = Awaited<ReturnType<typeof clinicApi>>;

/** One day at the desk: its bookings, and the number from which on the page hears what changes. */
export const load: PageServerLoad = async (event) => {
  // Said here with the patient's name; what script asks for is said by a toast.
  const flash = event.isDataRequest ? undefined : takeFlash(event);
  const api = await clinicApi(event, event.params.tenant);
  try {
    // The position first: what happens while the rest is read is heard again rather than missed.
    const [{ seq }, clinic] = await Promise.all([api.live.position(), api.clinic.current()]);
    const { today, now } = clinic;
    const date = sane(LocalDate, event.url.searchParams.get('date')) ?? today;
    const [bookings, staff, outlook, pending, leftOpen] = await Promise.all([
      api.bookings.findByTenantAndDate({ date }),
      everybodyAt(api),
      date === today ? expectedAt(api, now) : undefined,
      date === today ? api.bookings.countPending() : undefined,
      date === today ? api.bookings.countLeftOpen() : undefined,
    ]);
    // A clinic without anybody to book has its first steps before it: whoever runs it is led there.
    if (staff.length === 0 && event.url.search === '' && (await event.parent()).user.role === 'admin')
      redirect(307, paths.start(event.params.tenant));
    const rows = bookings.map(rowOf);
    const visits = await ofVisits(api, undoableVisits(rows, now));
    const isRequest = ({ status, startAt }: Row) => status === 'pending' && startAt >= now;
    const everybody = [...staff, ...(await formerStaff(api, staff, rows))];
    return {
      seq,
      now,
      date,
      previous: addDays(date, -1),
      next: addDays(date, 1),
      rows,
      elsewhere: visits.filter(({ localDate }) => localDate !== date).map(rowOf),
      outlook,
      // Those of today are rows, whose status the page hears of.
      requestsLater: Math.max(0, (pending?.count ?? 0) - rows.filter(isRequest).length),
      requestsGoOn: pending?.isMore ?? false,
      leftOpen: leftOpen?.count ?? 0,
      leftOpenGoesOn: leftOpen?.isMore ?? false,
      // Who was there on a day that is over is no longer to be arranged.
      shifts: date < today ? [] : rotaOf([date], everybody, clinic.openingHours, clinic.timezone).shifts,
      staff: everybody.map((one) => ({
        id: one.id,
        name: one.name,
        role: one.role,
        avatar: one.isActive ? one.avatar : undefined,
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

/** A booking as the board showed it. */
interface Seen {
  readonly id: BookingId;
  readonly revision?: number;
}

/** What was done, and how the booking is seen from now on where that can be undone. */
interface Done {
  readonly message: string;
  readonly revision?: number | undefined;
}

/** Does something for a form that was sent without script, and leads back to where it was sent from. */
function action(act: Act, perform: (api: Api, seen: Seen, form: FormData) => Promise<Done>) {
  return async (event: RequestEvent) => {
    const form = await event.request.formData();
    const id: BookingId = needed(BookingId, form.get('id'));
    const api = await clinicApi(event, event.params['tenant'] ?? '');
    let done;
    try {
      const revision = sane(Revision, event.url.searchParams.get('revision'));
      done = await perform(api, { id, ...(revision && { revision }) }, form);
    } catch (error) {
      return refused(event, error, { id, act, amount: textOf(form, 'amount') });
    }
    const { message, revision } = done;
    setFlash(event, message, { id, ...(revision !== undefined && { undo: 'undo', revision }) });
    redirect(303, back(event));
  };
}

/** An act on one booking. */
function onBooking(
  act: Exclude<Act, 'undo'>,
  perform: (api: Api, seen: Seen, form: FormData) => Promise<Booking>,
) {
  return action(act, async (api, seen, form) => {
    const booking = await perform(api, seen, form);
    return { message: doneText(act, booking), revision: booking.revision };
  });
}

/** The board as it was, with nothing in front of it. */
function back({ url }: RequestEvent): string {
  const query = queryOf(url, { booking: undefined, do: undefined, revision: undefined }).toString();
  return url.pathname + (query && `?${query}`);
}

const Revision = z.coerce.number().int().min(1);

export const actions = {
  confirm: onBooking('confirm', (api, seen) => api.bookings.confirm(seen)),
  arrive: onBooking('arrive', (api, seen) => api.bookings.arrive(seen)),
  call: onBooking('call', (api, seen) => api.queue.callIn(seen)),
  skip: onBooking('skip', (api, seen) => api.queue.skip(seen)),
  start: onBooking('start', (api, seen) => api.queue.start(seen)),
  complete: onBooking('complete', (api, seen, form) =>
    api.bookings.complete({ ...seen, ...(form.has('method') && { method: methodOf(form) }) }),
  ),
  pay: onBooking('pay', async (api, seen, form) => {
    const { currency } = await api.clinic.current();
    const amount = amountIn(textOf(form, 'amount'), currency);
    return api.bookings.pay({ ...seen, method: methodOf(form), amount });
  }),
  confirmVisit: action('confirm', async (api, { id, revision }) => {
    const visitId = needed(VisitId, (await api.bookings.get({ id })).visitId);
    const seen = revision ? [{ id, revision }] : [];
    const changed = await api.bookings.confirmVisit({ visitId, seen });
    return { message: m.done_confirm_visit(), revision: changed.find((one) => one.id === id)?.revision };
  }),
  cancel: onBooking('cancel', (api, seen) => api.bookings.cancel(seen)),
  noShow: onBooking('noShow', (api, seen) => api.bookings.noShow(seen)),
  undo: action('undo', async (api, { id, revision }) => {
    const whole = await takeBack(api, id, revision);
    return { message: whole ? m.done_undo_visit() : m.done_undo() };
  }),
} satisfies Actions;
