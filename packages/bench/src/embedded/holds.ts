// How long the embedded server holds its event loop at a time, and what memory it takes, over many documents.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startEmbedded } from '@paper-circe/embedded';

const RESOLUTION = 2;

export async function benchHolds(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-holds-'));
  const server = await startEmbedded({ file: join(folder, 'holds.sqlite') });
  console.log(`The longest hold of the event loop, over ${count.toLocaleString('en')} documents:`);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  let began = 0;
  const client = fork(new URL('./holds-client.ts', import.meta.url), [server.uri, String(count)]);
  client.on('message', (message: { begin?: string; end?: string }) => {
    if (message.begin) {
      delay.reset();
      delay.enable();
      [peak, began] = [0, performance.now()];
      return;
    }
    delay.disable();
    const [longest, usual] = [delay.max / 1e6 - RESOLUTION, delay.percentile(99) / 1e6 - RESOLUTION];
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `  ${(message.end ?? '').padEnd(22)} ${longest.toFixed(1).padStart(7)} ms   99 %: ${usual.toFixed(1).padStart(6)} ms   ${seconds.padStart(6)} s   ${(peak / 1e6).toFixed(0).padStart(5)} MB`,
    );
  });
  await once(client, 'exit');
  clearInterval(watch);
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
