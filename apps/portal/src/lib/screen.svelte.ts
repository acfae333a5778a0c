/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { BoardBooking, LiveMessage, VisitId } from '@paper-circe/api/shared';
import { failureText, isNews } from './failure.ts';
import { localDay } from './format.ts';
import { Live } from './live.svelte.ts';
import { isPassed, canUndo } from './undoable.ts';
import { newest, type Known } from './newest.ts';
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
  /** What belongs to the same visits as some of these and is not shown. */
  readonly elsewhere?: readonly Item[];
}

/** What an act came back with, as what can be taken back is told of. */
type Acted = Pick<Known, 'id' | 'revision' | 'visitId' | 'last'>;

/** A toast about an act, and what it can take back. */
interface Told {
  readonly id: number;
  readonly about: string;
  readonly undoes: Acted | undefined;
  /** Whether all is known that the act has changed. */
  readonly isAll: boolean;
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

/** How many toasts of acts are kept. */
const keptToasts = 2;
/** How long a change from elsewhere stays marked. */
const freshMs = 3_000;

/** Bookings on one screen that keep up with the clock and with what happens elsewhere. */
export abstract class Screen<Item extends Known> {
  readonly #read: () => Read<Item>;
  readonly #live = new Live();
  #heard = $state.raw<ReadonlyMap<string, Item>>(new Map());
  #fresh = $state.raw<ReadonlySet<string>>(new Set());
  #offsetMs = 0;
  #told: readonly Told[] = [];
  /** All that is known, whether it is shown or not. */
  protected readonly known: readonly Item[] = $derived.by(() => {
    const { items, elsewhere = [] } = this.#read();
    return newest([...items, ...elsewhere], this.heard);
  });
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
    const { items, elsewhere = [] } = this.#read();
    const known = this.#heard.get(item.id) ?? [...items, ...elsewhere].find(({ id }) => id === item.id);
    if (known && known.revision >= item.revision) return false;
    const notes = item.notes ?? known?.notes;
    this.#heard = new Map(this.#heard).set(item.id, notes ? { ...item, notes } : item);
    this.#closePassed();
    return true;
  }

  /**
   * Takes in what an act came back with, and what the same act has changed of the visit.
   * @returns whether all of that is known now; without an answer the rest is heard of later
   */
  protected async take(
    client: Client,
    items: readonly Item[],
    as: (booking: BoardBooking) => Item,
  ): Promise<boolean> {
    const [first] = items;
    const { visitId, last } = first ?? {};
    const all =
      visitId && last?.together && last.together > items.length
        ? await client.bookings.findByVisit.query({ visitId: visitId as VisitId }).catch(() => undefined)
        : [];
    for (const item of [...items, ...(all ?? []).map(as)]) this.hear(item);
    return all !== undefined;
  }

  /**
   * Says what was done to a booking, with the way back as long as there is one.
   * @param booking as the act answered it
   * @param isAll whether all is known that the act has changed
   */
  protected tell(
    { id, revision, visitId, last }: Acted,
    done: string,
    undo?: () => Promise<void>,
    isAll = true,
  ): void {
    const acted = { id, revision, visitId, ...(last && { last }) };
    const open = undo && this.#canStillUndo(acted, isAll) ? undo : undefined;
    const others = this.#told.filter(({ about }) => about !== id);
    const kept = others.slice(Math.max(0, others.length + 1 - keptToasts));
    for (const one of this.#told) if (!kept.includes(one)) toasts.close(one.id);
    this.#told = [
      ...kept,
      { id: toasts.show(done, { undo: open }), about: id, undoes: open && acted, isAll },
    ];
  }

  /** An undo that would be refused by now is offered no longer, whoever has gone on. */
  #closePassed(): void {
    const passed = this.#told.filter(({ undoes, isAll }) => undoes && !this.#canStillUndo(undoes, isAll));
    for (const { id } of passed) toasts.close(id);
    this.#told = this.#told.filter((one) => !passed.includes(one));
  }

  #canStillUndo({ id, revision, visitId, last }: Acted, isAll: boolean): boolean {
    const { known } = this;
    const others = known.filter((one) => visitId && one.visitId === visitId && one.id !== id);
    const now = known.find((one) => one.id === id);
    const passed = (now && now.revision > revision) || isPassed(last, others.map((one) => one.last), isAll); // prettier-ignore
    return canUndo({ ...(last && { last }), passed }, this.now);
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

  /** Takes away why an act was refused that is tried again. */
  protected trying(act: string, id: string): void {
    toasts.forget(`${act} ${id}`);
  }

  /** Says why an act was refused. */
  protected refused(error: unknown, act: string, id: string, name: string): void {
    const failure = failureOf(error);
    if (failure?.code === 'UNAUTHENTICATED') return this.page.signIn();
    const reason = failureText(failure, this.zone);
    toasts.show(m.act_refused({ act, name, reason }), { tone: 'problem', about: `${act} ${id}` });
    if (isNews(failure)) void this.page.reload();
  }
}
