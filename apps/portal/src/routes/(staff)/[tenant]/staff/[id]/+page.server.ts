import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
  BookingId,
  every,
  failureOf,
  LocalDate,
  StaffId,
  TreatmentId,
  type Booking,
  type Treatment,
} from '@paper-circe/api';
import { everyDay, hoursOf, problemsOf, weekIn, weekOf, type HoursProblems, type Week } from '#lib/hours.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import type { Theirs } from '#lib/rebase.ts';
import { clinicApi, everybodyAt, refuse, refused, type ClinicApi } from '#lib/server/api.ts';
import { setFlash, type Flash } from '#lib/server/flash.ts';
import { inPath, needed, revisionOf, textOf } from '#lib/server/form.ts';
import { pictureForm, pictureIn } from '#lib/server/picture.ts';
import { saved } from '#lib/server/saved.ts';
import {
  filledWith,
  performedText,
  staffIn,
  typedStaff,
  weekOfText,
  weekText,
  type TypedStaff,
} from '../form.ts';
import type { Actions, PageServerLoad } from './$types';

/** One staff member: hours, days away, what he performs, and the bookings to come that his hours do not cover. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(StaffId, event.params.id);
  try {
    const [{ today }, member, everybody, treatments, uncovered] = await Promise.all([
      api.clinic.current(),
      api.staff.get({ id }),
      everybodyAt(api),
      treatmentsAt(api),
      api.staff.findUncovered({ id }),
    ]);
    const week = weekOf(member.workingHours);
    return {
      today,
      member,
      filled: filledWith(member),
      week,
      weekText: weekText(week),
      timeOff: member.timeOff.filter(({ to }) => to >= today),
      exceptions: member.exceptions.filter(({ date }) => date >= today),
      roles: [...new Set(everybody.map(({ role }) => role))].sort(),
      performed: performedText(performedBy(id, treatments), treatments),
      treatments: treatments.map(({ id: treatmentId, name, category, assignedStaff }) => {
        return { id: treatmentId, name, category, performs: assignedStaff.includes(id) };
      }),
      uncovered: uncovered.map(line),
      uncoveredDays: [...new Set(uncovered.map(({ localDate }) => localDate))].slice(0, mostDays),
    };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

/** To so many days of bookings that no hours cover there is a way to move them at once. */
const mostDays = 7;

const line = ({ id, patientName, treatmentName, startAt }: Booking) => {
  return { id, patientName, treatmentName, startAt };
};

/** What of a refused form is shown again, and what else is known of the refusal. */
interface Typed extends Record<string, unknown> {
  form: 'save' | 'hours' | 'dates' | 'treatments' | 'avatar' | 'state';
  staff?: TypedStaff;
  week?: Week;
  problems?: HoursProblems;
  theirs?: readonly Theirs[];
  /** The treatments that are ticked. */
  performs?: readonly string[];
  /** Dates and hours as they were typed. */
  dates?: Readonly<Record<string, string>>;
  /** The bookings that speak against it. */
  ahead?: readonly ReturnType<typeof line>[];
}

type Event = RequestEvent<{ tenant: string; id: string }>;
interface Asked {
  readonly api: ClinicApi;
  readonly id: StaffId;
  readonly form: FormData;
  /** Where this page's actions are, for the way back. */
  readonly here: string;
}
interface Done {
  readonly message: string;
  readonly undo?: Flash['undo'];
}

/** Does one act and says so with the way back, or answers as the form gets it back. */
function act(form: Typed['form'], perform: (asked: Asked) => Promise<Done>) {
  return async (event: Event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(StaffId, event.params.id);
    const sent = await pictureForm(event.request);
    const here = paths.staffMember(slug, id);
    try {
      const { message, undo } = await perform({ api, id, form: sent, here });
      setFlash(event, message, undo);
    } catch (thrown) {
      const dates = Object.fromEntries(
        ['from', 'to', 'reason', 'date'].map((name) => [name, textOf(sent, name)]),
      );
      for (const name of ['since', 'until'])
        for (const [at, time] of sent.getAll(name).entries()) dates[`${name}${at + 1}`] = String(time);
      const typed: Typed = { form, dates, ahead: await aheadOf(api, thrown) };
      return refused(event, thrown, typed);
    }
    redirect(303, here);
  };
}

