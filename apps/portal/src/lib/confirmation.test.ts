import { expect, test } from 'vitest';
import { confirmationText, whatsAppHref } from './confirmation.ts';
import { overwriteGetLocale } from './paraglide/runtime.js';

const said = {
  clinic: { name: 'Klinik Melati', timezone: 'Asia/Makassar', currency: 'IDR' },
  patientName: 'Ayu',
  bookings: [
    {
      startAt: new Date('2026-11-24T02:00:00Z'),
      endAt: new Date('2026-11-24T02:45:00Z'),
      treatmentName: 'Facial Acne',
      staffName: 'Sari',
      price: 350_000,
      paymentAmount: 100_000,
      status: 'pending',
    },
  ],
};

test('a patient is written to in the patient’s language, whatever the desk reads', () => {
  overwriteGetLocale(() => 'id');
  expect(confirmationText(said, 'en')).toBe(
    [
      'Hello Ayu, your appointment at Klinik Melati:',
      '*Tuesday, 24 November 2026*',
      '10:00–10:45 WITA: Facial Acne with Sari',
      'Paid Rp 100,000, Rp 250,000 to pay.',
      'Please reply to confirm. Thank you.',
    ].join('\n'),
  );
  const link = 'https://desk.example/book/melati/booked/0f';
  expect(
    confirmationText({ ...said, link }, 'en')
      .split('\n')
      .at(-1),
  ).toBe(`To move or cancel: ${link}`);
  overwriteGetLocale(() => 'en');
  expect(confirmationText(said, 'id')).toContain('10.00–10.45 WITA: Facial Acne dengan Sari');
});

test('a link to WhatsApp carries the number and the whole text', () => {
  const href = new URL(whatsAppHref('+62812-345', 'a & b\n#1?'));
  expect([href.pathname, href.searchParams.get('text')]).toEqual(['/62812345', 'a & b\n#1?']);
});
