// vitest 5 has no workspace files: this is a config with projects, passed by --config.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const node = (name: string, options: { database: boolean }) => ({
  test: {
    name,
    root: `packages/${name}`,
    include: ['src/**/*.test.ts'],
    // For what hangs: a machine with much else to do takes a minute for what alone takes five seconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Node reads our TypeScript by itself, as it does outside of tests.
    experimental: { viteModuleRunner: false },
    ...(options.database
      ? { globalSetup: '../testing/src/database.setup.ts', setupFiles: ['../testing/src/database.worker.ts'] }
      : {}),
  },
});

export default defineConfig({
  test: {
    // Three at least: many files wait for processes, packages, the disk or a clock.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Files in a worker share what they import, which takes a third of the time off a run: no file leaves anything behind it.
    isolate: false,
    // What is waited for comes late where tests share a processor, and not at all where something is broken.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      node('embedded', { database: false }),
      node('core', { database: true }),
      node('api', { database: true }),
      node('cli', { database: true }),
      node('examples', { database: true }),
      node('bench', { database: true }),
      { test: { name: 'portal', root: 'apps/portal', include: ['src/**/*.test.ts'] } },
    ],
  },
});
