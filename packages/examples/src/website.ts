// A clinic's own website that books: the free times of one treatment, and a form. The token stays here on the server;
// the visitor's browser never sees it.
//   node website.ts TREATMENT_ID [PORT]
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isCirceError } from '@paper-circe/api/client';
import { TreatmentId } from '@paper-circe/api/shared';
import { clinicOfEnvironment } from './client.ts';

const [treatment = '', port = '8080'] = process.argv.slice(2);
const clinic = clinicOfEnvironment();
const { id: treatmentId, name } = await clinic.treatments.get.query({ id: TreatmentId.parse(treatment) });
const { timezone } = await clinic.clinic.current.query();
const spoken = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short', timeZone: timezone });

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    page(response, 500, '<p>Something went wrong. Please call us.</p>');
  });
}).listen(Number(port), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return page(response, 200, await form());
  const given = new URLSearchParams(await text(request));
  try {
    const startAt = await book(given);
    page(response, 200, `<p>Thank you. We expect you on ${escaped(spoken.format(startAt))}.</p>`);
  } catch (error) {
    const known = isCirceError(error, 'CONFLICT_SLOT') || isCirceError(error, 'VALIDATION');
    if (!known) throw error;
    page(response, 409, `<p role="alert">${escaped(error.message)}</p>${await form(given)}`);
  }
}

/** The form's own key makes a second press on its button the same booking. */
async function book(given: URLSearchParams): Promise<Date> {
  const field = (key: string) => given.get(key) ?? '';
  const idempotencyKey = (step: string) => ({ context: { idempotencyKey: `${field('form')}-${step}` } });
  const phone = field('phone');
  const known = await clinic.patients.findByTenantAndPhone.query({ phone });
  const patient =
    known ??
    (await clinic.patients.register.mutate({ name: field('name'), phone }, idempotencyKey('patient')));
  const { startAt } = await clinic.bookings.book.mutate(
    {
      patientId: patient.id,
      treatmentId,
      staffId: 'any',
      startAt: new Date(field('startAt')),
      source: 'online',
    },
    idempotencyKey('booking'),
  );
  return startAt;
}

async function form(given = new URLSearchParams()): Promise<string> {
  const { today } = await clinic.clinic.current.query();
  const days = await clinic.availability.search.query({ treatmentId, from: today, days: 3 });
  const times = days.flatMap(({ slots }) => slots.map(({ startAt }) => startAt)).slice(0, 30);
  const options = times.map(
    (at) => `<option value="${at.toISOString()}">${escaped(spoken.format(at))}</option>`,
  );
  const field = (key: string, label: string) =>
    `<p><label>${label} <input name="${key}" value="${escaped(given.get(key) ?? '')}" required></label></p>`;
  return `<h1>${escaped(name)}</h1><form method="post"><input type="hidden" name="form" value="${randomUUID()}">
    ${field('name', 'Name')}${field('phone', 'Phone')}
    <p><label>Time <select name="startAt">${options.join('')}</select></label></p><button>Book</button></form>`;
}

function page(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><title>${escaped(name)}</title>${body}</html>`);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
