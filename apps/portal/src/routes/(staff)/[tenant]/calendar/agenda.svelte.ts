/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import type { Client } from '@paper-circe/api/client';
import { formatTime, localDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import { Screen, type Change, type Page, type Read } from '#lib/screen.svelte.ts';
import { toasts } from '#lib/toasts.svelte.ts';
import { entryOf, latest, overlaps, timeOf, type Entry, type Span } from './grid.ts';

/** What the page has read of some days. */
export interface Days extends Read<Entry> {
  /** What is on the screen: what changes elsewhere is none of its news. */
  readonly shown: Span;
  readonly staffName: (id: string) => string;
}

/** Where a booking is moved to. */
export interface Target {
  readonly staffId: Entry['staffId'];
  readonly startAt: Date;
}

/**
 * The bookings on the screen: what the page has read, what was heard since, and what this desk is moving, laid over
 * each other.
 */
export class Agenda extends Screen<Entry> {
  readonly #days: () => Days;
  #moving = $state.raw<ReadonlyMap<string, Target>>(new Map());
  #toast = 0;

  readonly entries: readonly Entry[] = $derived.by(() =>
    latest(this.#days().items, this.heard).map((entry) => {
      const target = this.#moving.get(entry.id);
      return target ? moved(entry, target, this.zone) : entry;
    }),
  );

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

  /** Moves a booking: shown at once, and back where it was with the reason when it is refused. */
  async move(client: Client, entry: Entry, { staffId, startAt }: Target): Promise<void> {
    const { id } = entry;
    if (this.isMoving(id)) return;
    this.#moving = new Map(this.#moving).set(id, { staffId, startAt });
    try {
      const after = entryOf(await client.bookings.reschedule.mutate({ id, staffId, startAt }));
      this.hear(after);
      this.#tell(client, after);
    } catch (error) {
      this.refused(error, m.act_move(), nameOf(entry));
    } finally {
      const rest = new Map(this.#moving);
      rest.delete(id);
      this.#moving = rest;
    }
  }

  #tell(client: Client, entry: Entry): void {
    toasts.close(this.#toast);
    const { startAt, localDate, staffId, revision } = entry;
    const when = formatTime(startAt, this.zone, localDate === this.today ? 'time' : 'day-time');
    const message = m.calendar_moved({ name: nameOf(entry), when, staff: this.staffName(staffId) });
    this.#toast = toasts.show(message, { undo: () => this.#undo(client, entry, revision) });
  }

  async #undo(client: Client, entry: Entry, revision: number): Promise<void> {
    try {
      this.hear(entryOf(await client.bookings.undo.mutate({ id: entry.id, revision })));
      toasts.show(m.flash_undone());
    } catch (error) {
      this.refused(error, m.act_undo(), nameOf(entry));
    }
  }
}

function moved(entry: Entry, { staffId, startAt }: Target, zone: string): Entry {
  const endAt = new Date(startAt.getTime() + entry.endAt.getTime() - entry.startAt.getTime());
  return {
    ...entry,
    staffId,
    startAt,
    endAt,
    localDate: localDay(startAt, zone),
    localTime: formatTime(startAt, zone),
  };
}
