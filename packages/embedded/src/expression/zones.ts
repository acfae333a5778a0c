import { Temporal } from 'temporal-polyfill';
import { dateAt, isNullish, millisecondsOf, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';

/** Local time: Temporal does the calendar. */

/** A zone: a name of the Olson database, or an offset in minutes. */
export type Zone = string | number;
export const UTC: Zone = 0;

const zones = new Map<string, Zone>();

/** The zone that an expression names; undefined for null. */
export function zoneOf(value: Value | undefined, given: boolean): Zone | undefined {
  if (!given) return UTC;
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string')
    return fail(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  let zone = zones.get(value);
  if (zone === undefined) zones.set(value, (zone = parseZone(value)));
  return zone;
}

/** Looks at a zone that is constant before there is a document: null where it is null, and so what is made with it. */
export const zoneAhead = (constants: Readonly<Record<string, Value | undefined>>): null | undefined =>
  zoneOf(constants['timezone'], 'timezone' in constants) === undefined ? null : undefined;

function parseZone(text: string): Zone {
  const offset = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text);
  if (offset) return offsetOf(offset[1], offset[2], offset[3]);
  return isName(text)
    ? text === 'UTC'
      ? UTC
      : text
    : fail(40485, `unrecognized time zone identifier: "${text}"`);
}

/** Hours and minutes of any size, as MongoDB takes them. */
export const offsetOf = (sign = '+', hours = '0', minutes = '0'): number =>
  Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));

/** Names are case-sensitive, which they are not for Temporal. */
function isName(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && new Temporal.ZonedDateTime(0n, text).timeZoneId === text;
  } catch {
    return false;
  }
}

/**
 * A date in a zone. The calendar repeats every 400 years, weekdays included; so what Temporal does not
 * reach is some such cycles away from what it does.
 */
export interface Local {
  time: Temporal.PlainDateTime;
  cycles: number;
  /** Minutes east of UTC. */
  offset: number;
}

export type Time = Pick<Local, 'time' | 'cycles'>;

/** Of one cycle. */
export const YEARS = 400;
const DAYS = 146_097;
const CYCLE = BigInt(DAYS) * 86_400_000n;
/** Well within Temporal's reach, in milliseconds and in years. */
const NEAR = 8_000_000_000_000_000n;
const NEAR_YEARS = 250_000;
const START = Temporal.PlainDate.from('2000-01-01');

export function localAt(date: Date, zone: Zone): Local {
  const milliseconds = millisecondsOf(date);
  const excess = milliseconds > NEAR ? milliseconds - NEAR : milliseconds < -NEAR ? milliseconds + NEAR : 0n;
  const beyond = excess / CYCLE + (excess > 0n ? 1n : excess < 0n ? -1n : 0n);
  const near = Number(milliseconds - beyond * CYCLE);
  const cycles = Number(beyond);
  if (typeof zone === 'number')
    return { time: zoned(near + zone * 60_000, 'UTC').toPlainDateTime(), cycles, offset: zone };
  const there = zoned(near, zone);
  return { time: there.toPlainDateTime(), cycles, offset: there.offsetNanoseconds / 6e10 };
}

const zoned = (milliseconds: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(zone);

/** The milliseconds of a local time; one that the clock skips counts as the one after the gap. */
export function millisecondsAt(local: Time, zone: Zone): bigint {
  let { time, cycles } = local;
  if (cycles !== 0 && Math.abs(time.year + YEARS * cycles) < NEAR_YEARS) {
    time = time.add({ years: YEARS * cycles });
    cycles = 0;
  }
  const [name, offset] = typeof zone === 'number' ? ['UTC', zone] : [zone, 0];
  return BigInt(time.toZonedDateTime(name).epochMilliseconds - offset * 60_000) + BigInt(cycles) * CYCLE;
}

/** A date, where int64 reaches it. */
export const checkedDate = (milliseconds: bigint, code: number, message: string): Date =>
  milliseconds === BigInt.asIntN(64, milliseconds) ? dateAt(milliseconds) : fail(code, message);

export const yearOf = ({ time, cycles }: Local): number => time.year + YEARS * cycles;
export const weekYearOf = ({ time, cycles }: Local): number => (time.yearOfWeek ?? 0) + YEARS * cycles;

/** Months and days since the year 2000 began. */
export const monthsOf = (local: Local): number => (yearOf(local) - START.year) * 12 + local.time.month - 1;
export const daysOf = ({ time, cycles }: Local): number =>
  START.until(time.toPlainDate()).days + DAYS * cycles;

export function addMonths({ time, cycles }: Time, months: number): Time {
  const cycle = YEARS * 12;
  return { time: time.add({ months: months % cycle }), cycles: cycles + Math.trunc(months / cycle) };
}

export const addDays = ({ time, cycles }: Time, days: number): Time => ({
  time: time.add({ days: days % DAYS }),
  cycles: cycles + Math.trunc(days / DAYS),
});

/** The midnight with which the year 2000 began. */
export const start: Time = { time: START.toPlainDateTime(), cycles: 0 };
export const startWeekday = START.dayOfWeek;

export { Temporal };
