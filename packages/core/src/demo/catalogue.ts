// What the demo clinics are made of.
import type { NewTenant } from '../tenants/index.ts';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const clinics: readonly (NewTenant & { slug: 'jakarta' | 'bali' })[] = [
  {
    name: 'Klinik Melati Jakarta',
    slug: 'jakarta',
    config: {
      timezone: 'Asia/Jakarta',
      locale: 'id',
      theme: { primaryColor: '#8B5CF6', secondaryColor: '#EC4899' },
      features: { maxUsers: 50, maxBookings: 20_000 },
      openingHours: days.map((day) => `${day} ${day === 'sun' ? '10:00-18:00' : '09:00-21:00'}`),
      booking: { publicPage: true },
      contact: { phone: '+6281298765432', address: 'Jl. Melati Raya 17\nJakarta Selatan 12160' },
    },
  },
  {
    name: 'Kamboja Skin Studio Bali',
    slug: 'bali',
    config: {
      timezone: 'Asia/Makassar',
      locale: 'id',
      theme: { primaryColor: '#0F766E', secondaryColor: '#F59E0B' },
      features: { maxUsers: 50, maxBookings: 20_000 },
      openingHours: days.map((day) => `${day} 10:00-21:00`),
      contact: { phone: '+62361234567', address: 'Jl. Kamboja 5\nSeminyak, Bali 80361' },
    },
  },
];

export interface DemoTreatment {
  readonly name: string;
  readonly category: string;
  readonly durationMin: number;
  /** Rupiah. */
  readonly price: number;
  readonly popularity: number;
  readonly bufferAfterMin?: number;
  readonly description: string;
}

function treatment(
  category: string,
  name: string,
  durationMin: number,
  price: number,
  popularity: number,
  description: string,
  bufferAfterMin = 0,
): DemoTreatment {
  return { category, name, durationMin, price, popularity, description, bufferAfterMin };
}

