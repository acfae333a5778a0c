import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'playwright/test';
import { chromium } from './browser.ts';

const launchOptions = await chromium();

// Read by every process of the run, and set by the first: where demo data that has been made lies.
process.env['CIRCE_DEMOS'] ??= mkdtempSync(join(tmpdir(), 'paper-circe-demos-'));

export default defineConfig({
  testDir: './journeys',
  globalTeardown: './teardown.ts',
  outputDir: '../test-results',
  // A journey that only works the second time does not work.
  retries: 0,
  workers: 2,
  // Twice what the longest one takes where eight want each processor; who waits in vain is told by the limit of what he waits for.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    launchOptions,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    viewport: { width: 1440, height: 900 },
    // Costs a fifteenth of the time: a journey that has failed is run once more with `--trace retain-on-failure`.
    trace: 'off',
  },
});
