/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import type { Client } from '@paper-circe/api/client';
import type { BoardBooking } from '@paper-circe/api/shared';
import { formatTime, localDay } from '#lib/format.ts';
import { inVisits } from '#lib/in-visit.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import { Screen, type Change, type Page, type Read } from '#lib/screen.svelte.ts';
import { entryOf, latest, overlaps, stepsOf, timeOf, type Entry, type Span } from './grid.ts';

/** What the page has read of some days. */
export interface Days extends Read<Entry> {
  /** What is on the screen: what changes elsewhere is none of its news. */
  readonly shown: Span;
  readonly staffName: (id: string) => string;
}

/** Where a booking is put: with whom, and from when until when. */
export interface Target {
  readonly staffId: Entry['staffId'];
  readonly startAt: Date;
  readonly endAt: Date;
}

/** What of a booking is held: all of it to move it, or its end to make it longer or shorter. */
export type Part = 'whole' | 'end';

/** A booking, what of it is put elsewhere, where, and over a rule for what reason. */
export interface Put {
  readonly entry: Entry;
  readonly part: Part;
  readonly target: Target;
  readonly reason?: string;
}

/**
 * The bookings on the screen: what the page has read, what was heard since, and what this desk is moving, laid over
 * each other.
 */
export class Agenda extends Screen<Entry> {
  readonly #days: () => Days;
  #moving = $state.raw<ReadonlyMap<string, Target>>(new Map());

  readonly entries: readonly Entry[] = $derived.by(() => {
    const shown = latest(this.#days().items, this.heard);
    return inVisits(shown, this.known).map((entry) => {
      const target = this.#moving.get(entry.id);
      return target ? placed(entry, target, this.zone) : entry;
    });
  });

  /** Of the bookings that are treatments of one visit: which one each is, and of how many. */
  readonly steps = $derived(stepsOf(this.entries));
  /** The visit whose bookings are shown to belong together: that of the one under the hand or the focus. */
  visitId = $state.raw<string>();

  constructor(days: () => Days, page: Page) {
    super(days, page);
    this.#days = days;
  }

  find(id: string | undefined): Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  staffName(id: string): string {
    return this.#days().staffName(id);
  }

  isMoving(id: string): boolean {
    return this.#moving.has(id);
  }

  protected override receive(_client: Client, { collection, booking }: Change): void {
    // Somebody's hours or leave: the rota is read anew.
    if (collection === 'staff' || collection === 'tenants') return void this.page.reload();
    if (!booking) return;
    const entry = entryOf(booking);
    const before = this.find(entry.id);
    if (!this.hear(entry) || this.isMoving(entry.id)) return;
    if (![before ?? entry, entry].some((one) => overlaps(timeOf(one), this.#days().shown))) return;
    this.mark(entry.id);
    this.news = m.news_changed({ name: nameOf(entry) });
  }

  /** Puts a booking elsewhere: shown at once, and back where it was with the reason when it is refused. */
  async put(client: Client, { entry, part, target, reason }: Put): Promise<void> {
    const { id, revision } = entry;
    if (this.isMoving(id)) return;
    const act = part === 'whole' ? m.act_move() : m.act_last();
    this.trying(act, id);
    this.#moving = new Map(this.#moving).set(id, target);
    const { staffId, startAt, endAt } = target;
    const override = reason === undefined ? {} : { override: { reason } };
    try {
      const after =
        part === 'whole'
          ? await client.bookings.reschedule.mutate({ id, staffId, startAt, revision, ...override })
          : await client.bookings.setDuration.mutate({
              id,
              durationMin: (endAt.getTime() - startAt.getTime()) / 60_000,
              revision,
              ...override,
            });
      this.#tell(client, part, after, await this.take(client, [entryOf(after)], entryOf));
    } catch (error) {
      this.refused(error, act, id, nameOf(entry));
    } finally {
      const rest = new Map(this.#moving);
      rest.delete(id);
      this.#moving = rest;
    }
  }

  #tell(client: Client, part: Part, booking: BoardBooking, isAll: boolean): void {
    const { startAt, endAt, localDate, staffId } = booking;
    const name = nameOf(booking);
    const when = formatTime(startAt, this.zone, localDate === this.today ? 'time' : 'day-time');
    const message =
      part === 'whole'
        ? m.calendar_moved({ name, when, staff: this.staffName(staffId) })
        : m.calendar_lasts({ name, time: formatTime(endAt, this.zone) });
    this.tell(entryOf(booking), message, () => this.#undo(client, booking), isAll);
  }

  async #undo(client: Client, booking: BoardBooking): Promise<void> {
    const { id, revision, visitId, lastChange } = booking;
    this.trying(m.undo(), id);
    try {
      const whole = visitId && lastChange?.together ? visitId : undefined;
      const before = whole
        ? await client.bookings.undoVisit.mutate({ visitId: whole, seen: { id, revision } })
        : [await client.bookings.undo.mutate({ id, revision })];
      await this.take(client, before.map(entryOf), entryOf);
      this.tell(entryOf(booking), whole ? m.visit_done_undo() : m.flash_undone());
    } catch (error) {
      this.refused(error, m.undo(), id, nameOf(booking));
    }
  }
}

function placed(entry: Entry, { staffId, startAt, endAt }: Target, zone: string): Entry {
  return {
    ...entry,
    staffId,
    startAt,
    endAt,
    localDate: localDay(startAt, zone),
    localTime: formatTime(startAt, zone),
  };
}
