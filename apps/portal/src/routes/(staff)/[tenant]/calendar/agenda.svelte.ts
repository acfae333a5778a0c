/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { LiveMessage } from '@paper-circe/api/shared';
import { failureText } from '#lib/failure.ts';
import { formatTime, localDay } from '#lib/format.ts';
import { Live } from '#lib/live.svelte.ts';
import { m } from '#lib/paraglide/messages.js';
import { toasts } from '#lib/toasts.svelte.ts';
import { nameOf } from '#lib/patient-name.ts';
import { entryOf, latest, overlaps, timeOf, type Entry, type Span } from './grid.ts';

/** What the page has read. */
export interface Read {
  readonly zone: string;
  readonly today: string;
  /** The server's clock when it was read. */
  readonly now: Date;
  /** The number of the newest event before it was read. */
  readonly seq: number;
  readonly entries: readonly Entry[];
  /** What is on the screen: what changes elsewhere is none of its news. */
  readonly shown: Span;
  readonly staffName: (id: string) => string;
}

interface Page {
  readonly reload: () => Promise<void>;
  readonly signIn: () => void;
}

/** Where a booking is moved to. */
export interface Target {
  readonly staffId: Entry['staffId'];
  readonly startAt: Date;
}

/** How long a change from elsewhere stays marked. */
const freshMs = 3_000;

/**
 * The bookings on the screen: what the page has read, what was heard since, and what this desk is moving, laid over
 * each other.
 */
export class Agenda {
  readonly #read: () => Read;
  readonly #page: Page;
  readonly #live = new Live();
  #heard = $state.raw<ReadonlyMap<string, Entry>>(new Map());
  #moving = $state.raw<ReadonlyMap<string, Target>>(new Map());
  #fresh = $state.raw<ReadonlySet<string>>(new Set());
  #offsetMs = 0;
  #toast = 0;

  /** The server's time, as far as this machine can tell. */
  now: Date = $state.raw(new Date(0));
  /** What happened elsewhere, for who does not see the screen. */
  news = $state('');

  readonly entries: readonly Entry[] = $derived.by(() =>
    latest(this.#read().entries, this.#heard.values()).map((entry) => {
      const target = this.#moving.get(entry.id);
      return target ? moved(entry, target, this.zone) : entry;
    }),
  );

  constructor(read: () => Read, page: Page) {
    this.#read = read;
    this.#page = page;
    this.now = read().now;
  }

  get connection() {
    return this.#live.connection;
  }

  get zone(): string {
    return this.#read().zone;
  }

  get today(): string {
    return this.#read().today;
  }

  find(id: string | undefined): Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  staffName(id: string): string {
    return this.#read().staffName(id);
  }

  isFresh(id: string): boolean {
    return this.#fresh.has(id);
  }

  isMoving(id: string): boolean {
    return this.#moving.has(id);
  }

  /** Lets the time pass, and the day too. @returns how to stop it */
  run(): () => void {
    this.#offsetMs = this.#read().now.getTime() - Date.now();
    const tick = () => {
      this.now = new Date(Date.now() + this.#offsetMs);
      if (localDay(this.now, this.zone) !== this.today) void this.#page.reload();
    };
    const timer = setInterval(tick, 15_000);
    return () => clearInterval(timer);
  }

  /** Hears what happens at the clinic from where the page's data ends. @returns how to stop it */
  listen(client: Client): () => void {
    return this.#live.listen(client, this.#read().seq, {
      receive: (message) => this.#receive(message),
      signIn: () => this.#page.signIn(),
    });
  }

  #receive(message: LiveMessage): void {
    // The numbering has begun anew, or we were away for too long: read instead of guessing.
    if (message.kind === 'position') return void this.#page.reload();
    // Somebody's hours or leave: the rota is read anew.
    if (message.collection === 'staff' || message.collection === 'tenants') return void this.#page.reload();
    if (!message.booking) return;
    const entry = entryOf(message.booking);
    const before = this.find(entry.id);
    if (!this.#hear(entry) || this.isMoving(entry.id)) return;
    if (![before ?? entry, entry].some((one) => overlaps(timeOf(one), this.#read().shown))) return;
    this.#mark(entry.id);
    this.news = m.news_changed({ name: nameOf(entry) });
  }

  /** Takes a booking in unless it is known as new or newer. */
  #hear(entry: Entry): boolean {
    const known = this.#heard.get(entry.id) ?? this.#read().entries.find(({ id }) => id === entry.id);
    if (known && known.revision >= entry.revision) return false;
    this.#heard = new Map(this.#heard).set(entry.id, entry);
    return true;
  }

  #mark(id: string): void {
    this.#fresh = new Set(this.#fresh).add(id);
    setTimeout(() => {
      const rest = new Set(this.#fresh);
      rest.delete(id);
      this.#fresh = rest;
    }, freshMs);
  }

  /** Moves a booking: shown at once, and back where it was with the reason when it is refused. */
  async move(client: Client, entry: Entry, { staffId, startAt }: Target): Promise<void> {
    const { id } = entry;
    if (this.isMoving(id)) return;
    this.#moving = new Map(this.#moving).set(id, { staffId, startAt });
    try {
      const after = entryOf(await client.bookings.reschedule.mutate({ id, staffId, startAt }));
      this.#hear(after);
      this.#tell(client, after);
    } catch (error) {
      this.#refused(error, entry, m.act_move());
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
      this.#hear(entryOf(await client.bookings.undo.mutate({ id: entry.id, revision })));
      toasts.show(m.flash_undone());
    } catch (error) {
      this.#refused(error, entry, m.act_undo());
    }
  }

  #refused(error: unknown, entry: Entry, act: string): void {
    const failure = failureOf(error);
    if (failure?.code === 'UNAUTHENTICATED') return this.#page.signIn();
    const reason = failureText(failure, this.zone);
    toasts.show(m.act_refused({ act, name: nameOf(entry), reason }), { tone: 'problem' });
    // A refusal is often news from another desk.
    if (failure) void this.#page.reload();
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
