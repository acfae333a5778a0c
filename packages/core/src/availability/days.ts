import { remembering } from '../remembering.ts';
import { addDays, dayInterval, weekdayOf, type Interval, type Weekday } from '../time.ts';
import { isAway, spanAt, spansOn, type DateException, type TimeOff } from './hours.ts';
import { normalized } from './intervals.ts';

/** Local days, one after another. */
export interface DayRange {
  readonly from: string;
  readonly days: number;
}

/**
 * A range of local days as UTC instants, with what any hours are on them. Everything is worked out once, however many
 * people keep the same hours: zones are slow arithmetic.
 */
export class Days {
  readonly dates: readonly string[];
  readonly zone: string;
  readonly #around: readonly { readonly date: string; readonly weekday: Weekday }[];
  readonly #days = remembering<Interval>();
  readonly #spans = remembering<Interval>();
  readonly #hours = remembering<readonly Interval[]>();

  constructor({ from, days }: DayRange, zone: string) {
    this.zone = zone;
    // The day before has shifts that pass midnight, and what begins on the last day may end on the day after it.
    const dates = Array.from({ length: days + 2 }, (_, index) => addDays(from, index - 1));
    this.dates = dates.slice(1, -1);
    this.#around = dates.map((date) => ({ date, weekday: weekdayOf(date) }));
  }

  /** Midnight to midnight. */
  day(date: string): Interval {
    return this.#days(date, () => dayInterval(date, this.zone));
  }

  /** From the first midnight to the last. */
  get whole(): Interval {
    return { from: this.day(this.dates[0]!).from, to: this.day(this.dates.at(-1)!).to };
  }

  /** Hours on these days and the one on either side, sorted and merged. */
  hours(
    weekly: readonly string[],
    exceptions: readonly DateException[] = [],
    timeOff: readonly TimeOff[] = [],
  ): readonly Interval[] {
    return this.#hours(JSON.stringify([weekly, exceptions, timeOff]), () =>
      normalized(
        this.#around
          .filter(({ date }) => !isAway(timeOff, date))
          .flatMap(({ date, weekday }) =>
            spansOn(date, weekday, weekly, exceptions).map((span) => this.#span(date, span)),
          ),
      ),
    );
  }

  #span(date: string, span: string): Interval {
    return this.#spans(`${date} ${span}`, () => spanAt(date, span, this.zone));
  }
}
