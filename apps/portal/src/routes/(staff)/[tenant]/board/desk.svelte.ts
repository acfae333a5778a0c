/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { LiveMessage } from '@paper-circe/api/shared';
import { failureText } from '#lib/failure.ts';
import { localDay } from '#lib/format.ts';
import { Live } from '#lib/live.svelte.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import { toasts } from '#lib/toasts.svelte.ts';
import {
  canUndo,
  merged,
  outlookOf,
  predicted,
  queueOf,
  totalsOf,
  type Act,
  type Outlook,
  type Payment,
} from './board.ts';
import { rowOf, stageOf, type Row } from './row.ts';
import { actLabels, doneTexts } from './words.ts';

/** What a page has read. */
export interface Day {
  readonly date: string;
  readonly today: string;
  readonly zone: string;
  /** The server's clock when it was read. */
  readonly now: Date;
  /** The number of the newest event before it was read. */
  readonly seq: number;
  readonly rows: readonly Row[];
  /** What was expected then, of today. */
  readonly outlook: Outlook | undefined;
}

/** What a page does for the desk. */
interface Page {
  /** Reads the day anew. */
  readonly reload: () => Promise<void>;
  /** To the login and back. */
  readonly signIn: () => void;
}

/** How long a change from elsewhere stays marked, and how many toasts of acts are kept. */
const freshMs = 3_000;
const keptToasts = 2;
/** How soon after a change, and how often without one, it is asked what to expect. */
const lookMs = 400;
const lookAgainMs = 60_000;

/**
 * The day on one screen: what the page has read, what was heard since, and what this desk is doing right now, laid
 * over each other. Nothing is copied: a page that reads anew, an event and an act each change their own layer.
 */
export class Desk {
  readonly #day: () => Day;
  readonly #page: Page;
  #heard = $state.raw<ReadonlyMap<string, Row>>(new Map());
  #guesses = $state.raw<ReadonlyMap<string, Partial<Row>>>(new Map());
  #fresh = $state.raw<ReadonlySet<string>>(new Set());
  /** What is under way for a booking: fails once an act has been refused. */
  readonly #underWay = new Map<string, Promise<void>>();
  #toasts: number[] = [];
  #offsetMs = 0;
  readonly #live = new Live();
  #looked = $state.raw<Outlook>();
  #looking: ReturnType<typeof setTimeout> | undefined;

  /** The server's time, as far as this machine can tell. */
  now: Date = $state.raw(new Date(0));
  /** What happened elsewhere, for who does not see the screen. */
  news = $state('');

