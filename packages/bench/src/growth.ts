// Index keys that each finder looks at for a document it answers, in clinics of ten thousand to a million bookings
// and beside a thousand other clinics. Counts, not times: they are the same on every machine.
import { ensureIndexes, instantAt, localDate, openDatabase } from '@paper-circe/core';
import { examined, finders, grow, type GrownClinic } from '@paper-circe/core/testing/growth';
import { MongoClient } from 'mongodb';

const bar = 1.1;
const neighbours = 1_000;
/** Before anybody's first appointment, so that some of the day are still ahead at whatever hour it is measured. */
const morning = instantAt(localDate(new Date(), 'Asia/Jakarta'), '08:00', 'Asia/Jakarta');

export async function benchGrowth(uri: string, largest: number): Promise<void> {
  const name = `growth-${Date.now().toString(36)}`;
  const database = await openDatabase({ uri, name, clock: () => morning });
  await ensureIndexes(database);
  const columns: { readonly title: string; readonly ratios: ReadonlyMap<string, number> }[] = [];
  const measure = async (title: string, grown: GrownClinic) => {
    const ratios = new Map<string, number>();
    for (const [finder, find] of Object.entries(finders)) {
      const { keys, returned } = await examined(database, () => find(grown));
      if (returned === 0) throw new Error(`${finder} found nothing to be measured by.`);
      ratios.set(finder, keys / returned);
    }
    columns.push({ title, ratios });
  };
  let first: GrownClinic | undefined;
  for (let count = 10_000; count <= largest; count *= 10) {
    const grown = await grow(database, `clinic-${count}`, count);
    await measure(count.toLocaleString('en'), grown);
    first ??= grown;
  }
  for (let n = 0; n < neighbours; n++) await grow(database, `neighbour-${n}`, 100);
  if (first) await measure(`of ${neighbours.toLocaleString('en')}`, first);

  console.log(
    'Keys that are looked at for each document of the answer, by the bookings of the clinic, and of many clinics.',
  );
  console.log(['', ...columns.map(({ title }) => title)].map(cell).join(''));
  for (const finder of Object.keys(finders)) {
    const ratios = columns.map(({ ratios }) => ratios.get(finder)!);
    const verdict = ratios.every((ratio) => ratio <= bar) ? '' : `  ABOVE ${bar}`;
    console.log([finder, ...ratios.map((ratio) => ratio.toFixed(2))].map(cell).join('') + verdict);
  }
  await database.close();
  const client = new MongoClient(uri);
  await client.db(name).dropDatabase();
  await client.close();
}

function cell(text: string, column: number): string {
  return column === 0 ? text.padEnd(36) : text.padStart(12);
}
