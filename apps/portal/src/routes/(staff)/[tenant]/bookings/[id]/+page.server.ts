import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
  BookingId,
  instantAt,
  LocalDate,
  PaymentMethod,
  StaffId,
  VisitId,
  type Booking,
  type Staff,
} from '@paper-circe/api';
import { z } from 'zod';
import { formatMoney, formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { bookedLinkPath } from '#lib/patient-paths.ts';
import { clinicApi, everybodyAt, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, methodOf, needed, revisionOf, sane, textOf } from '#lib/server/form.ts';
import { seenIn, seenText } from '#lib/server/seen.ts';
import { ClockTime } from '#lib/server/slots.ts';
import { takeBack } from '#lib/server/take-back.ts';
import { amountIn } from '#lib/amount.ts';
import { inVisits } from '#lib/in-visit.ts';
import { isPassed, isRecent } from '#lib/undoable.ts';
import type { Actions, PageServerLoad } from './$types';
import { movingOf, visitMovingOf } from './moving.ts';

/**
 * One booking, its visit, and when that is asked for where it (`move=1`) or all of it (`move=visit`) could be moved to, or
 * how long it can last (`last`).
 */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const [clinic, me, booking, everybody] = await Promise.all([
      api.clinic.current(),
      api.auth.me(),
      api.bookings.get({ id }),
      everybodyAt(api),
    ]);
    const [patient, visit, history, staffName, correctable] = await Promise.all([
      api.patients.get({ id: booking.patientId }),
      visitOf(api, booking, everybody),
      me.role === 'admin' ? historyOf(api, id) : undefined,
      everybody.find((one) => one.id === booking.staffId)?.name ??
        api.staff.get({ id: booking.staffId }).then(({ name }) => name),
      correctableOf(api, booking, clinic.today),
    ]);
    const move = url.searchParams.get('move');
    const moving =
      move === 'visit' && visit
        ? await visitMovingOf(api, clinic, visit, url, everybody)
        : move === null
          ? undefined
          : await movingOf(api, clinic, booking, url, everybody);
    const longestMin = url.searchParams.has('last') ? await longestOf(api, booking) : undefined;
    const { today, now } = clinic;
    const seen = visit && seenText(visit);
    const others = visit?.filter((one) => one.id !== id).map(({ lastChange }) => lastChange) ?? [];
    const recent = isRecent(booking.lastChange, now);
    const passed = recent && isPassed(booking.lastChange, others);
    const open = visit?.filter(({ status }) => status === 'pending' || status === 'confirmed') ?? [];
    const toCome = open.length > 1 ? open : [{ ...booking, staffName }];
    return {
      booking: { ...booking, follows: visit?.find((one) => one.id === id)?.follows ?? false },
      patient,
      staffName,
      visit,
      seen,
      canUndo: recent && !passed,
      passed,
      toCome,
      history,
      moving,
      longestMin,
      correctable,
      today,
      now,
    };
  } catch (error) {
    refuse(event, error);
  }
};

/** How long it can last where it is, in minutes, as long as it takes time at all. */
async function longestOf(api: ClinicApi, { id, durationMin, status }: Booking) {
  if (status !== 'pending' && status !== 'confirmed') return undefined;
  return (await api.availability.explainDuration({ bookingId: id, durationMin })).longestMin;
}

/** Today, while the day is open and something was paid on it; else no payment can be corrected. */
async function correctableOf(api: ClinicApi, { payments }: Booking, today: string) {
  if (payments.every(({ localDate }) => localDate !== today)) return undefined;
  const [latest] = (await api.dayCloses.findByTenant({ limit: 1 })).items;
  return latest?.date === today && latest.status === 'closed' ? undefined : today;
}

/** The latest that happened to a booking, the first of it first. */
async function historyOf(api: ClinicApi, id: BookingId) {
  const { items } = await api.audit.historyOf({ collection: 'bookings', documentId: id, limit: 200 });
  return items.toReversed();
}

/** Every booking of the visit that it belongs to, by time, with who does it; nothing when it stands alone. */
async function visitOf(api: ClinicApi, { visitId }: Booking, everybody: readonly Staff[]) {
  if (!visitId) return undefined;
  const bookings = await api.bookings.findByVisit({ visitId });
  if (bookings.length === 1) return undefined;
  const known = new Map(everybody.map(({ id, name }) => [id, name]));
  return Promise.all(
    inVisits(bookings).map(async (one) => ({
      ...one,
      staffName: known.get(one.staffId) ?? (await api.staff.get({ id: one.staffId })).name,
    })),
  );
}

