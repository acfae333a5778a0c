import { addDays, dayInterval, localDate, minute } from '../time.ts';
import { must, type Check, type Clinic, type Kit } from './kit.ts';

const hour = 60 * minute;

const midnights: Check = {
  name: 'zones/midnight',
  promise: "A day begins and ends at the clinic's own midnight, in whatever zone it lies.",
  async run(kit) {
    for (const timezone of ['Asia/Jakarta', 'Asia/Jayapura', 'America/New_York', 'Pacific/Kiritimati']) {
      const clinic = await kit.newClinic({ timezone });
      await edgesOf(clinic, clinic.day(2), timezone);
    }
  },
};

const shifted: Check = {
  name: 'zones/daylight-saving',
  promise: 'Days of 23 and 25 hours are whole days, and every time that is offered on them can be booked.',
  async run(kit) {
    for (const hours of [23, 25]) {
      const { date, timezone } = nextDayOf(hours, kit.database.clock());
      const clinic = await kit.newClinic({ timezone });
      const free = await clinic.wrapper.freeTimes(date, clinic.facial.id, clinic.dewi.id);
      must(
        free.length === 2 * hours,
        `${date} offers ${free.length} half hours in ${timezone}, not ${2 * hours}.`,
      );
      // The shift is at two or three in the morning, within the first ten half hours.
      for (const { startAt } of free.slice(0, 10))
        await clinic.wrapper.book({ ...clinic.wish(startAt), staffId: clinic.dewi.id });
      await edgesOf(clinic, date, timezone);
    }
  },
};

const today: Check = {
  name: 'zones/today',
  promise: "Today is the clinic's, when it is still yesterday or already tomorrow in UTC.",
  async run(kit: Kit) {
    const timezone = 'Asia/Jakarta';
    const { wrapper, wish, scope } = await kit.newClinic({ timezone });
    const begun = scope.clock().getTime();
    const local = dayInterval(localDate(new Date(begun), timezone), timezone).to;
    const utc = (Math.floor(begun / (24 * hour)) + 1) * 24 * hour;
    // Between the two midnights the days differ: after the clinic's it is tomorrow, before it still today.
    const start = new Date((Math.floor(Math.min(local, utc) / hour) + 1) * hour);
    const { id } = await wrapper.book(wish(start));
    const listed = (await wrapper.bookingsToday()).some((one) => one.id === id);
    if (dayInterval(localDate(scope.clock(), timezone), timezone).to !== local) return this.run(kit);
    const right = start.getTime() < local;
    must(
      listed === right,
      `At ${scope.clock().toISOString()} a booking at ${start.toISOString()} is ${listed ? '' : 'not '}of today.`,
    );
  },
};

/** Books the first and the last half hour of a day and those next to it, and asks for the day. */
async function edgesOf({ wrapper, wish }: Clinic, date: string, zone: string): Promise<void> {
  const { from, to } = dayInterval(date, zone);
  const book = async (start: number) => (await wrapper.book(wish(new Date(start)))).id;
  const [before, first, last, after] = [
    await book(from - 30 * minute),
    await book(from),
    await book(to - 30 * minute),
    await book(to),
  ];
  const found = new Set((await wrapper.bookingsOn(date)).map(({ id }) => id));
  const say = (what: string) => `On ${date} in ${zone} ${what}.`;
  must(found.has(first) && found.has(last), say('the first or the last half hour is missing'));
  must(!found.has(before), say('is a booking of the evening before'));
  must(!found.has(after), say('is a booking of the day after'));
}

/** The next day of so many hours. Of one zone it may be more than a year away, of these two it is not. */
function nextDayOf(hours: number, now: Date): { readonly date: string; readonly timezone: string } {
  for (let days = 2; ; days++) {
    for (const timezone of ['Australia/Sydney', 'Europe/Berlin']) {
      const date = addDays(localDate(now, timezone), days);
      const { from, to } = dayInterval(date, timezone);
      if (to - from === hours * hour) return { date, timezone };
    }
  }
}

export const zones: readonly Check[] = [midnights, shifted, today];
