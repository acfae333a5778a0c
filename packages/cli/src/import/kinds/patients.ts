import { patients } from '@paper-circe/core';
import { field } from '../columns.ts';
import { addingTogether } from '../together.ts';
import { phoneOf } from '../values.ts';
import type { Kind } from './kind.ts';
import { parsed } from './parsed.ts';

export const phoneHeadings =
  'telepon telp notelp notelepon nomortelepon hp nohp nomorhp handphone nohandphone wa nowa nomorwa whatsapp nowhatsapp nomorwhatsapp ponsel kontak phonenumber mobile mobilenumber mobilephone cell contact tel';

export const notesHeadings = 'catatan keterangan note remarks comment comments';

/** The phone number tells two patients apart. */
export const patientsKind: Kind = {
  tried: true,
  atOnce: 100,
  fields: [
    field('name', 'nama namapasien namalengkap namapelanggan namacustomer pasien pelanggan fullname patient patientname customer customername client clientname', 'required'), // prettier-ignore
    field('phone', phoneHeadings, 'required'),
    field('email', 'surel alamatemail emailaddress', 'optional'),
    field('notes', `${notesHeadings} alergi allergy allergies riwayatalergi`, 'joined'),
  ],
  async open(client) {
    const { country } = await client.clinic.current.query();
    const add = addingTogether<patients.NewPatient>(100, (rows, context) =>
      client.patients.registerMany.mutate({ patients: [...rows] }, { context }),
    );
    return (row) => {
      const input = parsed(patients.NewPatient, { ...row, phone: phoneOf('phone', row['phone'] ?? '') });
      const digits = input.phone.replace(/\D/g, '');
      return {
        identity: country === 'ID' ? digits.replace(/^(?:0|62)/, '') : digits,
        add: (asked) => add(input, asked),
      };
    };
  },
};