/** The bookings, the next ones first, that a refusal names. */
async function aheadOf(api: ClinicApi, thrown: unknown) {
  const failure = failureOf(thrown);
  if (failure?.code !== 'ILLEGAL_TRANSITION') return [];
  const ids = (failure.details.bookingIds ?? []).slice(0, 20).map((id) => needed(BookingId, id));
  return (await Promise.all(ids.map((id) => api.bookings.get({ id })))).map(line);
}

/** The hours of one date as they were typed, with what is wrong with them. */
function hoursIn(form: FormData) {
  const given = textOf(form, 'hours');
  if (given) return { hours: given.split(','), wrong: false };
  const to = form.getAll('until');
  const spans = form
    .getAll('since')
    .map((from, at) => ({ from: String(from).trim(), to: String(to[at] ?? '').trim() }))
    .filter((span) => span.from || span.to);
  const week = everyDay((day) => (day === 'mon' ? spans : []));
  return { hours: hoursOf(week).map((entry) => entry.slice(4)), wrong: problemsOf(week).mon !== undefined };
}

const treatmentsAt = (api: ClinicApi) => Array.fromAsync(every((page) => api.treatments.findByTenant(page)));

const performedBy = (id: StaffId, treatments: readonly Treatment[]) =>
  treatments.filter(({ assignedStaff }) => assignedStaff.includes(id)).map((one) => one.id);

const idsOf = (values: readonly unknown[]) => values.map((one) => needed(TreatmentId, one));

/** Treatments that a hidden field names. */
const listed = (form: FormData, name: string) => idsOf(textOf(form, name).split(',').filter(Boolean));

/** The way back from another picture, as long as nobody has changed the record since. */
const pictureBefore = (here: string, avatar = '', revision: number) => {
  return { action: `${here}?/avatar`, fields: { avatar, revision: String(revision) } };
};

/** The way back from what `update` saved. */
const undoOf = (here: string, { revision }: { readonly revision: number }) => {
  return { action: `${here}?/undo`, fields: { revision: String(revision) } };
};

