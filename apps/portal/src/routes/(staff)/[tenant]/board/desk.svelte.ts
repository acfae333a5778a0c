/* eslint-disable svelte/prefer-svelte-reactivity -- each layer is replaced as a whole, never changed in place */
import type { Client } from '@paper-circe/api/client';
import { localDay } from '#lib/format.ts';
import { inVisits } from '#lib/in-visit.ts';
import { money as moneyText } from '#lib/money.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import { methodLabels } from '#lib/status.ts';
import { Screen, type Change, type Page, type Read } from '#lib/screen.svelte.ts';
import {
  arrivingWith,
  ofDay,
  outlookOf,
  predicted,
  queueOf,
  totalsOf,
  type Act,
  type Outlook,
  type Payment,
} from './board.ts';
import { rowOf, stageOf, type Row } from './row.ts';
import { actLabel, actLabels, doneText } from './words.ts';

/** What a page has read of a day. */
export interface Day extends Read<Row> {
  readonly date: string;
  /** What was expected then, of today. */
  readonly outlook: Outlook | undefined;
}

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
  #looked = $state.raw<Outlook>();
  #looking: ReturnType<typeof setTimeout> | undefined;

  readonly rows: readonly Row[] = $derived.by(() => {
    const all = this.known.map((row) => {
      const guess = this.#guesses.get(row.id);
      return guess ? { ...row, ...guess } : row;
    });
    return inVisits(ofDay(all, this.#day().date), all);
  });
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
   * Does one act on a booking, or takes its last one back: shown at once, taken back with the reason when it is refused. What is asked for while
   * another act on the same booking is under way is sent after it, and is refused with it.
   */
  async act(client: Client, row: Row, act: Act, payment: Payment = {}): Promise<void> {
    if (act === 'undo') return this.#undo(client, row);
    const before = this.find(row.id) ?? row;
    const guess = predicted(before, act, payment, this.now);
    const seen = this.#seen(row);
    const others = arrivingWith(before, this.rows, act, this.now);
    const foretold = [before, ...others].map((one) =>
      one === before ? guess : predicted(one, 'arrive', {}, this.now),
    );
    await this.#do([before, ...others], foretold, actLabels[act](), async () => {
      const booking = rowOf(await send(client, seen(), act, payment, before));
      const isAll = await this.#take(client, [booking]);
      const taken = booking.payments[before.payments.length];
      // A slip in how it was paid is seen at once, and not when the day is closed.
      const money = taken ? ` · ${moneyText(taken.amount)} · ${methodLabels[taken.method]()}` : '';
      this.#tell(booking, doneText(act, booking) + money, () => this.#undo(client, booking), isAll);
    });
  }

  /** What is still to be confirmed of the visit that a booking belongs to, by time; nothing when it stands alone. */
  pendingWith({ visitId }: Row): Row[] {
    return visitId ? this.rows.filter((row) => row.visitId === visitId && row.status === 'pending') : [];
  }

  /** Confirms what is pending of a booking's visit, as one act that is undone as one. */
  async confirmVisit(client: Client, row: Row): Promise<void> {
    const { visitId } = row;
    const rows = this.pendingWith(row);
    if (!visitId || rows.length === 0) return;
    const seen = rows.map((one) => this.#seen(one));
    const foretold = rows.map(() => ({ status: 'confirmed' as const }));
    await this.#do(rows, foretold, m.visit_confirm(), async () => {
      const confirmed = (
        await client.bookings.confirmVisit.mutate({
          visitId,
          seen: seen.map((one) => justSeen(one())),
        })
      ).map(rowOf);
      await this.#take(client, confirmed);
      const [first] = confirmed;
      if (first) this.#tell(first, m.done_confirm_visit(), () => this.#undo(client, first));
    });
  }

  /**
   * Takes back the last act on a booking as it was seen, or what this desk is still doing to it. What was done to its
   * whole visit is taken back as a whole.
   */
  async #undo(client: Client, row: Row): Promise<void> {
    const seenNow = this.#seen(row);
    const label = actLabel(row, 'undo');
    await this.#do(this.#changedWith(row), [], label, async () => {
      const { id, revision, visitId, last } = seenNow();
      const whole = visitId && last?.together ? visitId : undefined;
      const before = whole
        ? await client.bookings.undoVisit.mutate({ visitId: whole, seen: { id, revision } })
        : [await client.bookings.undo.mutate({ id, revision })];
      await this.#take(client, before.map(rowOf));
      this.#tell(row, whole ? m.done_undo_visit() : m.done_undo());
    });
  }

  /** A booking as whoever acts on it sees it; what this desk is still doing to it belongs to that. */
  #seen(row: Row): () => Row {
    const waits = this.isBusy(row.id);
    return () => (waits && this.known.find(({ id }) => id === row.id)) || row;
  }

  /** A booking, and those here that the last act on it has changed with it. */
  #changedWith(row: Row): Row[] {
    const { id, visitId, last } = row;
    const isWith = (one: Row) => one.visitId === visitId && one.last?.at.getTime() === last?.at.getTime();
    return [row, ...(last?.together ? this.known.filter((one) => one.id !== id && isWith(one)) : [])];
  }

  async #take(client: Client, rows: readonly Row[]): Promise<boolean> {
    const isAll = await this.take(client, rows, rowOf);
    this.#lookSoon(client);
    return isAll;
  }

  /**
   * Shows what work on rows will most likely have done, and does it after what is under way for them.
   * @param foretold of each of them
   */
  async #do(
    rows: readonly Row[],
    foretold: readonly Partial<Row>[],
    label: string,
    work: () => Promise<void>,
  ): Promise<void> {
    const ids = rows.map(({ id }) => id);
    const [first] = rows;
    if (first) this.trying(label, first.id);
    const before = ids.flatMap((id) => this.#underWay.get(id) ?? []);
    const guesses = new Map(this.#guesses);
    for (const [n, id] of ids.entries()) guesses.set(id, { ...guesses.get(id), ...foretold[n] });
    this.#guesses = guesses;
    const done = Promise.all(before).then(work);
    for (const id of ids) this.#underWay.set(id, done);
    try {
      await done;
    } catch (error) {
      if (first) this.refused(error, label, first.id, nameOf(first));
    } finally {
      const rest = new Map(this.#guesses);
      for (const id of ids) {
        if (this.#underWay.get(id) !== done) continue;
        this.#underWay.delete(id);
        rest.delete(id);
      }
      this.#guesses = rest;
    }
  }

  #tell(row: Row, done: string, undo?: () => Promise<void>, isAll?: boolean): void {
    this.tell(row, `${nameOf(row)}: ${done}`, undo, isAll);
  }
}

function newsOf(row: Row): string {
  const name = nameOf(row);
  const number = row.queueNumber;
  if (number !== undefined && stageOf(row) === 'waiting') {
    return row.calledAt ? m.news_called({ number, name }) : m.news_waiting({ number, name });
  }
  return row.arrivedAt && stageOf(row) === 'waiting' ? m.news_arrived({ name }) : m.news_changed({ name });
}

type Answer = Awaited<ReturnType<Client['bookings']['confirm']['mutate']>>;

const justSeen = ({ id, revision }: Row) => ({ id, revision });

function send(
  client: Client,
  seen: Row,
  act: Exclude<Act, 'undo'>,
  { method, amount }: Payment,
  row: Row,
): Promise<Answer> {
  const { bookings, queue } = client;
  const one = justSeen(seen);
  switch (act) {
    case 'confirm':
      return bookings.confirm.mutate(one);
    case 'arrive':
      return bookings.arrive.mutate(one);
    case 'call':
      return queue.callIn.mutate(one);
    case 'skip':
      return queue.skip.mutate(one);
    case 'start':
      return queue.start.mutate(one);
    case 'complete':
      return bookings.complete.mutate({ ...one, ...(method && { method }) });
    case 'pay':
      return bookings.pay.mutate({
        ...one,
        method: method ?? 'cash',
        amount: amount ?? row.price - (row.paymentAmount ?? 0),
      });
    case 'cancel':
      return bookings.cancel.mutate(one);
    case 'noShow':
      return bookings.noShow.mutate(one);
  }
}