export const treatments: readonly DemoTreatment[] = [
  treatment(
    'Facial',
    'Facial Premium',
    75,
    450_000,
    95,
    'Pembersihan mendalam, ekstraksi, masker, dan pijat wajah.',
    10,
  ),
  treatment(
    'Facial',
    'Facial Acne',
    60,
    350_000,
    88,
    'Perawatan kulit berjerawat dengan ekstraksi dan sinar biru.',
    10,
  ),
  treatment('Facial', 'Facial Brightening', 60, 375_000, 82, 'Mencerahkan kulit kusam dengan vitamin C.', 10),
  treatment('Facial', 'Hydrafacial', 45, 850_000, 90, 'Pembersihan dan hidrasi dengan tiga tahap.', 15),
  treatment('Facial', 'Facial Express', 30, 200_000, 70, 'Pembersihan singkat untuk jam istirahat.', 5),
  treatment(
    'Injection',
    'Botox Dahi',
    30,
    2_500_000,
    76,
    'Toksin botulinum untuk garis dahi, oleh dokter.',
    10,
  ),
  treatment(
    'Injection',
    'Filler Bibir',
    45,
    3_800_000,
    68,
    'Asam hialuronat untuk volume bibir, oleh dokter.',
    15,
  ),
  treatment(
    'Injection',
    'Skin Booster',
    45,
    1_900_000,
    72,
    'Hidrasi dalam untuk wajah dan leher, oleh dokter.',
    10,
  ),
  treatment('Injection', 'Mesolipo Pipi', 30, 950_000, 55, 'Mengurangi lemak pipi, oleh dokter.', 10),
  treatment('Injection', 'Vitamin C Infus', 45, 500_000, 64, 'Infus vitamin C dengan pengawasan perawat.', 5),
  treatment('Laser', 'Laser Rejuvenation', 60, 1_500_000, 80, 'Meremajakan kulit dan mengecilkan pori.', 15),
  treatment(
    'Laser',
    'Laser Hair Removal Ketiak',
    30,
    600_000,
    74,
    'Mengurangi rambut ketiak secara bertahap.',
    10,
  ),
  treatment(
    'Laser',
    'Laser Hair Removal Kaki',
    75,
    1_600_000,
    58,
    'Mengurangi rambut kaki secara bertahap.',
    15,
  ),
  treatment('Laser', 'Laser Flek', 45, 1_250_000, 66, 'Menyamarkan flek dan noda gelap.', 15),
  treatment('Peeling', 'Chemical Peeling Ringan', 45, 400_000, 69, 'Asam glikolat untuk kulit kusam.', 10),
  treatment('Peeling', 'Peeling Acne', 45, 450_000, 67, 'Asam salisilat untuk kulit berminyak.', 10),
  treatment('Peeling', 'Peeling Punggung', 60, 550_000, 42, 'Mengurangi bekas jerawat punggung.', 10),
  treatment('Peeling', 'Microdermabrasion', 45, 500_000, 51, 'Pengelupasan halus dengan kristal.', 10),
  treatment(
    'Body',
    'Body Scrub dan Massage',
    120,
    650_000,
    63,
    'Lulur tradisional dan pijat seluruh badan.',
    15,
  ),
  treatment('Body', 'Slimming RF', 60, 750_000, 47, 'Gelombang radio untuk mengencangkan perut.', 10),
  treatment('Body', 'Back Facial', 60, 425_000, 49, 'Pembersihan dan masker untuk punggung.', 10),
  treatment('Body', 'Waxing Kaki Penuh', 60, 350_000, 44, 'Waxing kaki dengan bahan alami.', 10),
  treatment(
    'Brow & Lash',
    'Sulam Alis',
    120,
    2_200_000,
    61,
    'Sulam alis dengan teknik helai, dengan konsultasi bentuk.',
    15,
  ),
  treatment('Brow & Lash', 'Lash Lift', 60, 350_000, 73, 'Melentikkan bulu mata asli.', 5),
  treatment('Brow & Lash', 'Eyelash Extension', 90, 450_000, 71, 'Sambung bulu mata, tampilan natural.', 10),
];

export interface DemoStaff {
  readonly name: string;
  readonly role: 'Doctor' | 'Therapist' | 'Nurse' | 'Beautician';
  readonly rating: number;
  readonly shift: string;
  readonly daysOff: readonly string[];
}

function person(
  name: string,
  role: DemoStaff['role'],
  rating: number,
  shift: string,
  ...daysOff: string[]
): DemoStaff {
  return { name, role, rating, shift, daysOff };
}

const early = '09:00-13:00 14:00-17:00';
const late = '13:00-17:00 17:30-21:00';
const long = '10:00-14:00 15:00-20:00';
const island = '10:00-14:00 15:00-19:00';

export const staffOf: Record<'jakarta' | 'bali', readonly DemoStaff[]> = {
  jakarta: [
    person('dr. Ratna Kusumawardhani', 'Doctor', 4.9, long, 'sun', 'mon'),
    person('dr. Bimo Prasetyo', 'Doctor', 4.7, late, 'wed', 'sun'),
    person('Sari Wulandari', 'Therapist', 4.8, early, 'sun'),
    person('Dewi Anggraini', 'Therapist', 4.6, late, 'tue'),
    person('Intan Permatasari', 'Therapist', 4.7, long, 'thu'),
    person('Nurul Hidayah', 'Therapist', 4.4, early, 'fri'),
    person('Rina Marlina', 'Nurse', 4.8, long, 'sat'),
    person('Fitri Handayani', 'Nurse', 4.5, early, 'sun'),
    person('Maya Puspita', 'Beautician', 4.9, late, 'mon'),
    person('Yuni Astuti', 'Beautician', 4.3, early, 'wed'),
    person('Lestari Ningrum', 'Beautician', 4.6, long, 'sun'),
  ],
  bali: [
    person('dr. Ni Luh Ayu Pradnyani', 'Doctor', 4.9, island, 'sun', 'wed'),
    person('dr. I Made Wirawan', 'Doctor', 4.6, long, 'mon', 'tue'),
    person('Ni Kadek Sri Utami', 'Therapist', 4.8, island, 'thu'),
    person('Ni Komang Ratih', 'Therapist', 4.7, late, 'sun'),
    person('Putu Diah Lestari', 'Therapist', 4.5, island, 'mon'),
    person('Ni Wayan Suastini', 'Nurse', 4.6, long, 'sat'),
    person('Kadek Ariani', 'Beautician', 4.8, late, 'tue'),
    person('Luh Gede Puspa', 'Beautician', 4.4, island, 'fri'),
    person('Desak Made Wulan', 'Therapist', 4.7, late, 'wed'),
  ],
};

