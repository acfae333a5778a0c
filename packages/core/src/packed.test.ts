// The packages as a stranger gets them: packed, installed by npm into an empty project, type-checked and run there.
// The project's programs are the guides, docs/sdk/README.md and docs/api/embedding.md, so that these cannot rot either.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import { pack } from '../../../scripts/pack.ts';
import { root, run } from '../../../scripts/run.ts';

const guides = { 'guide.ts': 'sdk/README.md', 'embedding.ts': 'api/embedding.md' };
const project = mkdtempSync(join(tmpdir(), 'circe-packed-'));
const database = newDatabaseName();

/** The blocks of the guides: a block that names a file is that file, all others of a guide are one program in their order. */
const blocks = Object.entries(guides).flatMap(([program, page]) =>
  [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/^```ts *(\S*)\n(.*?)^```$/gms)].map(
    ([, file = '', code = '']) => ({ file: file || program, code }),
  ),
);
const files = [...new Set(blocks.map(({ file }) => file))];
const codeOf = (wanted: string) =>
  blocks.flatMap(({ file, code }) => (file === wanted ? [code] : [])).join('\n');

/** What a guide says that it prints: the comment behind each `console.log`. */
const printedBy = (file: string) =>
  [...codeOf(file).matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]);

/** The versions that `npm run packed` asks for, and before them the Node that runs this. */
const nodes = ['', ...(process.env['PACKED_NODES']?.split(' ') ?? [])];

const everyday = nodes.length === 1;

/** Core's conformance has a test of its own; here a part of it shows that the page's example runs. */
function shortened(code: string): string {
  return code.replace('{ open, wrapper }', "{ open, wrapper, only: ['quotas'] }");
}

async function must(command: string, args: string[], cwd = project): Promise<string> {
  const { code, output } = await run(command, args, { cwd });
  expect(code, `${command} ${args.join(' ')}\n${output}`).toBe(0);
  return output;
}

beforeAll(async () => {
  const built = await Promise.all(['core', 'embedded'].map((name) => pack(name, { check: false })));
  // It takes core's types from the folder that is published.
  built.push(await pack('api', { check: false }));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packed = await must('npm', ['pack', '--silent', ...built]);
  const tarballs = packed
    .trim()
    .split('\n')
    .map((name) => `./${name}`);
  await must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs]);
  for (const file of files)
    writeFileSync(join(project, file), everyday ? shortened(codeOf(file)) : codeOf(file));
}, 300_000);

afterAll(async () => {
  await dropped();
  rmSync(project, { recursive: true, force: true });
});

async function dropped(): Promise<void> {
  const client = await new MongoClient(databaseUri()).connect();
  for (const name of [database, `${database}-conformance`]) await client.db(name).dropDatabase();
  await client.close();
}

test('nothing that is not for outside goes along, and nothing of the workspace is missed', () => {
  const home = join(project, 'node_modules', '@paper-circe');
  const packed = globSync('{core,embedded,api}/**/*.*', { cwd: home });
  const forOutside = /^[a-z]+\/(?:dist\/.*\.(?:js|d\.ts)|package\.json|README\.md)$/;
  expect(packed.filter((file) => !forOutside.test(file) || /test|demo/.test(file))).toEqual([]);
  for (const file of packed.filter((one) => one.endsWith('.js'))) {
    const others = file.startsWith('api/') ? '@paper-circe/(?!core(?:/schemas)?["\'])' : '@paper-circe';
    const wrong = new RegExp(` from ["'](?:${others}|.*\\.ts["'])`);
    expect(readFileSync(join(home, file), 'utf8'), file).not.toMatch(wrong);
  }
});

test.each([
  ['node16', 'typescript', { module: 'node16', outDir: 'out' }],
  ['bundler', '@typescript/native', { module: 'esnext', moduleResolution: 'bundler', noEmit: true }],
])(
  'the guides compile under strict settings, resolved as %s does, by %s',
  async (name, compiler, options) => {
    const config = `tsconfig.${name}.json`;
    const strict = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noImplicitOverride: true,
      // Declarations of everything that is installed are looked at too, as a project does that skips none: every day by
      // the faster compiler alone.
      skipLibCheck: everyday && compiler === 'typescript',
    };
    const types = { target: 'es2023', types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] };
    writeFileSync(
      join(project, config),
      JSON.stringify({ compilerOptions: { ...strict, ...types, ...options }, files }),
    );
    await must('node', [join(root, 'node_modules', compiler, 'bin', 'tsc'), '-p', config]);
  },
  300_000,
);

describe.each(nodes)('on Node %s', (version) => {
  const env = { MONGODB_URI: databaseUri(), MONGODB_DATABASE: database };
  const node = (args: string[]) =>
    version === ''
      ? run('node', args, { cwd: project, env })
      : run('npx', ['--yes', '--prefer-offline', `node@${version}`, ...args], { cwd: project, env });

  test.each(Object.keys(guides))(
    '%s runs and prints what its page says',
    async (file) => {
      await dropped();
      const { code, output } = await node([`out/${file.replace('.ts', '.js')}`]);
      expect(code, output).toBe(0);
      expect(output.trim().split('\n')).toEqual(printedBy(file));
    },
    300_000,
  );

  test('its tests pass', async () => {
    const tests = files.filter((file) => file.includes('.test.'));
    const { code, output } = await node([
      '--test',
      ...tests.map((file) => `out/${file.replace('.ts', '.js')}`),
    ]);
    expect(code, output).toBe(0);
  }, 300_000);
});
