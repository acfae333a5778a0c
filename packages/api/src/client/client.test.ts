import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Loads a module where no driver, no server code and nothing of Node can be loaded, and says what it exports. */
const load = (module: string) => `
  import { registerHooks } from 'node:module';
  const refused = /^(node:|mongodb|lucia|@node-rs|@trpc\\/server\\/adapters)/;
  registerHooks({
    resolve(specifier, context, next) {
      if (refused.test(specifier)) throw new Error(specifier + ' is wanted by ' + context.parentURL);
      return next(specifier, context);
    },
  });
  console.log(JSON.stringify(Object.keys(await import('${module}'))));
`;

test.each(['client', 'shared'])('@paper-circe/api/%s has no server code in it', async (entry) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', load(`@paper-circe/api/${entry}`)],
    { cwd: new URL('../../../../packages/cli', import.meta.url) },
  );
  expect(JSON.parse(stdout)).toContain(entry === 'client' ? 'createClient' : 'BookingStatus');
});