/** Which roles perform which categories. */
export const skillsOf: Record<DemoStaff['role'], readonly string[]> = {
  Doctor: ['Injection', 'Laser', 'Peeling'],
  Nurse: ['Injection', 'Laser', 'Facial'],
  Therapist: ['Facial', 'Peeling', 'Body'],
  Beautician: ['Brow & Lash', 'Facial', 'Body'],
};

/** Injections that only a doctor performs. */
export const doctorsOnly = new Set(['Botox Dahi', 'Filler Bibir', 'Skin Booster', 'Mesolipo Pipi']);

export const givenNames = [
  'Ayu', 'Putri', 'Dian', 'Siti', 'Rizka', 'Anisa', 'Nadia', 'Citra', 'Bella', 'Tania', 'Wulan', 'Laras', 'Kirana',
  'Amelia', 'Salsabila', 'Nabila', 'Aulia', 'Rahma', 'Melati', 'Indah', 'Ratih', 'Sekar', 'Galuh', 'Vania', 'Jessica',
  'Clara', 'Michelle', 'Grace', 'Made', 'Kadek', 'Komang', 'Wayan', 'Ketut', 'Gede', 'Andi', 'Budi', 'Rizky', 'Fajar',
  'Dimas', 'Yoga', 'Hendra', 'Kevin', 'Ilham', 'Reza', 'Bagus', 'Arif', 'Dewi', 'Tiara', 'Zahra', 'Hana',
]; // prettier-ignore

export const familyNames = [
  'Lestari', 'Wijaya', 'Santoso', 'Pratiwi', 'Kusuma', 'Hartono', 'Rahmawati', 'Saputra', 'Nugroho', 'Maharani',
  'Siregar', 'Nasution', 'Simanjuntak', 'Hutapea', 'Tanuwijaya', 'Halim', 'Gunawan', 'Setiawan', 'Suryani', 'Permana',
  'Utami', 'Hidayat', 'Anggraeni', 'Firmansyah', 'Ramadhani', 'Puspitasari', 'Wibowo', 'Kurniawan', 'Oktaviani',
  'Suwandi', 'Purnama', 'Mahendra', 'Adnyana', 'Suardana', 'Paramita', 'Andayani', 'Yulianti', 'Syahputra', 'Wahyuni',
]; // prettier-ignore

/** Indonesian mobile prefixes after +62. */
export const mobilePrefixes = ['811', '812', '813', '821', '822', '852', '853', '856', '857', '858', '877', '878', '895', '896']; // prettier-ignore

export const patientNotes = [
  'Alergi lateks.',
  'Alergi aspirin; hindari salisilat.',
  'Kulit sensitif, mudah kemerahan.',
  'Sedang hamil: tanpa retinoid dan laser.',
  'Asma, bawa inhaler.',
  'Alergi lidokain. Tanyakan dokter sebelum injeksi.',
  'Lebih suka terapis perempuan.',
  'Rentan keloid.',
  'Sedang minum isotretinoin sampai akhir tahun.',
];

export const bookingNotes = ['Minta ruang yang tenang.', 'Datang bersama ibu.', 'Pakai voucher ulang tahun.', 'Hubungi lewat WhatsApp.']; // prettier-ignore
