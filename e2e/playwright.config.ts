import { defineConfig } from 'playwright/test';
import { chromium } from './browser.ts';

const launchOptions = await chromium();

export default defineConfig({
  testDir: './journeys',
  outputDir: '../test-results',
  // A journey that only works the second time does not work.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    launchOptions,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    viewport: { width: 1440, height: 900 },
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
  },
});