/** What was done, and the way back where there is one. */
interface Done {
  readonly message: string;
  readonly back?: Parameters<typeof setFlash>[2];
}

/** What a form of the page says, to be shown again when it is refused. */
const typedOf = (form: FormData) => ({
  date: textOf(form, 'date'),
  time: textOf(form, 'time'),
  amount: textOf(form, 'amount'),
  durationMin: textOf(form, 'durationMin'),
  reason: textOf(form, 'reason'),
  form: textOf(form, 'form'),
});

/** Does one act and says so; a refusal is said in place. */
function act(run: (api: ClinicApi, id: BookingId, form: FormData, slug: string) => Promise<Done>) {
  return async (event: RequestEvent<{ tenant: string; id: string }>) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(BookingId, event.params.id);
    const form = await event.request.formData();
    let done;
    try {
      done = await run(api, id, form, slug);
    } catch (thrown) {
      return refused(event, thrown, typedOf(form));
    }
    setFlash(event, done.message, done.back);
    redirect(303, paths.booking(slug, id));
  };
}

/** An act on one booking, which can be undone. */
const undoable = (
  run: (api: ClinicApi, id: BookingId, form: FormData) => Promise<{ after: Booking; message: string }>,
) =>
  act(async (api, id, form) => {
    const { after, message } = await run(api, id, form);
    return { message, back: { id, undo: 'undo', revision: after.revision } };
  });

/** An act on the whole visit of a booking, which is undone as a whole. */
function onVisit(
  run: (api: ClinicApi, visitId: VisitId, form: FormData) => Promise<{ changed: Booking[]; message: string }>,
) {
  return act(async (api, id, form, slug) => {
    const visitId = needed(VisitId, (await api.bookings.get({ id })).visitId);
    const { changed, message } = await run(api, visitId, form);
    const revision = changed.find((one) => one.id === id)?.revision;
    const fields: Record<string, string> = revision === undefined ? {} : { revision: String(revision) };
    return { message, back: { action: `${paths.booking(slug, id)}?/undoVisit`, fields } };
  });
}

const Who = z.union([z.literal('any'), StaffId]);

