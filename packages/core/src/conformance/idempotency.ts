import { canonical } from '../changes.ts';
import { atOnce, bookingId, must, outcome, times, type Check } from './kit.ts';

const key = () => `conformance-${crypto.randomUUID()}`;

const same: Check = {
  name: 'idempotency/same',
  promise: 'The same request under one key, at once and again later, is done once and has one answer.',
  async run(kit) {
    const { desk, wrapper, wish, at, day, stored } = await kit.newClinic();
    const [one, wanted] = [key(), wish(at(day(1), '10:00'))];
    const { made, refused } = await atOnce(times(8, (index) => () => desk(index).book({ ...wanted }, one)));
    must(made.length === 8, `Some were refused: ${JSON.stringify(refused)}.`);
    const ids = new Set([...made, await wrapper.book(wanted, one)].map(({ id }) => id));
    must(ids.size === 1, `There were ${ids.size} answers.`);
    must((await stored(day(1))).length === 1, 'It was done more than once.');
    const patient = { name: 'Budi', phone: '0812-1111-2222' };
    const again = key();
    const [first, second] = [
      await wrapper.registerPatient(patient, again),
      await wrapper.registerPatient(patient, again),
    ];
    must(first.id === second.id, 'A registration that is sent again has another answer.');
  },
};

const other: Check = {
  name: 'idempotency/other',
  promise: 'A key that was used for something else is refused, and nothing is done.',
  async run(kit) {
    const { wrapper, wish, at, day, stored } = await kit.newClinic();
    const one = key();
    await wrapper.book(wish(at(day(1), '10:00')), one);
    const before = canonical(await stored(day(1)));
    const second = await outcome(() => wrapper.book(wish(at(day(1), '12:00')), one));
    must('code' in second, 'It was answered as done.');
    must(canonical(await stored(day(1))) === before, 'It changed what is stored.');
  },
};

const scoped: Check = {
  name: 'idempotency/scope',
  promise: "A key is one clinic's own.",
  async run(kit) {
    const [here, there] = [await kit.newClinic(), await kit.newClinic()];
    const one = key();
    const patient = { name: 'Budi', phone: '0812-1111-2222' };
    const [mine, theirs] = [
      await here.wrapper.registerPatient(patient, one),
      await there.wrapper.registerPatient(patient, one),
    ];
    must(mine.id !== theirs.id, 'Another clinic was answered what the first one did.');
  },
};

const failed: Check = {
  name: 'idempotency/errors',
  promise: 'What was refused is not remembered: the same key tries again.',
  async run(kit) {
    const { wrapper, wish, at, day } = await kit.newClinic();
    const [one, wanted] = [key(), wish(at(day(1), '10:00'))];
    const inTheWay = bookingId(await wrapper.book(wanted));
    must('code' in (await outcome(() => wrapper.book(wanted, one))), 'A time was booked twice.');
    await wrapper.cancel(inTheWay);
    const second = await outcome(() => wrapper.book(wanted, one));
    must('value' in second, `It was refused again: ${canonical(second)}.`);
  },
};

export const idempotency: readonly Check[] = [same, other, scoped, failed];
