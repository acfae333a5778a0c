// `pnpm bench core`, `pnpm bench embedded` or `pnpm bench growth` runs one part; `pnpm bench holds` how long the event
// loop is held; without a part core and embedded run.
import { benchCore } from './core/main.ts';
import { withServer } from './core/server.ts';
import { benchHolds } from './embedded/holds.ts';
import { benchEmbedded } from './embedded/main.ts';

const [part, size] = process.argv.slice(2);

if (part === 'holds') await benchHolds(Number(size ?? 1_000_000));
if (part === undefined || part === 'embedded') await benchEmbedded();
if (part === undefined || part === 'core') await withServer(benchCore);
