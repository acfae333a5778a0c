/* eslint-disable svelte/prefer-svelte-reactivity -- what is known is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { SlotReason } from '@paper-circe/api/shared';
import { isDecidable } from '#lib/decidable.ts';
import { failureText, slotReasonText } from '#lib/failure.ts';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import type { Agenda, Part, Put, Target } from './agenda.svelte.ts';
import type { Entry, Span } from './grid.ts';

/** Whether a booking can be put down where it is held. */
export type Verdict =
  | { readonly kind: 'here' | 'asking' }
  /** `later` names what begins later because of it. */
  | { readonly kind: 'free'; readonly later?: string }
  /** `over` tells whether an administrator can put it there all the same. */
  | { readonly kind: 'taken'; readonly why: string; readonly over: boolean };

type Answer = Extract<Verdict, { kind: 'free' | 'taken' }>;

/** A booking that was put down, and what was known of the place. */
export type Released = Put & { readonly verdict: Verdict };

interface Range {
  /** The first local day that is seen. */
  readonly from: string;
  /** How many are. */
  readonly days: number;
  readonly stepMin: number;
}

/** A pause in the hand's way before it is asked what speaks against a place. */
const restMs = 90;

/** A booking in the hand, by pointer or by key: where it is held, where it fits, and why it does not fit here. */
export class Carry {
  readonly #agenda: Agenda;
  #free = $state.raw<ReadonlyMap<string, ReadonlySet<number>>>();
  /** Until when it can last without anything having to move. */
  #until = $state.raw(0);
  #answers = $state.raw<ReadonlyMap<string, Answer>>(new Map());
  #asking: ReturnType<typeof setTimeout> | undefined;
  #stepMin = 5;

  entry = $state.raw<Entry>();
  part = $state.raw<Part>('whole');
  target = $state.raw<Target>();

  readonly verdict: Verdict | undefined = $derived.by(() => {
    const { entry, target } = this;
    if (!entry || !target) return undefined;
    if (keyOf(entry) === keyOf(target)) return { kind: 'here' };
    if (this.#isFree(target)) return { kind: 'free' };
    return this.#answers.get(keyOf(target)) ?? { kind: 'asking' };
  });

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  #isFree({ staffId, startAt, endAt }: Target): boolean {
    if (this.part === 'end') return endAt.getTime() <= this.#until;
    return this.#free?.get(staffId)?.has(startAt.getTime()) ?? false;
  }

  get isHeld(): boolean {
    return this.entry !== undefined;
  }

  /** Takes a booking or its end up, and asks where it fits. */
  take(client: Client, entry: Entry, part: Part, range: Range): void {
    this.#free = undefined;
    this.#until = entry.endAt.getTime();
    this.#answers = new Map();
    this.#stepMin = range.stepMin;
    this.entry = entry;
    this.part = part;
    this.target = placeOf(entry);
    void (part === 'whole' ? this.#ask(client, entry, range) : this.#askLongest(client, entry));
  }

  async #askLongest(client: Client, entry: Entry): Promise<void> {
    const question = { bookingId: entry.id, durationMin: minutesOf(entry) };
    const answer = await client.availability.explainDuration.query(question).catch(() => undefined);
    if (answer && this.entry?.id === entry.id)
      this.#until = entry.startAt.getTime() + answer.longestMin * 60_000;
  }

