// `npm run bench -- embedded`, `-- core` or `-- api` runs one part, and all three run without one. `-- growth` counts the index keys
// that finders look at in large clinics, `-- operations` backs up, restores, carries and archives a
// large clinic, `-- archive` archives one while desks work, `-- import` brings in the spreadsheets of one, `-- drills` kills what does so, `-- holds` measures how long the
// event loop is held, `-- live` keeps 500 screens open on one process. `-- core --only register --rounds 201` takes a closer look at
// one task.
import { parseArgs } from 'node:util';
import { benchApi } from './api/main.ts';
import { benchArchive } from './archive/main.ts';
import { benchCore } from './core/main.ts';
import { withServer } from './core/server.ts';
import { benchDrills } from './drills/main.ts';
import { benchHolds } from './embedded/holds.ts';
import { benchEmbedded } from './embedded/main.ts';
import { benchGrowth } from './growth.ts';
import { benchImport } from './import/main.ts';
import { benchLive } from './live/main.ts';
import { benchOperations } from './operations/main.ts';

const {
  positionals: [part, size],
  values: { rounds, seed = String(Date.now() % 1_000_000), only, bucket },
} = parseArgs({
  // pnpm hands the dashes on that npm takes away.
  args: process.argv.slice(2).filter((word) => word !== '--'),
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    bucket: { type: 'string' },
  },
});

if (part === 'holds') await benchHolds(Number(size ?? 1_000_000));
if (part === undefined || part === 'embedded') await benchEmbedded({ only, rounds });
if (part === undefined || part === 'core') await withServer((uri) => benchCore(uri, { only, rounds }));
if (part === undefined || part === 'api') await withServer(benchApi);
if (part === 'live') await withServer((uri) => benchLive(uri, Number(size ?? 500)));
if (part === 'growth') await withServer((uri) => benchGrowth(uri, Number(size ?? 1_000_000)));
if (part === 'import') await benchImport(Number(size ?? 10_000));
if (part === 'operations') await benchOperations(Number(size ?? 40_000), only);
if (part === 'archive') await benchArchive(Number(size ?? 40_000));
if (part === 'drills')
  await benchDrills({
    rounds: Number(rounds ?? 20),
    seed: Number(seed),
    ...(only !== undefined && { only }),
    ...(bucket !== undefined && { bucket }),
  });
