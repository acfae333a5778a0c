/* eslint-disable svelte/prefer-svelte-reactivity -- what is known is replaced as a whole, never changed in place */
import { failureOf, type Client } from '@paper-circe/api/client';
import type { SlotReason } from '@paper-circe/api/shared';
import { failureText, slotReasonText } from '#lib/failure.ts';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { nameOf } from '#lib/patient-name.ts';
import type { Agenda, Target } from './agenda.svelte.ts';
import type { Entry, Span } from './grid.ts';

/** Whether a booking can be put down where it is held. */
export type Verdict =
  { readonly kind: 'here' | 'asking' | 'free' } | { readonly kind: 'taken'; readonly why: string };

/** A pause in the hand's way before it is asked what speaks against a place. */
const restMs = 90;

/** A booking in the hand, by pointer or by key: where it is held, where it fits, and why it does not fit here. */
export class Carry {
  readonly #agenda: Agenda;
  #free = $state.raw<ReadonlyMap<string, ReadonlySet<number>>>();
  #reasons = $state.raw<ReadonlyMap<string, string>>(new Map());
  #asking: ReturnType<typeof setTimeout> | undefined;
  #stepMin = 5;

  entry = $state.raw<Entry>();
  target = $state.raw<Target>();

  readonly verdict: Verdict | undefined = $derived.by(() => {
    const { entry, target } = this;
    if (!entry || !target) return undefined;
    const { staffId, startAt } = target;
    if (entry.staffId === staffId && entry.startAt.getTime() === startAt.getTime()) return { kind: 'here' };
    if (this.#free?.get(staffId)?.has(startAt.getTime())) return { kind: 'free' };
    const why = this.#reasons.get(keyOf(target));
    return why === undefined ? { kind: 'asking' } : { kind: 'taken', why };
  });

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  get isHeld(): boolean {
    return this.entry !== undefined;
  }

  /**
   * Takes a booking up, and asks where it fits.
   * @param from the first local day that is seen
   * @param days how many are
   */
  take(client: Client, entry: Entry, range: { from: string; days: number; stepMin: number }): void {
    this.#free = undefined;
    this.#reasons = new Map();
    this.#stepMin = range.stepMin;
    this.entry = entry;
    this.target = { staffId: entry.staffId, startAt: entry.startAt };
    void this.#ask(client, entry, range);
  }

  async #ask(client: Client, entry: Entry, range: { from: string; days: number; stepMin: number }) {
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

  async #explain(client: Client, { id, treatmentId }: Entry, target: Target): Promise<void> {
    let why: string;
    try {
      const { staffIds, reasons } = await client.availability.explain.query({
        treatmentId,
        moving: id,
        ...target,
      });
      why = staffIds.length > 0 ? '' : this.#textOf(reasons);
    } catch (error) {
      why = failureText(failureOf(error), this.#agenda.zone);
    }
    if (this.entry?.id !== id) return;
    if (why === '') {
      const free = new Map(this.#free);
      free.set(target.staffId, new Set(free.get(target.staffId)).add(target.startAt.getTime()));
      this.#free = free;
    } else this.#reasons = new Map(this.#reasons).set(keyOf(target), why);
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
    const { entry } = this;
    return entry !== undefined && entry.staffId !== staffId && this.#free?.has(staffId) === false;
  }

  /** Puts it down. @returns what was held and where, and what spoke against it */
  release(): { entry: Entry; target: Target; verdict: Verdict } | undefined {
    const { entry, target, verdict } = this;
    clearTimeout(this.#asking);
    this.entry = undefined;
    this.target = undefined;
    return entry && target && verdict ? { entry, target, verdict } : undefined;
  }
}

const keyOf = ({ staffId, startAt }: Target) => `${staffId} ${startAt.getTime()}`;
