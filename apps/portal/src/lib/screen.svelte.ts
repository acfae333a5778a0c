/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { LiveMessage } from '@paper-circe/api/shared';
import { failureText } from './failure.ts';
import { localDay } from './format.ts';
import { Live } from './live.svelte.ts';
import type { Known } from './newest.ts';
import { m } from './paraglide/messages.js';
import { toasts } from './toasts.svelte.ts';

/** What a page has read. */
export interface Read<Item extends Known> {
  readonly today: string;
  readonly zone: string;
  /** The server's clock when it was read. */
  readonly now: Date;
  /** The number of the newest event before it was read. */
  readonly seq: number;
  readonly items: readonly Item[];
}

/** Something that happened. */
export type Change = Extract<LiveMessage, { kind: 'change' }>;

/** What a page does for its screen. */
export interface Page {
  /** Reads everything anew. */
  readonly reload: () => Promise<void>;
  /** To the login and back. */
  readonly signIn: () => void;
}

/** How long a change from elsewhere stays marked. */
const freshMs = 3_000;

/** Bookings on one screen that keep up with the clock and with what happens elsewhere. */
export abstract class Screen<Item extends Known> {
  readonly #read: () => Read<Item>;
  readonly #live = new Live();
  #heard = $state.raw<ReadonlyMap<string, Item>>(new Map());
  #fresh = $state.raw<ReadonlySet<string>>(new Set());
  #offsetMs = 0;
  protected readonly page: Page;

  /** The server's time, as far as this machine can tell. */
  now: Date = $state.raw(new Date(0));
  /** What happened elsewhere, for who does not see the screen. */
  news = $state('');

  constructor(read: () => Read<Item>, page: Page) {
    this.#read = read;
    this.page = page;
    this.now = read().now;
  }

  /** Takes in what has happened at the clinic. */
  protected abstract receive(client: Client, change: Change): void;

  get connection() {
    return this.#live.connection;
  }

  get today(): string {
    return this.#read().today;
  }

  get zone(): string {
    return this.#read().zone;
  }

  /** Whether another desk has just changed it. */
  isFresh(id: string): boolean {
    return this.#fresh.has(id);
  }

  /** What was heard since the page was read. */
  protected get heard(): Iterable<Item> {
    return this.#heard.values();
  }

  /** Lets the time pass, and the day too. @returns how to stop it */
  run(): () => void {
    this.#offsetMs = this.#read().now.getTime() - Date.now();
    const tick = () => {
      this.now = new Date(Date.now() + this.#offsetMs);
      if (localDay(this.now, this.zone) !== this.today) void this.page.reload();
    };
    const timer = setInterval(tick, 15_000);
    return () => clearInterval(timer);
  }

  /** Hears what happens at the clinic from where the page's data ends. @returns how to stop it */
  listen(client: Client): () => void {
    return this.#live.listen(client, this.#read().seq, {
      receive: (message) => {
        // The numbering has begun anew, or we were away for too long: read instead of guessing.
        if (message.kind === 'position') void this.page.reload();
        else this.receive(client, message);
      },
      signIn: () => this.page.signIn(),
    });
  }

  /** Takes a booking in unless it is known as new or newer. */
  protected hear(item: Item): boolean {
    const known = this.#heard.get(item.id) ?? this.#read().items.find(({ id }) => id === item.id);
    if (known && known.revision >= item.revision) return false;
    const notes = item.notes ?? known?.notes;
    this.#heard = new Map(this.#heard).set(item.id, notes ? { ...item, notes } : item);
    return true;
  }

  /** Adds the notes of a booking that was heard: an event carries none. */
  protected noted(id: string, notes: string): void {
    const known = this.#heard.get(id);
    if (known) this.#heard = new Map(this.#heard).set(id, { ...known, notes });
  }

  /** Marks for a moment what another desk has changed. */
  protected mark(id: string): void {
    this.#fresh = new Set(this.#fresh).add(id);
    setTimeout(() => {
      const rest = new Set(this.#fresh);
      rest.delete(id);
      this.#fresh = rest;
    }, freshMs);
  }

  /** Says why an act was refused. */
  protected refused(error: unknown, act: string, name: string): void {
    const failure = failureOf(error);
    if (failure?.code === 'UNAUTHENTICATED') return this.page.signIn();
    const reason = failureText(failure, this.zone);
    toasts.show(m.act_refused({ act, name, reason }), { tone: 'problem' });
    // A refusal is often news from another desk.
    if (failure) void this.page.reload();
  }
}
