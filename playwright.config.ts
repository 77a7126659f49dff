import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/lib/chromium.ts';

const executablePath = findChromium();

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/playwright',
  // Much of a story is waiting for a station, a county or a page to be drawn: three keep two cores at work.
  workers: 3,
  fullyParallel: false,
  // Guards against what hangs, and no measure of speed: a busy machine takes five times as long for everything.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // The touchscreen of a station lying flat.
    viewport: { width: 1920, height: 1080 },
    hasTouch: true,
    // A film of every page takes a fifth of the time: `--trace retain-on-failure` makes it.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
});
