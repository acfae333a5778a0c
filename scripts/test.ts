/**
 * `npm test [types|lint|unit|build|browser ...]`: every check there is, or the named ones, two at a time. Ends with
 * one line of true counts over all of them and fails when any check failed. Types and lint count as one check for
 * each place and tool, the build as one, unit and browser tests one by one.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, generate } from './build.ts';
import { portal, root, run } from './run.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
type Step = (say: (line: string) => void) => Promise<Counts>;

const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });
// Tests begin some hundred processes, whose sources would each be stripped of their types anew: a second of each.
process.env['NODE_COMPILE_CACHE'] ??= join(cache, 'compiled');

const counts = (ok: boolean): Counts => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
const sum = (all: Counts[]): Counts => ({
  passed: all.reduce((total, one) => total + one.passed, 0),
  failed: all.reduce((total, one) => total + one.failed, 0),
  skipped: all.reduce((total, one) => total + one.skipped, 0),
});

/** One check: says how it went, and what it printed when it went wrong. */
async function check(
  say: (line: string) => void,
  name: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Counts> {
  const { code, output } = await run('node', args, options);
  if (code !== 0) say(output.trimEnd());
  say(`${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
  return counts(code === 0);
}

/** What is checked at once. Core is published, and checked once more against what the oldest Node for it has. */
const typedPlaces = ['e2e', 'packages', 'packages/core', 'scripts'];

const types: Step = async (say) => {
  const results: Counts[] = [];
  for (const place of typedPlaces)
    results.push(
      await check(say, `types of ${place}`, ['node_modules/@typescript/native/bin/tsc', '-p', place]),
    );
  results.push(
    await check(
      say,
      'types of apps/portal',
      [
        'node_modules/svelte-check/bin/svelte-check',
        '--tsconfig',
        './tsconfig.json',
        '--fail-on-warnings',
        // Finds what the older compiler finds, in a sixth of its time; plain `--tsgo` loses the types of what pages load.
        '--tsgo-experimental-api',
      ],
      { cwd: portal },
    ),
  );
  return sum(results);
};

const lint: Step = async (say) =>
  sum([
    await check(say, 'eslint', [
      'node_modules/eslint/bin/eslint.js',
      '--cache',
      '--cache-location',
      '.cache/eslint',
      '--max-warnings',
      '0',
      '.',
    ]),
    await check(say, 'oxlint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '.']),
    await check(say, 'oxfmt', ['node_modules/oxfmt/bin/oxfmt', '--check', '.']),
  ]);

/** A runner that was ended before it could report has failed, whatever it had counted. */
function reported(
  say: (line: string) => void,
  code: number,
  file: string,
  read: (report: string) => Counts,
): Counts {
  if (!existsSync(file)) {
    say(`No report was written (exit code ${code}).`);
    return counts(false);
  }
  const result = read(readFileSync(file, 'utf8'));
  // Errors outside of any test: a file that does not load, a promise nobody awaited.
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1 };
  return result;
}

const unit: Step = async (say) => {
  const file = join(cache, 'unit.json');
  rmSync(file, { force: true });
  const { code } = await run(
    'node',
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'vitest.workspace.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { onLine: say },
  );
  return reported(say, code, file, (text) => {
    const report = JSON.parse(text) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numTodoTests: number;
      testResults: { status: string; assertionResults: unknown[] }[];
    };
    const unloaded = report.testResults.filter(
      (result) => result.status === 'failed' && result.assertionResults.length === 0,
    ).length;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloaded,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  });
};

const built: Step = async (say) => counts((await build(say)) === 0);

const browser: Step = async (say) => {
  // The journeys tell nothing about sources that were not built.
  if ((await build(say)) !== 0) return counts(false);
  const file = join(cache, 'browser.json');
  rmSync(file, { force: true });
  const { code } = await run('node', ['node_modules/playwright/cli.js', 'test', '--reporter=list,json'], {
    cwd: join(root, 'e2e'),
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, FORCE_COLOR: '0' },
    onLine: say,
  });
  return reported(say, code, file, (text) => {
    const { stats } = JSON.parse(text) as {
      stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    };
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
  });
};

/**
 * A lane's steps follow each other, the two lanes run side by side: browsers wait for pages, and tests for the disk, so
 * that each leaves the other one a third of the processors.
 */
const steps = { types, lint, unit, build: built, browser } satisfies Record<string, Step>;
type Name = keyof typeof steps;
const names = Object.keys(steps) as Name[];
const lanes: Name[][] = [['unit'], ['build', 'browser']];
/** What a lane does that is done with its own, whichever it is. */
const afterwards: Name[] = ['types', 'lint'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name as Name));
if (unknown.length > 0) {
  console.error(`There is no check named ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  process.exit(2);
}
const wanted = new Set<Name>(asked.length > 0 ? (asked as Name[]) : names);

const started = performance.now();
const totals: Counts[] = [];

async function perform(name: Name): Promise<void> {
  if (!wanted.has(name)) return;
  const say = (text: string) => {
    for (const line of text.split('\n')) console.log(`${`[${name}]`.padEnd(10)}${line}`);
  };
  say('started');
  const begun = performance.now();
  let result: Counts;
  try {
    result = await steps[name](say);
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    result = counts(false);
  }
  totals.push(result);
  const { passed, failed, skipped } = result;
  say(
    `${passed} passed, ${failed} failed, ${skipped} skipped in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
}

console.log('Compiling the messages and the types of the routes ...');
if (await generate((line) => console.log(line))) {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const name of lane) await perform(name);
      for (let name = afterwards.shift(); name; name = afterwards.shift()) await perform(name);
    }),
  );
} else totals.push(counts(false));

const { passed, failed, skipped } = sum(totals);
console.log(`Took ${((performance.now() - started) / 1000).toFixed(0)} s.`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