export const actions: Actions = {
  /** The link stands in the text until the page is left: it is stored nowhere, and another one takes its place. */
  link: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    try {
      const { token } = await api.bookings.giveLink({ id: inPath(BookingId, event.params.id) });
      return token ? { link: new URL(bookedLinkPath(slug, token), event.url).href } : {};
    } catch (thrown) {
      return refused(event, thrown, typedOf(await event.request.formData()));
    }
  },
  confirm: undoable(async (api, id, form) => ({
    after: await api.bookings.confirm({ id, ...revisionOf(form) }),
    message: m.booking_done_confirm(),
  })),
  cancel: undoable(async (api, id, form) => ({
    after: await api.bookings.cancel({ id, ...revisionOf(form) }),
    message: m.booking_done_cancel(),
  })),
  noShow: undoable(async (api, id, form) => ({
    after: await api.bookings.noShow({ id, ...revisionOf(form) }),
    message: m.booking_done_no_show(),
  })),
  arrive: undoable(async (api, id, form) => ({
    after: await api.bookings.arrive({ id, ...revisionOf(form) }),
    message: m.booking_done_arrive(),
  })),
  call: undoable(async (api, id, form) => ({
    after: await api.queue.callIn({ id, ...revisionOf(form) }),
    message: m.booking_done_call(),
  })),
  skip: undoable(async (api, id, form) => ({
    after: await api.queue.skip({ id, ...revisionOf(form) }),
    message: m.booking_done_skip(),
  })),
  start: undoable(async (api, id, form) => ({
    after: await api.queue.start({ id, ...revisionOf(form) }),
    message: m.booking_done_start(),
  })),
  complete: undoable(async (api, id, form) => ({
    after: await api.bookings.complete({
      ...{ id, method: sane(PaymentMethod, form.get('method')) ?? 'cash' },
      ...revisionOf(form),
    }),
    message: m.booking_done_complete(),
  })),
  pay: undoable(async (api, id, form) => {
    const { currency } = await api.clinic.current();
    const amount = amountIn(textOf(form, 'amount'), currency);
    const method = methodOf(form);
    const after = await api.bookings.pay({ id, method, amount, ...revisionOf(form) });
    return { after, message: m.booking_done_pay() };
  }),
  refund: undoable(async (api, id, form) => {
    const { currency } = await api.clinic.current();
    const amount = amountIn(textOf(form, 'amount'), currency);
    const after = await api.bookings.refund({
      ...{ id, amount, method: methodOf(form), reason: textOf(form, 'reason') },
      ...revisionOf(form),
    });
    return { after, message: m.booking_done_refund({ amount: formatMoney(amount, currency) }) };
  }),
  correctPayment: undoable(async (api, id, form) => {
    const payment = Number(textOf(form, 'payment') || NaN);
    const after = await api.bookings.correctPayment({
      ...{ id, payment, method: methodOf(form), reason: textOf(form, 'reason') },
      ...revisionOf(form),
    });
    return { after, message: m.booking_done_correct() };
  }),
  undo: act(async (api, id, form) => {
    const whole = await takeBack(api, id, revisionOf(form).revision);
    return { message: whole ? m.visit_done_undo() : m.flash_undone() };
  }),
  reschedule: undoable(async (api, id, form) => {
    const { timezone } = await api.clinic.current();
    const date = needed(LocalDate, form.get('date'));
    const time = needed(ClockTime, form.get('time'));
    const after = await api.bookings.reschedule({
      id,
      revision: seenIn(form).find((one) => one.id === id)?.revision,
      startAt: instantAt(date, time, timezone),
      staffId: needed(Who, form.get('staffId')),
      ...overrideOf(form),
    });
    const { name: staff } = await api.staff.get({ id: after.staffId });
    return {
      after,
      message: m.booking_done_move({ when: formatTime(after.startAt, timezone, 'day-time'), staff }),
    };
  }),
  confirmVisit: onVisit(async (api, visitId, form) => ({
    changed: await api.bookings.confirmVisit({ visitId, seen: seenIn(form) }),
    message: m.visit_done_confirm(),
  })),
  setDuration: act(async (api, id, form, slug) => {
    const { timezone } = await api.clinic.current();
    const { endAt, revision, lastChange } = await api.bookings.setDuration({
      id,
      durationMin: Number(textOf(form, 'durationMin')),
      ...overrideOf(form),
      ...revisionOf(form),
    });
    const until = formatTime(endAt, timezone);
    if (!lastChange?.together)
      return { message: m.booking_done_duration({ until }), back: { id, undo: 'undo', revision } };
    const back = { action: `${paths.booking(slug, id)}?/undoVisit`, fields: { revision: String(revision) } };
    return { message: m.booking_done_duration_visit({ until }), back };
  }),
  cancelVisit: onVisit(async (api, visitId, form) => ({
    changed: await api.bookings.cancelVisit({ visitId, seen: seenIn(form) }),
    message: m.visit_done_cancel(),
  })),
  rescheduleVisit: onVisit(async (api, visitId, form) => {
    const { timezone } = await api.clinic.current();
    const startAt = instantAt(
      needed(LocalDate, form.get('date')),
      needed(ClockTime, form.get('time')),
      timezone,
    );
    const changed = await api.bookings.rescheduleVisit({
      visitId,
      seen: seenIn(form),
      startAt,
      ...(form.get('staffId') === 'any' && { staffId: 'any' as const }),
      ...overrideOf(form),
    });
    return { changed, message: m.visit_done_move({ when: formatTime(startAt, timezone, 'day-time') }) };
  }),
  /** Also what has no last act yet: that the visit was booked. */
  undoVisit: act(async (api, id, form) => {
    const { visitId } = await api.bookings.get({ id });
    const { revision } = revisionOf(form);
    await api.bookings.undoVisit({
      visitId: needed(VisitId, visitId),
      ...(revision && { seen: { id, revision } }),
    });
    return { message: m.visit_done_undo() };
  }),
};

/** The reason to put it there all the same, where the form asks for one. */
function overrideOf(form: FormData) {
  return form.has('reason') ? { override: { reason: textOf(form, 'reason') } } : {};
}