export const actions: Actions = {
  save: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(StaffId, event.params.id);
    const form = await event.request.formData();
    const staff = typedStaff(form);
    const { refusal, after } = await saved(
      form,
      staff,
      (revision) => api.staff.update({ id, ...staffIn(staff), revision }),
      async () => {
        const now = await api.staff.get({ id });
        return { revision: now.revision, filled: filledWith(now) };
      },
    );
    if (refusal) {
      const typed: Typed = { form: 'save', staff: refusal.filled, theirs: refusal.theirs };
      return refused(event, refusal.thrown, typed);
    }
    const here = paths.staffMember(slug, id);
    setFlash(event, m.treatment_saved({ name: after.name }), undoOf(here, after));
    redirect(303, here);
  },

  hours: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(StaffId, event.params.id);
    const form = await event.request.formData();
    const week = weekIn(form, 'hours');
    const problems = problemsOf(week);
    if (Object.keys(problems).length > 0) {
      const typed: Typed = { form: 'hours', week, problems };
      return { failure: undefined, typed };
    }
    const { refusal, after } = await saved(
      form,
      weekText(week),
      (revision) => api.staff.update({ id, workingHours: hoursOf(week), revision }),
      async () => {
        const now = await api.staff.get({ id });
        return { revision: now.revision, filled: weekText(weekOf(now.workingHours)) };
      },
    );
    if (refusal) {
      const typed: Typed = { form: 'hours', week: weekOfText(refusal.filled), theirs: refusal.theirs };
      return refused(event, refusal.thrown, typed);
    }
    const here = paths.staffMember(slug, id);
    setFlash(event, m.staff_hours_saved(), undoOf(here, after));
    redirect(303, here);
  },

  treatments: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(StaffId, event.params.id);
    const form = await event.request.formData();
    const treatmentIds = idsOf(form.getAll('treatments'));
    let seen = listed(form, 'seen');
    const { refusal } = await saved(
      form,
      performedText(treatmentIds),
      () => api.staff.setTreatments({ id, treatmentIds, seen }),
      async () => {
        const all = await treatmentsAt(api);
        seen = performedBy(id, all);
        return { revision: 1, filled: performedText(seen, all) };
      },
    );
    if (refusal) {
      const performs = Object.entries(refusal.filled).flatMap(([one, yes]) => (yes ? one : []));
      const typed: Typed = { form: 'treatments', performs, theirs: refusal.theirs };
      return refused(event, refusal.thrown, typed);
    }
    const here = paths.staffMember(slug, id);
    const [before, now] = [new Set(seen), new Set(treatmentIds)];
    const fields = {
      added: [...now.difference(before)].join(','),
      removed: [...before.difference(now)].join(','),
    };
    setFlash(event, m.staff_treatments_saved(), { action: `${here}?/performedBefore`, fields });
    redirect(303, here);
  },

  performedBefore: act('treatments', async ({ api, id, form }) => {
    const seen = performedBy(id, await treatmentsAt(api));
    const before = new Set(seen).difference(new Set(listed(form, 'added')));
    const treatmentIds = [...before.union(new Set(listed(form, 'removed')))];
    await api.staff.setTreatments({ id, treatmentIds, seen });
    return { message: m.flash_undone() };
  }),

  upload: act('avatar', async ({ api, id, form, here }) => {
    const { avatar } = await api.staff.get({ id });
    const image = await pictureIn(form);
    const { revision } = await api.staff.uploadAvatar({ id, image, ...revisionOf(form) });
    return { message: m.staff_picture_saved(), undo: pictureBefore(here, avatar, revision) };
  }),

  /** An uploaded picture that is shown again, or nothing: then there is none. */
  avatar: act('avatar', async ({ api, id, form, here }) => {
    const before = (await api.staff.get({ id })).avatar;
    const avatar = textOf(form, 'avatar');
    const { revision } = await api.staff.update({ id, avatar, ...revisionOf(form) });
    const message = avatar === '' ? m.staff_picture_removed() : m.staff_picture_saved();
    return { message, undo: pictureBefore(here, before, revision) };
  }),

  undo: act('save', async ({ api, id, form }) => {
    await api.staff.undo({ id, ...revisionOf(form) });
    return { message: m.flash_undone() };
  }),

  addLeave: act('dates', async ({ api, id, form, here }) => {
    const [from, reason] = [textOf(form, 'from'), textOf(form, 'reason')];
    const to = textOf(form, 'to') || from;
    const timeOff = { from, to, ...(reason && { reason }) };
    const { revision } = await api.staff.addTimeOff({ id, timeOff, ...revisionOf(form) });
    const undo = { action: `${here}?/removeLeave`, fields: { from, to, revision: `${revision}` } };
    return { message: m.staff_leave_added(), undo };
  }),

  removeLeave: act('dates', async ({ api, id, form, here }) => {
    const [from, to] = [needed(LocalDate, form.get('from')), needed(LocalDate, form.get('to'))];
    const { timeOff } = await api.staff.get({ id });
    const { revision } = await api.staff.removeTimeOff({ id, from, to, ...revisionOf(form) });
    const { reason = '' } = timeOff.find((one) => one.from === from && one.to === to) ?? {};
    const undo = { action: `${here}?/addLeave`, fields: { from, to, reason, revision: `${revision}` } };
    return { message: m.staff_leave_removed(), undo };
  }),

  setException: act('dates', async ({ api, id, form, here }) => {
    const date = textOf(form, 'date');
    const { hours, wrong } = hoursIn(form);
    const { exceptions } = await api.staff.get({ id });
    const before = exceptions.find((one) => one.date === date);
    const { revision } = await api.staff.setException({
      ...{ id, date, hours: wrong ? ['?'] : hours },
      ...revisionOf(form),
    });
    const undo = before
      ? {
          action: `${here}?/setException`,
          fields: { date, hours: before.hours.join(','), revision: `${revision}` },
        }
      : { action: `${here}?/removeException`, fields: { date, revision: `${revision}` } };
    return { message: m.staff_date_saved(), undo };
  }),

  removeException: act('dates', async ({ api, id, form, here }) => {
    const date = needed(LocalDate, form.get('date'));
    const { exceptions } = await api.staff.get({ id });
    const { revision } = await api.staff.removeException({ id, date, ...revisionOf(form) });
    const hours = exceptions.find((one) => one.date === date)?.hours.join(',') ?? '';
    const undo = { action: `${here}?/setException`, fields: { date, hours, revision: `${revision}` } };
    return { message: m.staff_date_removed(), undo };
  }),

  deactivate: act('state', async ({ api, id, form, here }) => {
    const { name, revision } = await api.staff.deactivate({ id, ...revisionOf(form) });
    const undo = { action: `${here}?/restore`, fields: { revision: `${revision}` } };
    return { message: m.treatment_deactivated({ name }), undo };
  }),

  restore: act('state', async ({ api, id, form, here }) => {
    const { name, revision } = await api.staff.restore({ id, ...revisionOf(form) });
    const undo = { action: `${here}?/deactivate`, fields: { revision: `${revision}` } };
    return { message: m.treatment_restored({ name }), undo };
  }),
};
