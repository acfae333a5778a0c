import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newStaffedPractice, testServer, type StaffedPractice } from '@paper-circe/api/testing';
import { audit, bookings, checks, every, patients, quotas, staff, treatments } from '@paper-circe/core';
import { testDatabase } from '@paper-circe/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { circe, parsed } from '../testing/command.ts';

const db = testDatabase();
const server = testServer(() => ({ database: db.database }));

let practice: StaffedPractice;
let folder: string;
beforeAll(async () => {
  [practice, folder] = await Promise.all([
    newStaffedPractice(db.database),
    mkdtemp(join(tmpdir(), 'circe-import-')),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function imported(what: string, lines: readonly string[] | Buffer, ...more: readonly string[]) {
  const file = join(folder, `${++files}.csv`);
  await writeFile(file, Buffer.isBuffer(lines) ? lines : lines.join('\r\n'));
  const { slug, accounts } = practice;
  const env = { CIRCE_URL: server.url, CIRCE_TENANT: slug, CIRCE_TOKEN: accounts.admin.token };
  const said = await circe(['--json', 'import', what, file, ...more], { env });
  const lines_ = parsed(said) as { line?: number; outcome?: string; summary?: object }[];
  return {
    ...said,
    summary: lines_.find(({ summary }) => summary)?.summary,
    rows: lines_.filter(({ outcome }) => outcome !== undefined),
  };
}

const everyPatient = () => Array.fromAsync(every((page) => patients.findByTenant(practice.clinic, page)));

test('patients come in by guessed columns, which are shown, and a second time nothing is added', async () => {
  const lines = [
    'Nama Pasien;No. HP (WA);Catatan;Riwayat/Alergi;Tgl Daftar',
    'Citra Dewi;0812-5550-0001;Pagi saja;Kacang;01/02/2024',
    '"Dian; Putri";="081255500002";;Lateks;',
  ];
  const first = await imported('patients', lines);
  expect(first).toMatchObject({ code: 0, summary: { added: 2, refused: 0 } });
  expect(first.err).toContain('name         <- "Nama Pasien"');
  expect(first.err).toContain('email        <- (nothing)');
  expect(first.err).toContain('Left out: "Tgl Daftar"');
  const citra = await patients.findByTenantAndPhone(practice.clinic, '081255500001');
  expect(citra).toMatchObject({ name: 'Citra Dewi', notes: 'Catatan: Pagi saja\nRiwayat/Alergi: Kacang' });
  const dian = await patients.findByTenantAndPhone(practice.clinic, '081255500002');
  expect(dian).toMatchObject({ notes: 'Riwayat/Alergi: Lateks' });
  const before = await everyPatient();
  expect(await imported('patients', lines)).toMatchObject({ code: 0, summary: { added: 0, exists: 2 } });
  expect(await everyPatient()).toEqual(before);
});

test('all or nothing: with one bad row nothing is written, and every bad one is told with its line', async () => {
  const before = await everyPatient();
  const lines = [
    'name,phone,email',
    'Eka,0812 5551 0001,eka@mail.id',
    ',0812 5551 0002,',
    'Fitri,nonsense,',
    'Gita,"6,28125E+12",',
    'Hana,0812 5551 0003,not an address',
    '=1+1,0812 5551 0004,',
    'Indah,0812 5551 0005,,sister of Gita',
  ];
  const refused = await imported('patients', lines);
  expect(refused).toMatchObject({ code: 6, summary: { new: 1, refused: 6 } });
  expect(refused.err).toContain('Nothing was written.');
  expect(refused.rows.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(await everyPatient()).toEqual(before);
  const skipped = await imported('patients', lines, '--skip');
  expect(skipped).toMatchObject({ code: 6, summary: { added: 1, refused: 6 } });
  expect(await everyPatient()).toHaveLength(before.length + 1);
});

test('a dry run tells of every row and adds none', async () => {
  const before = await everyPatient();
  const tried = await imported(
    'patients',
    ['Nama,WA', 'Jihan,081255520001', 'Jihan,+62 812-5552-0001', `Ayu,${practice.ayu.phone}`],
    '--dry-run',
  );
  expect(tried).toMatchObject({ code: 0, summary: { new: 1, double: 1, exists: 1 } });
  expect(tried.rows).toMatchObject([{ outcome: 'new' }, { outcome: 'double' }, { outcome: 'exists' }]);
  expect(await everyPatient()).toEqual(before);
});

test('columns can be said, and a required one that is not found is asked for', async () => {
  const lines = ['Siapa,Hubungi,Nama', 'Kartika,081255530001,x'];
  const unknown = await imported('patients', lines);
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.err).toContain('"Siapa", "Hubungi"');
  const said = ['--map', 'name=Siapa', '--map', 'phone=Hubungi'];
  expect(await imported('patients', lines, ...said)).toMatchObject({ code: 0, summary: { added: 1 } });
  expect(await imported('patients', lines, '--map', 'name=Missing')).toMatchObject({ code: 2 });
  expect(await imported('patients', lines, '--map', '__proto__=Siapa')).toMatchObject({ code: 2 });
});

test('a file comes in as Excel saves it: in its encodings, with sep=, rows cut short and an empty last column', async () => {
  const unicodeText = 'Nama Pasien\tNo. HP\tCatatan\t\r\nRenée\t081255540001\t"Laser, pagi"\t\r\nMade\t81255540002\r\n';
  const ansi = 'sep=;\r\nNama;HP;Catatan;\r\nAndré;="081255540003";;\r\n;;;\r\nKetut;081255540004\r\n';
  const utf16 = Buffer.from(`\ufeff${unicodeText}`, 'utf16le');
  expect(await imported('patients', utf16)).toMatchObject({ code: 0, summary: { added: 2 } });
  expect(await imported('patients', Buffer.from(utf16).swap16())).toMatchObject({ code: 0, summary: { exists: 2 } });
  const bytes = Buffer.from(ansi, 'latin1');
  const refused = await imported('patients', bytes);
  expect(refused).toMatchObject({ code: 6, rows: [] });
  expect(refused.err).toContain('--encoding windows-1252');
  expect(await imported('patients', bytes, '--encoding', 'windows-1252')).toMatchObject({ code: 0, summary: { added: 2 } });
  const came = (await everyPatient()).filter(({ phone }) => phone.startsWith('+628125554000'));
  expect(came.map(({ name, phone, notes }) => [name, phone, notes]).toSorted()).toEqual([
    ['André', '+6281255540003', undefined],
    ['Ketut', '+6281255540004', undefined],
    ['Made', '+6281255540002', undefined],
    ['Renée', '+6281255540001', 'Laser, pagi'],
  ]);
}); // prettier-ignore

test('a number that Excel has rounded is refused by its row, and one with decimals is not another number', async () => {
  const lines = ['Nama;HP', 'Oka;8,12555E+11', 'Putu;81255550001,0', 'Rai;8E+11'];
  expect(await imported('patients', lines, '--skip')).toMatchObject({
    code: 6,
    summary: { added: 1, refused: 2 },
    rows: [
      { line: 2, field: 'phone', message: expect.stringContaining('rounded') as string },
      { line: 3, outcome: 'added' },
      { line: 4, field: 'phone', message: expect.stringContaining('rounded') as string },
    ],
  });
  expect(await patients.findByTenantAndPhone(practice.clinic, '081255550001')).toMatchObject({
    name: 'Putu',
  });
});

test('staff, treatments and appointments follow each other, and again nothing is doubled', async () => {
  const people = [
    'Nama;Jabatan;Keahlian;Jam Kerja',
    'Lestari;Terapis;Laser, Facial;Senin-Minggu 09.00-20.00',
  ];
  const prices = ['Perawatan;Kategori;Durasi;Harga;Terapis', 'Peeling;Wajah;1 jam;Rp 350.000;Lestari'];
  const diary = [
    'Tanggal;Jam;No HP;Perawatan;Terapis;Keterangan',
    `26/11/2026;10.00;${practice.ayu.phone};Peeling;lestari;Pertama kali`,
  ];
  for (let round = 0; round < 2; round++) {
    const wanted = round === 0 ? { added: 1, exists: 0 } : { added: 0, exists: 1 };
    expect(await imported('staff', people)).toMatchObject({ code: 0, summary: wanted });
    expect(await imported('treatments', prices)).toMatchObject({ code: 0, summary: wanted });
    expect(await imported('bookings', diary)).toMatchObject({ code: 0, summary: wanted });
  }
  const lestari = (await staff.findByTenant(practice.clinic)).items.find(({ name }) => name === 'Lestari')!;
  expect(lestari.workingHours).toHaveLength(7);
  const peeling = (await treatments.findByTenantAndStaff(practice.clinic, lestari.id)).items;
  expect(peeling).toMatchObject([{ name: 'Peeling', durationMin: 60, price: 350_000 }]);
  expect(await bookings.findByTenantAndDate(practice.clinic, '2026-11-26')).toMatchObject([
    { localTime: '10:00', staffId: lestari.id, notes: 'Pertama kali' },
  ]);
});

test('an appointment that does not fit is refused with why', async () => {
  const { ayu } = practice;
  const { rows } = await imported('bookings', [
    'date,time,phone,treatment,staff',
    `27/11/2026,03:00,${ayu.phone},Facial,Sari`,
    `27/11/2020,10:00,${ayu.phone},Facial,Sari`,
    '27/11/2026,10:00,0899 0000 0000,Facial,Sari',
    `27/11/2026,10:00,${ayu.phone},Massage,Sari`,
    `11/27/2026,10:00,${ayu.phone},Facial,Sari`,
  ]);
  expect(rows).toMatchObject([
    { line: 2, message: expect.stringContaining('CLOSED') as string },
    { line: 3, message: expect.stringContaining('PAST') as string },
    { line: 4, field: 'phone' },
    { line: 5, field: 'treatment' },
    { line: 6, field: 'date' },
  ]);
});

test('what another system kept comes in as it ended, once, and agrees with what is counted', async () => {
  const { clinic, ayu, sari } = practice;
  const lines = [
    'Tanggal;Jam;No HP;Perawatan;Terapis;Status;Harga;Metode Bayar;Saluran',
    `02/03/2024;10.00;${ayu.phone};Facial;Sari;Selesai;Rp 175.000;Tunai;Langsung`,
    `05/04/2025;11.00;${ayu.phone};Facial;Sari;completed;;;Walk-In`,
    `06/04/2025;11.00;${ayu.phone};Facial;Sari;Batal;;;WhatsApp`,
    `07/04/2025;11.00;${ayu.phone};Facial;Sari;tidak datang;;;`,
  ];
  const bad = [
    ...lines,
    `01/12/2027;11.00;${ayu.phone};Facial;Sari;Selesai;;;`,
    `08/04/2025;11.00;${ayu.phone};Facial;;Selesai;;;`,
    `08/04/2025;11.00;${ayu.phone};Facial;Sari;maybe;;;`,
    `08/04/2025;11.00;${ayu.phone};Facial;Sari;Selesai;;shells;`,
    `08/04/2025;11.00;${ayu.phone};Facial;Sari;Selesai;;;by pigeon`,
    `01/12/2027;11.00;${ayu.phone};Facial;Sari;;;;langsung`,
  ];
  const before = await patients.get(clinic, ayu.id);
  const used = await quotas.usage(clinic);
  expect(await imported('bookings', bad, '--dry-run')).toMatchObject({
    code: 6,
    summary: { new: 4, refused: 6 },
    rows: expect.arrayContaining([
      expect.objectContaining({ line: 6, field: 'startAt' }),
      expect.objectContaining({ line: 7, field: 'staff' }),
      expect.objectContaining({ line: 8, field: 'status' }),
      expect.objectContaining({ line: 9, field: 'method' }),
      expect.objectContaining({ line: 10, field: 'source' }),
      expect.objectContaining({ line: 11, field: 'source' }),
    ]) as unknown,
  });
  expect(await patients.get(clinic, ayu.id)).toEqual(before);
  const both = await Promise.all([
    imported('bookings', lines, '--skip'),
    imported('bookings', lines, '--skip'),
  ]);
  const added = both.map(({ summary }) => (summary as { added: number }).added);
  expect([both.map(({ code }) => code), added[0]! + added[1]!]).toEqual([[0, 0], 4]);
  expect(await imported('bookings', lines)).toMatchObject({ code: 0, summary: { added: 0, exists: 4 } });
  expect(await patients.get(clinic, ayu.id)).toMatchObject({
    totalVisits: before.totalVisits + 2,
    lastVisitAt: before.lastVisitAt ?? new Date('2025-04-05T04:00:00Z'),
  });
  const { items } = await bookings.findByPatient(clinic, ayu.id, { limit: 200 });
  const [old] = items.filter(({ localDate }) => localDate === '2024-03-02');
  expect(old).toMatchObject({ price: 175_000, paymentAmount: 175_000, staffId: sari.id, imported: true });
  const channels = items.filter((one) => one.imported).map(({ source }) => source);
  expect(channels.toSorted()).toEqual(['online', 'online', 'walk-in', 'walk-in']);
  expect(old).toMatchObject({ payments: [{ method: 'cash', localDate: '2024-03-02' }] });
  expect(items.filter((one) => one.imported).every(({ holds }) => holds === undefined)).toBe(true);
  expect(await quotas.usage(clinic)).toEqual(used);
  for (const aspect of checks.Aspect.options)
    expect(await Array.fromAsync(checks.findWrong(clinic, aspect))).toEqual([]);
});

test('a large file that comes a second time writes nothing, not even into the audit', async () => {
  const lines = ['Nama,HP', ...Array.from({ length: 500 }, (_, n) => `Lama ${n},0813 7000 ${1000 + n}`)];
  expect(await imported('patients', lines)).toMatchObject({ code: 0, summary: { added: 500 } });
  const [before, seq] = [await everyPatient(), await audit.seal(practice.clinic)];
  for (const how of [[], ['--skip'], ['--dry-run']]) {
    const again = await imported('patients', lines, ...how);
    expect(again).toMatchObject({ code: 0, summary: { added: 0, exists: 500, refused: 0 } });
  }
  expect(await audit.seal(practice.clinic)).toBe(seq);
  expect(await everyPatient()).toEqual(before);
});

test('two imports of one file at once add nothing twice', async () => {
  const lines = ['Nama,Jabatan', ...Array.from({ length: 12 }, (_, n) => `Orang ${n},Terapis`)];
  const people = ['Nama,HP', ...Array.from({ length: 130 }, (_, n) => `Tamu ${n},0812 6000 ${1000 + n}`)];
  const guests = await Promise.all([imported('patients', people), imported('patients', people)]);
  expect(guests.map(({ code }) => code)).toEqual([0, 0]);
  expect((await everyPatient()).filter(({ name }) => name.startsWith('Tamu '))).toHaveLength(130);
  const both = await Promise.all([imported('staff', lines), imported('staff', lines)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const everybody = await Array.fromAsync(every((page) => staff.findByTenant(practice.clinic, page)));
  expect(everybody.filter(({ name }) => name.startsWith('Orang '))).toHaveLength(12);
});

test.each([
  ['an empty file', [''], 6],
  ['a file of headings only', ['Nama,HP'], 0],
  ['a quote left open', ['Nama,HP', '"Ayu,0812'], 6],
  ['a workbook', ['PK\u0003\u0004'], 6],
  ['a web page by the name of a workbook', ['<html><table><tr><td>Nama</td></tr></table></html>'], 6],
])('%s ends with its exit code', async (_, lines, code) => {
  expect((await imported('patients', lines)).code).toBe(code);
});

test('no file, nobody, and who may not are told before any row is', async () => {
  const { slug, accounts } = practice;
  const env = { CIRCE_URL: server.url, CIRCE_TENANT: slug };
  expect((await circe(['import', 'patients', join(folder, 'missing.csv')], { env })).code).toBe(2);
  expect((await circe(['import', 'cats', join(folder, '1.csv')], { env })).code).toBe(2);
  const file = join(folder, 'more.csv');
  await writeFile(file, 'Perawatan,Kategori,Durasi,Harga\nScrub,Badan,60,1');
  expect((await circe(['import', 'treatments', file], { env })).code).toBe(3);
  const asStaff = { ...env, CIRCE_TOKEN: accounts.staff.token };
  expect((await circe(['import', 'treatments', file], { env: asStaff })).code).toBe(3);
});
