import type { Found } from '#lib/components/Combobox.svelte';
import { formatPhone } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { BookingStatus, PaymentStatus } from '#lib/status.ts';

/** Invented people of one invented morning, fixed so that pictures of the page stay the same. */

export const zone = 'Asia/Jakarta';

interface Sample {
  id: number;
  start: Date;
  end: Date;
  patient: string;
  treatment: string;
  staff: string;
  status: BookingStatus;
  payment: PaymentStatus;
  price: number;
  queueNumber?: number;
}

const at = (time: string) => new Date(`2026-03-02T${time}:00+07:00`);

export const morning: Sample[] = [
  {
    id: 1,
    start: at('09:00'),
    end: at('10:00'),
    patient: 'Ayu Wulandari',
    treatment: 'Facial Glow',
    staff: 'Rina Kartika',
    status: 'completed',
    payment: 'paid',
    price: 350_000,
  },
  {
    id: 2,
    start: at('09:30'),
    end: at('10:45'),
    patient: 'Budi Santoso',
    treatment: 'Laser Rejuvenation',
    staff: 'dr. Made Wirawan',
    status: 'confirmed',
    payment: 'deposit',
    price: 1_250_000,
  },
  {
    id: 3,
    start: at('10:00'),
    end: at('10:30'),
    patient: 'Citra Lestari',
    treatment: 'Konsultasi',
    staff: 'dr. Made Wirawan',
    status: 'pending',
    payment: 'unpaid',
    price: 150_000,
    queueNumber: 12,
  },
  {
    id: 4,
    start: at('10:15'),
    end: at('11:15'),
    patient: 'Dewi Anggraini Kusumawardhani',
    treatment: 'Chemical Peeling',
    staff: 'Rina Kartika',
    status: 'cancelled',
    payment: 'unpaid',
    price: 600_000,
  },
  {
    id: 5,
    start: at('11:00'),
    end: at('11:45'),
    patient: 'Eka Putri',
    treatment: 'Hair Spa',
    staff: 'Wayan Sari',
    status: 'no-show',
    payment: 'unpaid',
    price: 275_000,
  },
];

const people = [
  ['Ayu Wulandari', '+6281234567890', 14],
  ['Ayu Lestari', '+6281398761234', 3],
  ['Budi Santoso', '+6285712345678', 7],
  ['Citra Lestari', '+6287812340987', 1],
  ['Dewi Anggraini', '+6282145678901', 22],
] as const;

export function findPatient(query: string): Promise<Found[]> {
  const wanted = query.toLocaleLowerCase('id');
  return Promise.resolve(
    people
      .filter(
        ([name, phone]) =>
          name.toLocaleLowerCase('id').includes(wanted) || formatPhone(phone).includes(wanted),
      )
      .map(([name, phone, count]) => ({
        id: phone,
        label: name,
        detail: formatPhone(phone),
        note: m.gallery_visits({ count }),
      })),
  );
}
