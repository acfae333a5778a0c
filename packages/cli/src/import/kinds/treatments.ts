import { every, treatments } from '@paper-circe/core';
import type { Client } from '@paper-circe/api/client';
import { field } from '../columns.ts';
import { amountOf, listOf, minutesOf } from '../values.ts';
import type { Kind } from './kind.ts';
import { idOf, idsByName, sameName } from './names.ts';
import { parsed } from './parsed.ts';
import { everyStaff } from './staff.ts';

export const treatmentHeadings =
  'treatment namatreatment perawatan namaperawatan layanan namalayanan jasa tindakan produk service servicename treatmentname';

/** The name tells two treatments apart. */
export const treatmentsKind: Kind = {
  tried: false,
  // Writers at once would only start over for each other, and the price list has the order of the file.
  atOnce: 1,
  fields: [
    field('name', `nama ${treatmentHeadings}`, 'required'),
    field('category', 'kategori jenis kelompok golongan type group', 'required'),
    field('durationMin', 'durasi durasimenit lama lamamenit menit waktu duration minutes length', 'required'),
    field('price', 'harga hargarp tarif biaya cost rate amount', 'required'),
    field(
      'staff',
      'assignedstaff staf terapis petugas dikerjakanoleh therapist therapists performedby',
      'optional',
    ),
    field('description', 'deskripsi keterangan penjelasan', 'optional'),
  ],
  async open(client) {
    const { currency } = await client.clinic.current.query();
    const staffIds = idsByName(await everyStaff(client));
    const known = new Set((await everyTreatment(client, 'inactive too')).map(({ name }) => sameName(name)));
    return ({ staff, ...row }) => {
      const input = parsed(treatments.NewTreatment, {
        ...row,
        ...(staff && { assignedStaff: listOf(staff).map((name) => idOf(staffIds, 'staff', name)) }),
        durationMin: row['durationMin'] && minutesOf('durationMin', row['durationMin']),
        price: row['price'] && amountOf('price', row['price'], currency),
      });
      const identity = sameName(input.name);
      return {
        identity,
        exists: () => Promise.resolve(known.has(identity)),
        add: (asked) => client.treatments.add.mutate(input, { context: { ...asked } }),
      };
    };
  },
};

export function everyTreatment(client: Client, which: 'active' | 'inactive too') {
  const active = every((page) => client.treatments.findByTenant.query(page));
  const inactive = every((page) => client.treatments.findInactive.query(page));
  return Array.fromAsync(all(which === 'active' ? [active] : [active, inactive]));
}

async function* all<Item>(lists: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  for (const list of lists) yield* list;
}
