import { Double, Long, ObjectId, Timestamp, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

type Case = [argument: unknown, expected: unknown];

const moment = new Date('2026-03-01T17:30:15.123Z');
const high = new ObjectId('800000000000000000000000');
const doc: Document = {
  nowhere: 'Nowhere/City',
  word: 'x',
  zero: 0,
  at: moment,
  first: { $toDate: Long.MIN_VALUE },
  last: { $toDate: Long.MAX_VALUE },
  list: [moment],
};
const utc = (text: string): Date => new Date(`${text}Z`);

async function evaluated(expression: unknown): Promise<unknown> {
  const collection = on.fresh();
  await collection.insertOne({});
  const stages = [{ $set: doc }, { $project: { _id: 0, result: expression } }];
  const [found] = await collection.aggregate(stages).toArray();
  return found?.['result'];
}

const codeOf = (error: { code?: unknown }): string => `error ${String(error.code)}`;

/** Rows of an operator's argument and its result, or the code of its error. */
function rows(operator: string, cases: Case[]): void {
  describe(`reference/operator/aggregation/${operator}`, () => {
    for (const [argument, expected] of cases)
      test(`${JSON.stringify(argument)} is ${String(expected)}`, async () =>
        expect(await evaluated({ [`$${operator}`]: argument }).catch(codeOf)).toEqual(expected));
  });
}

rows('year', [
  ['$at', 2026],
  [['$at'], 2026],
  [{ date: '$at', timezone: 'Asia/Jakarta' }, 2026],
  ['$first', -292275055],
  ['$last', 292278994],
  [high, 1901],
  [new Timestamp({ t: 2 ** 32 - 1, i: 1 }), 2106],
  ['$missing', null],
  [{ date: '$at', timezone: null }, null],
  ['$list', 'error 16006'],
  [[], 'error 40536'],
  [['$at', '$at'], 'error 40536'],
  [{ date: '$at', zone: 1 }, 'error 40535'],
  [{ timezone: 'UTC' }, 'error 40539'],
  [{ date: '$at', timezone: 'Nowhere/City' }, 'error 40485'],
  [{ date: '$at', timezone: 'asia/jakarta' }, 'error 40485'],
  [{ date: '$at', timezone: 7 }, 'error 40517'],
  [{ date: '$missing', timezone: '$nowhere' }, null],
  [{ date: '$at', timezone: '$nowhere' }, 'error 40485'],
  [{ date: null, timezone: 'Nowhere/City' }, null],
  [{ date: '$missing', timezone: 'Nowhere/City' }, 'error 40485'],
]);
rows('month', [['$last', 8]]);
rows('dayOfMonth', [[{ date: '$at', timezone: '+99:99' }, 5]]);
rows('dayOfWeek', [
  ['$at', 1],
  ['$last', 1],
]);
rows('dayOfYear', [['$at', 60]]);
rows('hour', [
  [{ date: '$at', timezone: '+07:00' }, 0],
  [{ date: '$at', timezone: '-05:70' }, 11],
]);
rows('minute', [[{ date: '$at', timezone: '+0545' }, 15]]);
rows('second', [['$at', 15]]);
rows('millisecond', [['$first', 192]]);
rows('week', [[utc('2026-01-03T00:00'), 0]]);
rows('isoDayOfWeek', [['$at', 7]]);
rows('isoWeek', [[utc('2027-01-03T00:00'), 53]]);
rows('isoWeekYear', [[utc('2027-01-03T00:00'), 2026]]);

rows('dateToString', [
  [{ date: '$at' }, '2026-03-01T17:30:15.123Z'],
  [{ date: '$at', timezone: 'Asia/Jakarta' }, '2026-03-02T00:30:15.123'],
  [{ date: '$at', format: '%Y-%m-%d %H:%M:%S.%L %j %u %V %G' }, '2026-03-01 17:30:15.123 060 7 09 2026'],
  [{ date: '$at', format: '%b %B %w %U %%' }, 'Mar March 1 09 %'],
  [{ date: '$at', format: '%H:%M %z %Z', timezone: '-02:30' }, '15:00 -0230 -150'],
  [{ date: '$missing', onNull: 'none' }, 'none'],
  [{ date: '$at', format: '$missing' }, null],
  [{ date: '$last' }, 'error 18537'],
  [{ date: '$last', format: '%m' }, '08'],
  [{ date: '$at', format: '%x' }, 'error 18536'],
  [{ date: '$at', format: '100%' }, 'error 18535'],
  [{ date: '$at', format: 1 }, 'error 18533'],
  [{ format: '%Y' }, 'error 18628'],
  [{ date: '$at', zone: 1 }, 'error 18534'],
  ['$at', 'error 18629'],
]);

rows('dateTrunc', [
  [{ date: '$at', unit: 'day', timezone: 'Asia/Jakarta' }, utc('2026-03-01T17:00')],
  [{ date: '$at', unit: 'day', timezone: 'Asia/Makassar' }, utc('2026-03-01T16:00')],
  [{ date: utc('2026-03-29T12:00'), unit: 'day', timezone: 'Europe/Berlin' }, utc('2026-03-28T23:00')],
  [{ date: '$at', unit: 'week', startOfWeek: 'MON' }, utc('2026-02-23T00:00')],
  [{ date: '$at', unit: 'week' }, utc('2026-03-01T00:00')],
  [{ date: '$at', unit: 'month' }, utc('2026-03-01T00:00')],
  [{ date: '$at', unit: 'quarter' }, utc('2026-01-01T00:00')],
  [{ date: '$at', unit: 'year', binSize: 100_000_000_000 }, utc('2000-01-01T00:00')],
  [{ date: '$at', unit: 'minute', binSize: 15 }, utc('2026-03-01T17:30')],
  [{ date: '$at', unit: 'hour', timezone: '+05:70' }, utc('2026-03-01T16:50')],
  [{ date: '$at', unit: 'day', binSize: null }, null],
  [{ date: '$at', unit: 'day', startOfWeek: null }, null],
  [{ date: moment, unit: 'day', startOfWeek: null }, utc('2026-03-01T00:00')],
  [{ date: '$at', unit: 'year', binSize: Long.fromString('100000000001') }, 'error 5439006'],
  [{ date: '$at', unit: 'hour', binSize: Long.fromString('2562047788016999') }, 'error 5439002'],
  [{ date: '$at', unit: 'day', binSize: 0.5 }, 'error 5439017'],
  [{ date: '$at', unit: 'day', binSize: 0 }, 'error 5439018'],
  [{ date: '$at', unit: 'week', startOfWeek: 'x' }, 'error 5439016'],
  [{ date: '$at', unit: 'week', startOfWeek: 1 }, 'error 5439015'],
  [{ date: '$at', unit: 'days' }, 'error 9'],
  [{ date: '$at', unit: 1 }, 'error 5439013'],
  [{ date: 'x', unit: 'day' }, 'error 5166307'],
  [{ date: '$at' }, 'error 5439010'],
  [{ unit: 'day' }, 'error 5439009'],
  [{ date: '$at', unit: 'day', zone: 1 }, 'error 5439008'],
  ['$at', 'error 5439007'],
  // What is null or missing speaks before what comes behind it is wrong.
  [{ date: '$missing', unit: '$word', binSize: '$zero', timezone: '$nowhere' }, null],
  [{ date: '$word', unit: '$missing', binSize: 1, timezone: '$nowhere' }, null],
  [{ date: '$word', unit: 'day', binSize: '$missing', timezone: '$nowhere' }, null],
  [{ date: '$word', unit: 'week', startOfWeek: '$missing', timezone: '$nowhere' }, null],
  [{ date: '$word', unit: '$missing', binSize: '$zero' }, 'error 5439018'],
  [{ date: '$word', unit: 'day', timezone: '$nowhere' }, 'error 40485'],
  [{ date: null, unit: 'x', binSize: 0, timezone: 'Nowhere/City' }, null],
  // What is constant is looked at before there is a document.
  [{ date: '$missing', unit: 'day', timezone: 'Nowhere/City' }, 'error 40485'],
  [{ date: '$missing', unit: 'x' }, 'error 9'],
  [{ date: '$missing', unit: 'day', binSize: 0 }, 'error 5439018'],
  [{ date: '$word', unit: 'day', timezone: null }, null],
]);

test('reference/operator/aggregation/dateTrunc: what is wrong with a zone is said in what it came up', async () => {
  const refusal = evaluated({ $dateTrunc: { date: '$at', unit: 'day', timezone: '$nowhere' } });
  await expect(refusal).rejects.toThrow(
    `$dateTrunc parameter 'timezone' value parsing failed :: caused by :: unrecognized time zone identifier: "Nowhere/City"`,
  );
});

test('reference/operator/aggregation/dateTrunc: what is constant is refused where there are no documents', async () => {
  const none = on.fresh();
  const stages = [{ $project: { day: { $dateTrunc: { date: '$at', unit: 'day', timezone: 'x' } } } }];
  await expect(none.aggregate(stages).toArray()).rejects.toMatchObject({ code: 40485 });
});

rows('dateAdd', [
  [{ startDate: utc('2026-01-31T00:00'), unit: 'month', amount: 1 }, utc('2026-02-28T00:00')],
  [
    { startDate: utc('2021-03-13T15:00'), unit: 'day', amount: 1, timezone: 'America/New_York' },
    utc('2021-03-14T14:00'),
  ],
  [
    { startDate: utc('2021-03-13T15:00'), unit: 'hour', amount: 24, timezone: 'America/New_York' },
    utc('2021-03-14T15:00'),
  ],
  [{ startDate: '$at', unit: 'day', amount: '$missing' }, null],
  [{ startDate: '$at', unit: 'day', amount: 1.5 }, 'error 5166405'],
  [{ startDate: 'x', unit: 'day', amount: 1 }, 'error 5166403'],
  [{ startDate: '$last', unit: 'millisecond', amount: 1 }, 'error 5166406'],
  [{ startDate: '$at', unit: 'month', amount: -30_000_000_000 }, 'error 5976500'],
  [{ startDate: '$at', unit: 'day' }, 'error 5166402'],
  [{ startDate: '$at', unit: 'day', amount: 1, zone: 1 }, 'error 5166401'],
]);
rows('dateSubtract', [
  [{ startDate: '$at', unit: 'year', amount: new Double(2026) }, utc('+000000-03-01T17:30:15.123')],
  [{ startDate: '$at', unit: 'week', amount: 9 }, utc('2025-12-28T17:30:15.123')],
]);

rows('toString', [
  ['$at', '2026-03-01T17:30:15.123Z'],
  ['$last', 'error 18537'],
  [{ $toLong: { $dateTrunc: { date: '$last', unit: 'year' } } }, '9223372017129600000'],
  [{ $toLong: { $dateAdd: { startDate: '$last', unit: 'year', amount: -400 } } }, '9223359414073975807'],
]);

rows('dateDiff', [
  [{ startDate: utc('2026-01-01T23:00'), endDate: utc('2026-01-02T01:00'), unit: 'day' }, 1],
  [{ startDate: utc('2026-01-02T01:00'), endDate: utc('2026-01-01T23:00'), unit: 'year' }, 0],
  [
    {
      startDate: utc('2026-03-01T00:00'),
      endDate: utc('2026-03-02T00:00'),
      unit: 'week',
      startOfWeek: 'monday',
    },
    1,
  ],
  [{ startDate: '$first', endDate: '$last', unit: 'year' }, 584554049],
  [{ startDate: '$first', endDate: '$last', unit: 'millisecond' }, 'error 5166308'],
  [{ startDate: '$at', endDate: '$at', unit: 'week', startOfWeek: '$missing' }, null],
  [{ startDate: '$at', endDate: 1, unit: 'day' }, 'error 5166307'],
  [{ endDate: '$at', unit: 'day' }, 'error 5166303'],
  [{ startDate: '$at', unit: 'day' }, 'error 5166304'],
  [{ startDate: '$at', endDate: '$at' }, 'error 5166305'],
  [{ startDate: '$at', endDate: '$at', unit: 'day', zone: 1 }, 'error 5166302'],
  [1, 'error 5166301'],
]);

rows('dateFromParts', [
  [{ year: 2026, month: 14, timezone: 'Asia/Jakarta' }, utc('2027-01-31T17:00')],
  [{ year: 2026, day: 0, hour: -1, minute: 61, second: 61, millisecond: -1 }, utc('2025-12-31T00:02:00.999')],
  [{ isoWeekYear: 2026, isoWeek: 53, isoDayOfWeek: 7 }, utc('2027-01-03T00:00')],
  [{ isoWeekYear: 2026, isoDayOfWeek: 0 }, utc('2025-12-28T00:00')],
  [{ year: 2026, month: '$missing' }, null],
  [{ year: 2026, timezone: null }, null],
  [{ year: 0 }, 'error 40523'],
  [{ isoWeekYear: 0 }, 'error 31095'],
  [{ year: '$zero', month: 40_000 }, 'error 31034'],
  [{ year: '$word', hour: '$missing' }, null],
  [{ year: '$word', timezone: '$nowhere' }, 'error 40485'],
  [{ year: 2026, month: 40_000 }, 'error 31034'],
  [{ year: 2026, second: Long.MAX_VALUE }, 'error 40515'],
  [{ year: 2026, month: 'x' }, 'error 40515'],
  [{ month: 1 }, 'error 40516'],
  [{ year: 2026, isoWeek: 1 }, 'error 40489'],
  [{ isoWeekYear: 2026, day: 1 }, 'error 40525'],
  [{ year: 2026, zone: 1 }, 'error 40518'],
  ['x', 'error 40519'],
]);

const clock = { hour: 17, minute: 30, second: 15, millisecond: 123 };
rows('dateToParts', [
  [{ date: '$at' }, { year: 2026, month: 3, day: 1, ...clock }],
  [
    { date: '$at', iso8601: true },
    { isoWeekYear: 2026, isoWeek: 9, isoDayOfWeek: 7, ...clock },
  ],
  [{ date: '$at', iso8601: '$missing' }, null],
  [{ date: '$at', iso8601: 1 }, 'error 40521'],
  [{ date: '$missing', iso8601: 1 }, 'error 40521'],
  [{ date: '$missing', timezone: '$nowhere' }, 'error 40485'],
  [{ iso8601: true }, 'error 40522'],
  [{ date: '$at', zone: 1 }, 'error 40520'],
  ['$at', 'error 40524'],
]);

const text = (dateString: string, more: Document = {}): Document => ({ dateString, ...more });
rows('dateFromString', [
  [text('2026-03-02', { timezone: 'Asia/Jakarta' }), utc('2026-03-01T17:00')],
  [text('2026-03-02T17:30:15.1239Z'), utc('2026-03-02T17:30:15.123')],
  [text('2026-03-02 17:30+05:45'), utc('2026-03-02T11:45')],
  [text('\0\u00a02026-03-02\t17:30Z\0'), utc('2026-03-02T17:30')],
  [text('\u20002026-03-02'), 'error 241'],
  [text('-0001-01-01T00:00Z'), new Date(-62198755200000)],
  [text('20260302T0:30'), utc('2026-03-02T00:30')],
  [text('3/2/2026 5pm'), utc('2026-03-02T17:00')],
  [text('2.3.2026'), utc('2026-03-02T00:00')],
  [text('Oct 20, 2020 UTC'), utc('2020-10-20T00:00')],
  [text('20th october 2020 12:05:28 am'), utc('2020-10-20T00:05:28')],
  [text('Wed Jan 31 12:05:28 +03:30 1996'), utc('1996-01-31T08:35:28')],
  [text('2026-W10-1'), utc('2026-03-02T00:00')],
  [text('2026.061'), utc('2026-03-02T00:00')],
  [text('2026-03-02T17:30.15.5'), utc('2026-03-02T17:30:15.500')],
  [text('20260302T173015Z'), utc('2026-03-02T17:30:15')],
  [text('2026-03-02t1730+07'), utc('2026-03-02T10:30')],
  [text('2026-03-02T17'), utc('2026-03-02T17:00')],
  [text('2026-3-2T1:2.3.'), utc('2026-03-02T01:02:03')],
  [text('2026-03-02T17:30:15,5Z'), 'error 241'],
  [text('2026-03-02T17:60'), 'error 241'],
  [text('2026:03:02 17:30:15'), utc('2026-03-02T17:30:15')],
  [text('Monday, 02-Mar-26 17:30:15 GMT'), utc('2026-03-02T17:30:15')],
  [text('Mar-02-2026'), utc('2026-03-02T00:00')],
  [text('28.02.70'), utc('1970-02-28T00:00')],
  [text('20.02.70'), 'error 241'],
  [text('2026-03-02 17:30 GMT+02'), utc('2026-03-02T15:30')],
  [text('2026-03-02 17:30 CEST'), utc('2026-03-02T15:30')],
  [text('2026-03-02 17:30 EST'), utc('2026-03-02T22:30')],
  [text('2026-03-02 17:30 A'), utc('2026-03-02T16:30')],
  [text('2026-03-02 17:30 l'), utc('2026-03-02T06:30')],
  [text('2026-03-02 17:30 P'), utc('2026-03-02T20:30')],
  [text('2026-03-02 17:30 J'), 'error 241'],
  [text('2026-03-02 17:30 ESTX'), 'error 241'],
  ...['Z', 'UTC', ' GMT', ' GMT+00', '+00:00', '-0', ' WET'].map((zone): [Document, Date] => [
    text(`2026-03-02T17:30${zone}`, { format: '%Y-%m-%dT%H:%M%z' }),
    utc('2026-03-02T17:30'),
  ]),
  [text('2026-03-02 PDT', { format: '%Y-%m-%d %z' }), utc('2026-03-02T07:00')],
  [text('2026-03-02 soon', { format: '%Y-%m-%d %z' }), 'error 241'],
  [text('7/4/17'), utc('2017-07-04T00:00')],
  [text('7/4/70 noon'), utc('1970-07-04T12:00')],
  [text('2017-Jul-04 midnight'), utc('2017-07-04T00:00')],
  [text('2017-W53-1'), utc('2018-01-01T00:00')],
  [text('2017-W54-1'), 'error 241'],
  [text('2017, Week 53', { format: '%G, Week %V' }), utc('2018-01-01T00:00')],
  [text('1.1.1', { format: '%V.%u.%G' }), new Date('0001-01-01T00:00Z')],
  [text('12/31/2018', { format: '%m/%d/%G' }), 'error 241'],
  [text('1, 2018', { format: '%V, %Y' }), 'error 241'],
  [text('Day 6', { format: 'Day %u' }), 'error 241'],
  [text('2026-02-29'), 'error 241'],
  [text('2026-03-02T00:00+24:00'), utc('2026-03-01T00:00')],
  [text('2026-03-02T00:00+25:00'), 'error 241'],
  [text('2026-03-02T00:00+05:75'), 'error 241'],
  [text('Tue Jan 31 1996'), 'error 241'],
  [text('2026-03-02 2026-03-03'), 'error 241'],
  [text('12:30'), 'error 241'],
  [text('soon'), 'error 241'],
  [text('2026-03-02T17:30Z', { timezone: 'Asia/Jakarta' }), 'error 241'],
  [text('2026-03-02T17:30Z', { timezone: 'UTC' }), utc('2026-03-02T17:30')],
  [text('soon', { onError: 'never' }), 'never'],
  [{ dateString: null, onNull: 'none', onError: 'never' }, 'none'],
  [text('02-3 2026.', { format: '%d-%m %Y.' }), utc('2026-03-02T00:00')],
  [text('2026 MARCH 2 5:30:01.5', { format: '%Y %B %d %H:%M:%S.%L' }), utc('2026-03-02T05:30:01.500')],
  [text('2026-W10', { format: '%G-W%V' }), utc('2026-03-02T00:00')],
  [text('2026-03-02 +0545', { format: '%Y-%m-%d %z' }), utc('2026-03-01T18:15')],
  [text('2026-03-02 -90', { format: '%Y-%m-%d %Z' }), utc('2026-03-02T01:30')],
  [text('2026 0', { format: '%Y %j' }), utc('2026-01-01T00:00')],
  [text('2026-03-02', { format: '%m-%d-%Y' }), 'error 241'],
  [text('2026-13-02', { format: '%Y-%m-%d' }), 'error 241'],
  [text('2026-03', { format: '%Y-%m' }), 'error 241'],
  [text('2026 1', { format: '%Y %w' }), 'error 18536'],
  [text('2026', { format: 1 }), 'error 40684'],
  [{ format: '%Y' }, 'error 40542'],
  [text('2026', { zone: 1 }), 'error 40541'],
  ['2026', 'error 40540'],
]);
