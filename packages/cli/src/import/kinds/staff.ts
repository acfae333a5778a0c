import { every, staff } from '@paper-circe/core';
import type { Client } from '@paper-circe/api/client';
import { field } from '../columns.ts';
import { listOf, weeklyHoursOf } from '../values.ts';
import type { Kind } from './kind.ts';
import { sameName } from './names.ts';
import { parsed } from './parsed.ts';

/** Nothing but the name tells two of the staff apart in a spreadsheet. */
export const staffKind: Kind = {
  tried: false,
  // Writers at once would only start over for each other.
  atOnce: 1,
  fields: [
    field('name', 'nama namastaff namastaf namaterapis namakaryawan namapegawai karyawan pegawai staf staff terapis fullname employee', 'required'), // prettier-ignore
    field('role', 'jabatan posisi peran bagian position title job', 'required'),
    field('skills', 'keahlian keterampilan skill spesialisasi speciality specialty', 'optional'),
    field('workingHours', 'jamkerja jadwal jadwalkerja shift hours schedule', 'optional'),
  ],
  async open(client) {
    const [active, inactive] = await Promise.all([
      everyStaff(client),
      Array.fromAsync(every((page) => client.staff.findInactive.query(page))),
    ]);
    const known = new Set([...active, ...inactive].map(({ name }) => sameName(name)));
    return ({ skills, workingHours, ...row }) => {
      const input = parsed(staff.NewStaff, {
        ...row,
        ...(skills && { skills: listOf(skills) }),
        ...(workingHours && { workingHours: weeklyHoursOf('workingHours', workingHours) }),
      });
      const identity = sameName(input.name);
      return {
        identity,
        exists: () => Promise.resolve(known.has(identity)),
        add: (asked) => client.staff.add.mutate(input, { context: { ...asked } }),
      };
    };
  },
};

export function everyStaff(client: Client) {
  return Array.fromAsync(every((page) => client.staff.findByTenant.query(page)));
}