  async #ask(client: Client, entry: Entry, range: Range) {
    const { id, treatmentId } = entry;
    // Without an answer every place is asked about by itself, and the server decides in the end.
    const days = await client.availability.search
      .query({ treatmentId, moving: id, ...range })
      .catch(() => []);
    if (this.entry?.id !== id) return;
    const free = new Map<string, Set<number>>();
    for (const { slots } of days)
      for (const { startAt, staffIds } of slots)
        for (const staffId of staffIds) {
          const starts = free.get(staffId) ?? new Set();
          free.set(staffId, starts.add(startAt.getTime()));
        }
    this.#free = free;
  }

  /** Holds it over a place, and asks why it does not fit there unless it does. */
  over(client: Client, target: Target): void {
    const { entry } = this;
    if (!entry || (this.target && keyOf(this.target) === keyOf(target))) return;
    this.target = target;
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      if (this.verdict?.kind === 'asking') void this.#explain(client, entry, target);
    }, restMs);
  }

  async #explain(client: Client, entry: Entry, target: Target): Promise<void> {
    let answer: Answer;
    try {
      answer =
        this.part === 'whole'
          ? await this.#askPlace(client, entry, target)
          : await this.#askEnd(client, entry, target);
    } catch (error) {
      answer = { kind: 'taken', why: failureText(failureOf(error), this.#agenda.zone), over: false };
    }
    if (this.entry?.id === entry.id) this.#answers = new Map(this.#answers).set(keyOf(target), answer);
  }

  async #askPlace(client: Client, { id, treatmentId }: Entry, { staffId, startAt }: Target): Promise<Answer> {
    const question = { treatmentId, moving: id, staffId, startAt };
    const { reasons } = await client.availability.explain.query(question);
    return this.#answered(reasons);
  }

  async #askEnd(client: Client, { id }: Entry, target: Target): Promise<Answer> {
    const question = { bookingId: id, durationMin: minutesOf(target) };
    const { reasons, later } = await client.availability.explainDuration.query(question);
    const names = later.map(({ bookingId, startAt }) => {
      const treatment = this.#agenda.find(bookingId)?.treatmentName ?? m.step_treatment();
      return `${treatment} ${formatTime(startAt, this.#agenda.zone)}`;
    });
    return this.#answered(reasons, names.join(', '));
  }

  #answered(reasons: readonly SlotReason[], later = ''): Answer {
    if (reasons.length > 0) return { kind: 'taken', why: this.#textOf(reasons), over: isDecidable(reasons) };
    return { kind: 'free', ...(later && { later }) };
  }

  /** The reasons in a few words, with the booking in the way by name and time. */
  #textOf(reasons: readonly SlotReason[]): string {
    const texts = reasons.map((reason) => {
      const other = this.#agenda.find(reason.bookingId);
      if (!other) return slotReasonText(reason);
      const [from, to] = [other.startAt, other.endAt].map((at) => formatTime(at, this.#agenda.zone));
      return m.calendar_busy({ name: nameOf(other), from: from ?? '', to: to ?? '' });
    });
    return [...new Set(texts)].join(', ');
  }

  /** The time of a staff member in which it would fit, from its start to its end. */
  fits(staffId: string): Span[] {
    const { entry } = this;
    if (!entry) return [];
    if (this.part === 'end')
      return entry.staffId === staffId ? [{ from: entry.startAt.getTime(), to: this.#until }] : [];
    const length = entry.endAt.getTime() - entry.startAt.getTime();
    const spans: { from: number; to: number }[] = [];
    for (const start of this.#free?.get(staffId) ?? []) {
      const last = spans.at(-1);
      if (last && start <= last.to - length + this.#stepMin * 60_000) last.to = start + length;
      else spans.push({ from: start, to: start + length });
    }
    return spans;
  }

  /** Whether it is known that it fits nowhere in somebody's days. */
  isNowhere(staffId: string): boolean {
    const { entry, part } = this;
    return (
      part === 'whole' &&
      entry !== undefined &&
      entry.staffId !== staffId &&
      this.#free?.has(staffId) === false
    );
  }

  /** Puts it down. @returns what was held and where, and what spoke against it */
  release(): Released | undefined {
    const { entry, part, target, verdict } = this;
    clearTimeout(this.#asking);
    this.entry = undefined;
    this.target = undefined;
    return entry && target && verdict ? { entry, part, target, verdict } : undefined;
  }
}

const placeOf = ({ staffId, startAt, endAt }: Entry): Target => ({ staffId, startAt, endAt });
const keyOf = ({ staffId, startAt, endAt }: Target) => `${staffId} ${startAt.getTime()} ${endAt.getTime()}`;
const minutesOf = ({ startAt, endAt }: Target) => (endAt.getTime() - startAt.getTime()) / 60_000;
