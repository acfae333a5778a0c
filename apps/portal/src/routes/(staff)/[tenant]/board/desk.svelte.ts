/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import type { Client } from '@paper-circe/api/client';
import { localDay } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import { Screen, type Change, type Page, type Read } from '#lib/screen.svelte.ts';
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

/** What a page has read of a day. */
export interface Day extends Read<Row> {
  readonly date: string;
  /** What was expected then, of today. */
  readonly outlook: Outlook | undefined;
}

/** How many toasts of acts are kept. */
const keptToasts = 2;
/** How soon after a change, and how often without one, it is asked what to expect. */
const lookMs = 400;
const lookAgainMs = 60_000;

/**
 * The day on one screen: what the page has read, what was heard since, and what this desk is doing right now, laid
 * over each other. Nothing is copied: a page that reads anew, an event and an act each change their own layer.
 */
export class Desk extends Screen<Row> {
  readonly #day: () => Day;
  #guesses = $state.raw<ReadonlyMap<string, Partial<Row>>>(new Map());
  /** What is under way for a booking: fails once an act has been refused. */
  readonly #underWay = new Map<string, Promise<void>>();
  #toasts: number[] = [];
  #looked = $state.raw<Outlook>();
  #looking: ReturnType<typeof setTimeout> | undefined;

  readonly rows: readonly Row[] = $derived.by(() =>
    merged(this.#day().items, this.heard, this.#day().date).map((row) => {
      const guess = this.#guesses.get(row.id);
      return guess ? { ...row, ...guess } : row;
    }),
  );
  readonly totals = $derived.by(() => {
    const { zone, date } = this.#day();
    return totalsOf(this.rows, (at) => localDay(at, zone) === date);
  });
  readonly isToday = $derived.by(() => this.#day().date === this.today);
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
    super(day, page);
    this.#day = day;
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

  override listen(client: Client): () => void {
    const stop = super.listen(client);
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

  protected override receive(client: Client, { booking }: Change): void {
    this.#lookSoon(client);
    if (!booking) return;
    const { id } = booking;
    const before = this.find(id);
    const own = this.isBusy(id);
    if (!this.hear(rowOf(booking)) || own) return;
    const after = this.find(id);
    if (!after) return;
    if (!before) void this.#readNotes(client, id);
    this.mark(id);
    this.news = newsOf(after);
  }

  /** An event carries no notes; a booking that is new here may have some. */
  async #readNotes(client: Client, id: Row['id']): Promise<void> {
    const booking = await client.bookings.get.query({ id }).catch(() => undefined);
    if (booking?.notes) this.noted(id, booking.notes);
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
      this.hear(booking);
      this.#lookSoon(client);
      this.#tell(client, booking, act);
    });
    this.#underWay.set(id, done);
    try {
      await done;
    } catch (error) {
      this.refused(error, actLabels[act](), nameOf(row));
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
