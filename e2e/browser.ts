import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchOptions } from 'playwright/test';

/** Nothing that weakens the browser: the pages run under the same rules as at a clinic. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page lives for seconds: what optimising its script and threads of a collector cost is never earned back, a tenth
  // of all that the browser takes.
  '--js-flags=--no-maglev,--no-opt,--single-threaded-gc',
];

const wellKnown = [
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  `${process.env['PROGRAMFILES'] ?? ''}\\Google\\Chrome\\Application\\chrome.exe`,
];

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The fonts it brings and those of the system. Where it finds none at all, the first input field ends it. */
function fontConfig(home: string): string {
  const file = join(home, 'fonts.conf');
  const folders = [join(home, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  if (!existsSync(file))
    writeFileSync(
      file,
      `<?xml version="1.0"?>
<fontconfig>
${folders.map((folder) => `  <dir>${folder}</dir>`).join('\n')}
  <cachedir>${join(home, 'font-cache')}</cachedir>
</fontconfig>
`,
    );
  return file;
}

/** The Chromium that came with the packages, unpacked once into a folder of our own, which nobody else writes to. */
async function bundled(): Promise<LaunchOptions> {
  const { inflate } = await import('@sparticuz/chromium');
  const archive = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
  const home = join(import.meta.dirname, '..', '.cache', 'chromium');
  if (!existsSync(home)) {
    const unpacking = `${home}.${process.pid}`;
    mkdirSync(unpacking, { recursive: true });
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = unpacking;
    try {
      await Promise.all(
        ['chromium.br', 'fonts.tar.br', 'al2023.tar.br'].map((file) => inflate(join(archive, file))),
      );
    } finally {
      if (temporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = temporary;
    }
    try {
      renameSync(unpacking, home);
    } catch {
      // Another process was faster.
      rmSync(unpacking, { recursive: true, force: true });
    }
  }
  const { LD_LIBRARY_PATH, ...environment } = process.env;
  return {
    executablePath: join(home, 'chromium'),
    args,
    env: {
      ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
      FONTCONFIG_FILE: fontConfig(home),
      LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), LD_LIBRARY_PATH].filter(Boolean).join(':'),
    },
  };
}

/**
 * How to launch a Chromium: the one that CHROMIUM_PATH names, one that the system has, or the one that came with
 * the packages (Linux on x64).
 */
export async function chromium(): Promise<LaunchOptions> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (!runs(named)) throw new Error(`CHROMIUM_PATH names ${named}, which cannot be run.`);
    return { executablePath: named, args };
  }
  const installed = wellKnown.find(runs);
  if (installed) return { executablePath: installed, args };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No Chrome or Chromium was found: install one, or set CHROMIUM_PATH to its program.');
  return bundled();
}