  readonly rows: readonly Row[] = $derived.by(() =>
    merged(this.#day().rows, this.#heard.values(), this.#day().date).map((row) => {
      const guess = this.#guesses.get(row.id);
      return guess ? { ...row, ...guess } : row;
    }),
  );
  readonly totals = $derived.by(() => {
    const { zone, date } = this.#day();
    return totalsOf(this.rows, (at) => localDay(at, zone) === date);
  });
  readonly isToday = $derived.by(() => this.#day().date === this.#day().today);
  readonly #outlook = $derived.by(() => {
    const { outlook } = this.#day();
    return outlook && this.#looked && this.#looked.at > outlook.at ? this.#looked : outlook;
  });
  readonly queue = $derived.by(() =>
    this.isToday ? queueOf(this.rows, this.now, this.#outlook?.expected) : [],
  );
  /** When each staff member is next free; nothing on another day than today. */
  readonly free = $derived.by(() => this.#outlook?.free ?? []);

  constructor(day: () => Day, page: Page) {
    this.#day = day;
    this.#page = page;
    this.now = day().now;
  }

  get connection() {
    return this.#live.connection;
  }

  get today(): string {
    return this.#day().today;
  }

  get zone(): string {
    return this.#day().zone;
  }

  find(id: string | undefined): Row | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** What is done, with its place among the treatments of the same visit. */
  treatmentOf({ id, visitId, treatmentName }: Row): string {
    const visit = visitId ? this.rows.filter((row) => row.visitId === visitId) : [];
    const place = `${visit.findIndex((row) => row.id === id) + 1}/${visit.length}`;
    return visit[1] ? `${treatmentName} (${place})` : treatmentName;
  }

  isBusy(id: string): boolean {
    return this.#guesses.has(id);
  }

  /** Whether another desk has just changed it. */
  isFresh(id: string): boolean {
    return this.#fresh.has(id);
  }

  /** Lets the time pass, and the day too. @returns how to stop it */
  run(): () => void {
    this.#offsetMs = this.#day().now.getTime() - Date.now();
    const tick = () => {
      this.now = new Date(Date.now() + this.#offsetMs);
      if (localDay(this.now, this.zone) !== this.today) void this.#page.reload();
    };
    const timer = setInterval(tick, 15_000);
    return () => clearInterval(timer);
  }

  /** Hears what happens at the clinic from where the page's data ends. @returns how to stop it */
  listen(client: Client): () => void {
    const stop = this.#live.listen(client, this.#day().seq, {
      receive: (message) => this.#receive(client, message),
      signIn: () => this.#page.signIn(),
    });
    // What is expected changes with the time alone.
    const timer = setInterval(() => void this.#look(client), lookAgainMs);
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(this.#looking);
    };
  }

  /** Asks what to expect once a flurry of changes is over. */
  #lookSoon(client: Client): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => void this.#look(client), lookMs);
  }

  async #look(client: Client): Promise<void> {
    if (!this.isToday) return;
    const at = this.now;
    // Without an answer the last one stands; that the connection is lost is said elsewhere.
    const answers = await Promise.all([
      client.queue.findToday.query(),
      client.availability.nextFree.query(),
    ]).catch(() => undefined);
    if (answers) this.#looked = outlookOf(at, ...answers);
  }

  #receive(client: Client, message: LiveMessage): void {
    // The numbering has begun anew, or we were away for too long: read instead of guessing.
    if (message.kind === 'position') return void this.#page.reload();
    this.#lookSoon(client);
    if (!message.booking) return;
    const { id } = message.booking;
    const before = this.find(id);
    const own = this.isBusy(id);
    if (!this.#hear(rowOf(message.booking)) || own) return;
    const after = this.find(id);
    if (!after) return;
    if (!before) void this.#readNotes(client, id);
    this.#mark(id);
    this.news = newsOf(after);
  }

  /** Takes a booking in unless it is known as new or newer. */
  #hear(row: Row): boolean {
    const known = this.#heard.get(row.id) ?? this.#day().rows.find(({ id }) => id === row.id);
    if (known && known.revision >= row.revision) return false;
    const notes = row.notes ?? known?.notes;
    this.#heard = new Map(this.#heard).set(row.id, notes ? { ...row, notes } : row);
    return true;
  }

  /** An event carries no notes; a booking that is new here may have some. */
  async #readNotes(client: Client, id: Row['id']): Promise<void> {
    const booking = await client.bookings.get.query({ id }).catch(() => undefined);
    const known = this.#heard.get(id);
    if (booking?.notes && known)
      this.#heard = new Map(this.#heard).set(id, { ...known, notes: booking.notes });
  }

  #mark(id: string): void {
    this.#fresh = new Set(this.#fresh).add(id);
    setTimeout(() => {
      const rest = new Set(this.#fresh);
      rest.delete(id);
      this.#fresh = rest;
    }, freshMs);
  }

  /**
   * Does one act on a booking: shown at once, taken back with the reason when it is refused. What is asked for while
   * another act on the same booking is under way is sent after it, and is refused with it.
   */
  async act(client: Client, row: Row, act: Act, payment: Payment = {}): Promise<void> {
    const { id } = row;
    const before = this.find(id) ?? row;
    this.#guess(id, { ...this.#guesses.get(id), ...predicted(before, act, payment, this.now) });
    const done = (this.#underWay.get(id) ?? Promise.resolve()).then(async () => {
      const booking = rowOf(await send(client, id, act, payment, before));
      this.#hear(booking);
      this.#lookSoon(client);
      this.#tell(client, booking, act);
    });
    this.#underWay.set(id, done);
    try {
      await done;
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.code === 'UNAUTHENTICATED') return this.#page.signIn();
      const reason = failureText(failure, this.zone);
      toasts.show(m.act_refused({ act: actLabels[act](), name: nameOf(row), reason }), { tone: 'problem' });
      // A refusal is often news from another desk.
      if (failure) void this.#page.reload();
    } finally {
      if (this.#underWay.get(id) === done) {
        this.#underWay.delete(id);
        const rest = new Map(this.#guesses);
        rest.delete(id);
        this.#guesses = rest;
      }
    }
  }

  #guess(id: string, guess: Partial<Row>): void {
    this.#guesses = new Map(this.#guesses).set(id, guess);
  }

  #tell(client: Client, row: Row, act: Act): void {
    const undo = canUndo(row, this.now) ? () => this.act(client, row, 'undo') : undefined;
    this.#toasts.push(toasts.show(`${nameOf(row)}: ${doneTexts[act]()}`, { undo }));
    while (this.#toasts.length > keptToasts) toasts.close(this.#toasts.shift() ?? 0);
  }
}

function newsOf(row: Row): string {
  const name = nameOf(row);
  const number = row.queueNumber;
  if (number !== undefined && stageOf(row) === 'waiting') {
    return row.calledAt ? m.news_called({ number, name }) : m.news_waiting({ number, name });
  }
  return m.news_changed({ name });
}

type Answer = Awaited<ReturnType<Client['bookings']['confirm']['mutate']>>;

function send(
  client: Client,
  id: Row['id'],
  act: Act,
  { method, amount }: Payment,
  row: Row,
): Promise<Answer> {
  const { bookings, queue } = client;
  switch (act) {
    case 'confirm':
      return bookings.confirm.mutate({ id });
    case 'call':
      return queue.callIn.mutate({ id });
    case 'start':
      return queue.start.mutate({ id });
    case 'complete':
      return bookings.complete.mutate({ id, ...(method && { method }) });
    case 'pay':
      return bookings.pay.mutate({
        id,
        method: method ?? 'cash',
        amount: amount ?? row.price - (row.paymentAmount ?? 0),
      });
    case 'cancel':
      return bookings.cancel.mutate({ id });
    case 'noShow':
      return bookings.noShow.mutate({ id });
    case 'undo':
      return bookings.undo.mutate({ id });
  }
}
