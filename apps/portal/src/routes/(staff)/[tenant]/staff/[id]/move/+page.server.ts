import { redirect, type RequestEvent } from '@sveltejs/kit';
import { failureOf, LocalDate, StaffId } from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import {
  clinicApi,
  everybodyAt,
  refuse,
  refused,
  withStaffNames,
  type Clinic,
  type ClinicApi,
} from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, needed, sane } from '#lib/server/form.ts';
import { hoursOn } from '#lib/server/hours-on.ts';
import { SeenText, seenText } from '#lib/server/seen.ts';
import { changesOf, linesIn, optionsOf } from './choices.ts';
import type { Actions, PageServerLoad } from './$types';
import { toldOf } from './told.ts';

/**
 * The open bookings of a staff member's day (`date`, else today), each with where it could go; and after some were moved
 * (`done`) whom to tell.
 */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(StaffId, event.params.id);
  try {
    const [clinic, member, everybody] = await Promise.all([
      api.clinic.current(),
      api.staff.get({ id }),
      everybodyAt(api),
    ]);
    const { today, timezone } = clinic;
    const asked = sane(LocalDate, event.url.searchParams.get('date'));
    const date = asked && asked > today ? asked : today;
    const [moves, done] = await Promise.all([
      api.availability.searchMoves({ staffId: id, date }),
      doneOf(api, clinic, event.url),
    ]);
    const flat = await withStaffNames(
      api,
      everybody,
      moves.flatMap(({ bookings }) => bookings),
    );
    const named = new Map(flat.map((booking) => [booking.id, booking]));
    const names = new Map<string, string>(everybody.map((one) => [one.id, one.name]));
    return {
      date,
      member: { id, name: member.name },
      works: (hoursOn(member, date) ?? []).length > 0,
      lines: moves.map(({ bookings, options }) => ({
        seen: seenText(bookings),
        bookings: bookings.map((one) => ({
          id: one.id,
          startAt: one.startAt,
          endAt: one.endAt,
          patientName: one.patientName,
          treatmentName: one.treatmentName,
          staffName: named.get(one.id)?.staffName ?? '',
          isTheirs: one.staffId === id,
        })),
        options: optionsOf(bookings, options, timezone, (staffId) => names.get(staffId) ?? ''),
      })),
      done,
    };
  } catch (thrown) {
    refuse(event, thrown);
  }
};

/** What was moved and cancelled just now, unless it was taken back. */
async function doneOf(api: ClinicApi, clinic: Clinic, url: URL) {
  const seen = sane(SeenText, url.searchParams.get('done'));
  if (!seen) return undefined;
  const found = await api.bookings.findByIds({ ids: seen.map(({ id }) => id) });
  const moved = found.filter(({ lastChange }) => lastChange?.action === 'bookings.rearrange');
  if (moved.length === 0) return undefined;
  const [named, patients] = await Promise.all([
    everybodyAt(api).then((everybody) => withStaffNames(api, everybody, moved)),
    api.patients.findByIds({ ids: [...new Set(moved.map(({ patientId }) => patientId))] }),
  ]);
  return { seen: seenText(seen), told: toldOf(clinic, named, patients) };
}

type Event = RequestEvent<{ tenant: string; id: string }>;

/** The day that a form is about, and where its page is. */
function pageOf({ params, url }: Event, form: FormData) {
  const here = paths.moveDay(params.tenant, inPath(StaffId, params.id));
  const date = sane(LocalDate, form.get('date') ?? url.searchParams.get('date'));
  return { here, date: date ?? '', day: date ? `${here}?date=${date}` : here };
}

export const actions: Actions = {
  move: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const form = await event.request.formData();
    const { here, date, day } = pageOf(event, form);
    const lines = linesIn(form);
    const asked = changesOf(lines);
    if (asked.length === 0) {
      setFlash(event, m.day_move_all_left());
      redirect(303, day);
    }
    let after;
    try {
      after = await api.bookings.rearrange({ changes: asked.map(({ change }) => change) });
    } catch (thrown) {
      const failure = failureOf(thrown);
      const reasons = failure?.code === 'CONFLICT_SLOT' ? failure.details.reasons : [];
      const refusedLines = reasons.flatMap(({ step }) => lines[asked[step ?? -1]?.line ?? -1] ?? []);
      return refused(event, thrown, {
        chosen: lines.map(({ bookings, value }) => ({ id: bookings[0]!.id, value })),
        refused: refusedLines.map(({ bookings }) => bookings[0]!.id),
      });
    }
    const seen = seenText(after);
    const cancelled = lines.filter(({ to }) => to === 'cancel').length;
    const left = lines.filter(({ to }) => to === 'leave').length;
    // The page that it leads to has the way back, for as long as it is open.
    setFlash(event, m.day_move_done({ moved: lines.length - cancelled - left, cancelled, left }));
    redirect(303, `${here}?${new URLSearchParams({ ...(date && { date }), done: seen })}`);
  },

  undo: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const form = await event.request.formData();
    const { day } = pageOf(event, form);
    try {
      await api.bookings.undoRearrange({ seen: needed(SeenText, form.get('seen')) });
    } catch (thrown) {
      return refused(event, thrown, { chosen: [], refused: [] });
    }
    setFlash(event, m.day_move_undone());
    redirect(303, day);
  },

  leave: async (event) => {
    const api = await clinicApi(event, event.params.tenant);
    const form = await event.request.formData();
    const date = needed(LocalDate, form.get('date'));
    const id = inPath(StaffId, event.params.id);
    try {
      await api.staff.addTimeOff({ id, timeOff: { from: date, to: date } });
    } catch (thrown) {
      return refused(event, thrown, { chosen: [], refused: [] });
    }
    const action = `${paths.staffMember(event.params.tenant, id)}?/removeLeave`;
    setFlash(event, m.staff_leave_added(), { action, fields: { from: date, to: date } });
    redirect(303, pageOf(event, form).day);
  },
};
