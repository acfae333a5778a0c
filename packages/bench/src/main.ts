// `npm run bench -- embedded`, `-- core` or `-- api` runs one part, and all three run without one. `-- growth` counts the index keys
// that finders look at in large clinics, `-- drills` kills what backs up and restores, `-- holds` measures how long the
// event loop is held, `-- live` keeps 500 screens open on one process.
import { benchApi } from './api/main.ts';
import { benchCore } from './core/main.ts';
import { withServer } from './core/server.ts';
import { benchDrills } from './drills/main.ts';
import { benchHolds } from './embedded/holds.ts';
import { benchEmbedded } from './embedded/main.ts';
import { benchGrowth } from './growth.ts';
import { benchLive } from './live/main.ts';

const [part, size, more] = process.argv.slice(2);

if (part === 'holds') await benchHolds(Number(size ?? 1_000_000));
if (part === undefined || part === 'embedded') await benchEmbedded();
if (part === undefined || part === 'core') await withServer(benchCore);
if (part === undefined || part === 'api') await withServer(benchApi);
if (part === 'live') await withServer((uri) => benchLive(uri, Number(size ?? 500)));
if (part === 'growth') await withServer((uri) => benchGrowth(uri, Number(size ?? 1_000_000)));
if (part === 'drills') await benchDrills(Number(size ?? 20), Number(more ?? 100_000));
