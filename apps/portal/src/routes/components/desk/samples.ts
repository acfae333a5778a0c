import type { Failure } from '@paper-circe/api/client';
import { zone } from '../samples.ts';

/** What the parts of booking and of the front desk are shown with: one invented morning, always the same. */
export { zone };

const at = (time: string, day = '02') => new Date(`2026-03-${day}T${time}:00+07:00`);

const rina = { kind: 'user', id: 'rina', name: 'Rina Kartika', role: 'admin' } as const;

export const people = [
  { name: 'Ayu Wulandari', phone: '+6281234567890', totalVisits: 14, notes: '' },
  {
    name: 'Dewi Anggraini Kusumawardhani',
    phone: '+6282145678901',
    totalVisits: 0,
    notes: 'Alergi lidocaine; kulit sensitif, jangan dikupas.',
  },
] as const;

export const booked = [
  {
    id: 'glow',
    startAt: at('09:00'),
    endAt: at('10:00'),
    localDate: '2026-03-02',
    treatmentName: 'Facial Glow',
    staffName: 'Sari Wulandari',
    status: 'completed',
    source: 'online',
    paymentStatus: 'paid',
    payments: [],
    price: 350_000,
  },
  {
    id: 'laser',
    startAt: at('14:00', '09'),
    endAt: at('15:15', '09'),
    localDate: '2026-03-09',
    treatmentName: 'Laser Rejuvenation',
    staffName: 'dr. Made Wirawan',
    status: 'confirmed',
    source: 'online',
    paymentStatus: 'deposit',
    payments: [],
    price: 1_250_000,
  },
] as const;

export const priceList = [
  {
    id: 'facial',
    name: 'Facial Glow',
    category: 'Facial',
    durationMin: 60,
    price: 350_000,
    popularity: 90,
  },
  {
    id: 'laser',
    name: 'Laser Rejuvenation',
    category: 'Laser',
    durationMin: 75,
    price: 1_250_000,
    popularity: 40,
  },
];

const free = (time: string, staffIds: string[]) => {
  return { date: '2026-03-02', time, startAt: at(time), staffIds };
};

/** A strip of days, one full and one closed, and the times of one of them. */
export const freeTimes = {
  days: [12, 0, 3, 8, 14, 9, 0].map((count, index) => ({ date: `2026-03-0${index + 2}`, count })),
  date: '2026-03-02',
  times: [free('10:15', ['sari', 'made']), free('10:45', ['sari']), free('14:00', ['made'])],
  next: [],
  later: '2026-03-16',
};

/** A time that two speak against. */
export const taken = {
  step: 0,
  startAt: at('14:15'),
  common: [],
  staff: [
    {
      id: 'made',
      codes: ['BUSY'],
      busy: [{ id: 'laser', patientName: 'Budi Santoso', startAt: at('14:00'), endAt: at('15:15') }],
      decidable: true,
    },
    { id: 'sari', codes: ['OFF_SHIFT'], busy: [], decidable: true },
  ],
} as const;

export const sessions = [
  {
    id: 'here',
    agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    address: '192.168.1.20',
    current: true,
    createdAt: at('08:00'),
    lastUsedAt: at('09:55'),
  },
  { id: 'there', current: false, createdAt: at('08:00', '01'), lastUsedAt: at('19:00', '01') },
] as const;

export const failures = {
  stale: {
    code: 'STALE',
    message: 'Somebody changed this treatment in the meantime.',
    requestId: '',
    details: {
      expected: 1,
      found: 2,
      changes: {},
      by: rina,
      at: at('09:50'),
    },
  },
  phone: {
    code: 'CONFLICT_DUPLICATE',
    message: 'The clinic has a patient with this phone number.',
    requestId: '',
    details: { field: 'phone', id: 'dewi' },
  },
} as const satisfies Record<string, Failure>;

const event = { collection: 'bookings', documentId: 'Ayu Wulandari', actor: rina } as const;

/** Of two days, with few changes and with many. */
export const events = [
  {
    ...event,
    id: 'confirmed',
    at: at('09:50'),
    action: 'bookings.confirm',
    changes: { status: { from: 'pending', to: 'confirmed' }, price: { to: 350_000 } },
  },
  {
    ...event,
    id: 'booked',
    at: at('16:20', '01'),
    action: 'bookings.book',
    actor: { kind: 'public' },
    changes: {
      status: { to: 'pending' },
      price: { to: 350_000 },
      notes: { to: 'Alergi' },
      durationMin: { from: 60, to: 75 },
    },
  },
] as const;
