// `npm run bench -- import ROWS`: the spreadsheets of a clinic through the command and the API, with the embedded
// database in the process of the server, as one machine has it. Each is looked through first and then written, and comes
// a second time, of which nothing is written.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newAccount } from '@paper-circe/api/testing';
import { ensureIndexes, openDatabase } from '@paper-circe/core';
import { newClinic } from '@paper-circe/core/testing';
import { startEmbedded } from '@paper-circe/embedded';
import type { ServerState } from '../api/server-process.ts';

const command = join(import.meta.dirname, '../../../cli/src/main.ts');
/** Makes a process say what memory it had at most, in kilobytes, as the last line of its standard error. */
const telling = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';
const staff = 40;
const treatments = 200;

export async function benchImport(rows: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'circe-import-'));
  const file = join(folder, 'bench.db');
  try {
    const { slug, token } = await prepared(file);
    const server = fork(new URL('../api/server-process.ts', import.meta.url), [file, 'paper-circe']);
    const [port] = (await once(server, 'message')) as [number];
    const env = { CIRCE_URL: `http://127.0.0.1:${port}`, CIRCE_TENANT: slug, CIRCE_TOKEN: token };
    for (const [kind, count, line] of sheetsOf(rows)) {
      const sheet = join(folder, `${kind}.csv`);
      await pipeline(Readable.from(linesOf(count, line)), createWriteStream(sheet));
      for (const outcome of ['added', 'exists'] as const) {
        await measured(kind, count, sheet, env, outcome);
        server.send('state');
        const [{ rss }] = (await once(server, 'message')) as [ServerState];
        console.log(`  the server has ${(rss / 1e6).toFixed(0)} MB`);
      }
    }
    server.disconnect();
    await once(server, 'exit');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepared(file: string): Promise<{ slug: string; token: string }> {
  const server = await startEmbedded({ file });
  const database = await openDatabase({ uri: server.uri });
  await ensureIndexes(database);
  const clinic = await newClinic(database);
  const { token } = await newAccount(clinic, 'admin');
  await database.close();
  await server.close();
  return { slug: clinic.tenant.slug, token };
}

type Sheet = [kind: string, rows: number, line: (n: number) => string];

function sheetsOf(rows: number): Sheet[] {
  const people = Math.min(rows, 100_000);
  return [
    ['staff', staff, (n) => (n < 0 ? 'Nama,Jabatan' : `Terapis ${n},Terapis`)],
    ['treatments', treatments, (n) => n < 0 ? 'Perawatan,Kategori,Durasi,Harga' : `Facial ${n},Wajah,60,250000`], // prettier-ignore
    ['patients', people, (n) => (n < 0 ? 'Nama,No HP,Alergi' : `Pasien ${n},${phoneOf(n)},`)],
    ['bookings', rows, (n) => (n < 0 ? 'Tanggal,Jam,No HP,Perawatan,Terapis,Status' : past(n, people))],
  ];
}

const phoneOf = (n: number) => `0812${String(10_000_000 + n)}`;

/** Forty a day, back from today; a patient comes once in a while, and not with his neighbours of the list. */
function past(n: number, people: number): string {
  const day = new Date(Date.now() - (2 + Math.floor(n / staff)) * 86_400_000).toISOString().slice(0, 10);
  const time = `${String(9 + (n % 10)).padStart(2, '0')}:00`;
  return [day, time, phoneOf((n * 7919) % people), `Facial ${n % treatments}`, `Terapis ${n % staff}`, n % 9 ? 'Selesai' : 'Batal'].join(','); // prettier-ignore
}

function* linesOf(count: number, line: (n: number) => string): Generator<string> {
  for (let n = -1; n < count; n++) yield `${line(n)}\n`;
}

/** @param outcome what has to become of every row */
async function measured(
  kind: string,
  count: number,
  sheet: string,
  env: NodeJS.ProcessEnv,
  outcome: 'added' | 'exists',
): Promise<void> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', telling, command, 'import', kind, sheet], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2_000)));
  const [code] = (await once(child, 'close')) as [number];
  const seconds = (performance.now() - began) / 1000;
  const lines = said.trim().split('\n');
  const memory = Number(lines.at(-1)) / 1000;
  if (code !== 0 || lines.at(-2) !== `${count} ${outcome}`) throw new Error(said);
  console.log(
    `${kind}: ${count.toLocaleString('en')} rows in ${seconds.toFixed(1)} s, ${Math.round(count / seconds).toLocaleString('en')} a second; the command had at most ${memory.toFixed(0)} MB (all ${outcome})`,
  );
}
