import { redirect } from '@sveltejs/kit';
import {
  CirceError,
  instantAt,
  LocalDate,
  PatientId,
  PaymentMethod,
  StaffId,
  TreatmentId,
  type Booking,
} from '@paper-circe/api';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { patientChoice, visitChoice } from '#lib/server/choice.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, sane, textOf } from '#lib/server/form.ts';
import { registerAndGoOn, restoreAndGoOn } from '#lib/server/patients.ts';
import { askedTime, ClockTime, slotChoice, visitSlotChoice } from '#lib/server/slots.ts';
import { canBeTaken, whyNot, whyNotVisit } from '#lib/server/why-not.ts';
import { mostSteps, stepsIn } from '#lib/visit-steps.ts';
import { amountIn } from '#lib/amount.ts';
import { bookAll, doneText, payInOrder, priceOf, wayBack } from './booking.ts';
import type { Actions, PageServerLoad } from './$types';

/**
 * A booking in the making, or a visit of several treatments. All of it stands in the address: who, what, with whom,
 * when, and over which rule.
 */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  try {
    const clinic = await api.clinic.current();
    const [who, { treatments, steps }] = await Promise.all([patientChoice(api, url), visitChoice(api, url)]);
    const adding = url.searchParams.has('add') && steps.length < mostSteps;
    const chosen = { ...who, treatments, steps, adding, today: clinic.today, why: [], isOver: false };
    const wanted = steps.map(({ treatment, staffId }) => ({ treatmentId: treatment.id, staffId }));
    const [first] = wanted;
    if (!first || adding) return { ...chosen, slots: undefined, asked: undefined };
    const isVisit = wanted.length > 1;
    const day = { date: url.searchParams.get('date'), from: url.searchParams.get('from') };
    const slots = isVisit
      ? await visitSlotChoice(api, clinic, { steps: wanted, ...day })
      : await slotChoice(api, clinic, { ...first, ...day });
    const minutes = steps.reduce((sum, { treatment }) => sum + treatment.durationMin, 0);
    const asked = askedTime(slots, clinic, url, minutes);
    if (!asked || asked.isOffered) return { ...chosen, slots, asked };
    const { startAt } = asked;
    const { why, ...found } = isVisit
      ? await whyNotVisit(api, { steps: wanted, startAt })
      : await whyNot(api, { ...first, startAt });
    const isOver = url.searchParams.has('over') && why.length > 0 && canBeTaken(why, wanted);
    return { ...chosen, slots, asked: { ...asked, ...found }, why, isOver };
  } catch (error) {
    refuse(event, error);
  }
};

const Who = z.union([z.literal('any'), StaffId]);
const Steps = z.array(z.strictObject({ treatmentId: TreatmentId, staffId: Who })).min(1);

export const actions: Actions = {
  register: registerAndGoOn,
  restore: restoreAndGoOn,

  book: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const date = needed(LocalDate, form.get('date'));
    const time = needed(ClockTime, form.get('time'));
    const steps = needed(Steps, stepsIn(form));
    const { staffId } = steps[0]!;
    const notes = textOf(form, 'notes');
    const confirmed = form.has('confirmed');
    const reason = textOf(form, 'reason');
    const deposit = textOf(form, 'deposit');
    const method = sane(PaymentMethod, form.get('method')) ?? 'cash';
    const typed = { form: 'book', date, time, staffId, notes, confirmed, reason, deposit, method };
    const { timezone, today, currency } = await api.clinic.current();
    const amount = amountIn(deposit, currency);
    let made: Booking[];
    try {
      // Before the booking is made: afterwards it would be there without the money.
      if (deposit) assertDeposit(amount, await priceOf(api, steps));
      made = await bookAll(api, steps, {
        patientId: needed(PatientId, form.get('patientId')),
        startAt: instantAt(date, time, timezone),
        source: 'online',
        status: confirmed ? 'confirmed' : 'pending',
        ...(notes && { notes }),
        ...(form.has('reason') && { override: { reason } }),
      });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    const here = paths.booking(slug, made[0]!.id);
    const back = wayBack(made, here, deposit !== '');
    if (deposit) {
      try {
        await payInOrder(api, made, { method, amount });
      } catch {
        setFlash(event, m.book_deposit_failed(), back);
        redirect(303, here);
      }
    }
    setFlash(event, await doneText(api, made, { timezone, today }), back);
    if (form.get('then') === 'message') redirect(303, `${here}#message`);
    redirect(303, paths.today(slug) + (date === today ? '' : `?date=${date}`));
  },
};

/** @throws VALIDATION unless it is some money, and no more than the price */
function assertDeposit(amount: number, price: number) {
  if (amount >= 1 && amount <= price) return;
  const message = 'A deposit is more than nothing and no more than the price.';
  throw new CirceError('VALIDATION', message, { issues: [{ path: 'amount', message }] });
}
