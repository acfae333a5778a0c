import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { portal, root, run } from './run.ts';

/** Lies in the build and goes with it: a build that was broken off leaves no stamp. */
const stamp = join(portal, 'build', '.sources');

/** Everything that a build is made of: the portal, the packages it bundles, and what they depend on. */
function sources(): string[] {
  const patterns = [
    'pnpm-lock.yaml',
    'tsconfig.base.json',
    'apps/portal/*.{ts,js,json}',
    'apps/portal/{src,static,messages,project.inlang}/**/*',
    'packages/*/package.json',
    'packages/{core,api,embedded}/src/**/*',
  ];
  const generated = /[\\/]lib[\\/]paraglide[\\/]|[\\/]project\.inlang[\\/](?!settings\.json)|\.test\.ts$/;
  return globSync(patterns, { cwd: root })
    .filter((file) => !generated.test(file) && statSync(join(root, file)).isFile())
    .sort();
}

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of sources()) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

let generated: Promise<boolean> | undefined;

/**
 * What vite, svelte-check and eslint read but nobody writes by hand: the compiled messages and Kit's types. Once in
 * a process, since checks that run side by side read them.
 */
export function generate(say: (line: string) => void): Promise<boolean> {
  generated ??= (async () => {
    for (const command of [['paraglide.ts'], ['node_modules/@sveltejs/kit/svelte-kit.js', 'sync']]) {
      const { code, output } = await run('node', command, { cwd: portal });
      if (code === 0) continue;
      say(output.trimEnd());
      return false;
    }
    return true;
  })();
  return generated;
}

/**
 * Builds the portal unless what stands there was built from the same sources.
 * @returns the exit code of the build; 0 when there was nothing to do
 */
export async function build(say: (line: string) => void): Promise<number> {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    say('The portal is built already and nothing it is made of has changed.');
    return 0;
  }
  say('Building the portal (its sources are new or have changed) ...');
  const started = performance.now();
  if (!(await generate(say))) return 1;
  const { code, output } = await run(
    'node',
    ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    {
      cwd: portal,
    },
  );
  if (code !== 0) {
    say(output.trimEnd());
    say(`The build failed with exit code ${code}.`);
    return code;
  }
  writeFileSync(stamp, wanted);
  say(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return 0;
}
