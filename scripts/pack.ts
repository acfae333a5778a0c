/**
 * `npm run pack [core|embedded|api ...]`: makes of a package of the workspace the folder `build/` that is published:
 * ESM and types, with a manifest that npm understands. The workspace itself goes on running the sources.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './run.ts';

interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  /** `publishConfig.exports` are the doors for others: what they do not reach stays at home. */
  publishConfig: { exports: Record<string, string | { types: string }> };
}

/** In this order: what a package needs of another one, it takes from the folder that is published. */
const packable = ['core', 'embedded', 'api'];

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/**
 * Builds one package.
 * @param check whether its types are looked at again, beside `npm test`
 * @returns the folder for `npm pack`
 * @throws with the compiler's words when it does not compile
 */
export async function pack(name: string, { check = true } = {}): Promise<string> {
  const home = join(root, 'packages', name);
  const out = join(home, 'build');
  const manifest = read(join(home, 'package.json'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const entries = Object.values(manifest.publishConfig.exports).filter((door) => typeof door === 'string');
  const paths = Object.assign({}, ...siblings(manifest).map(declarations)) as Record<string, string[]>;
  const config = join(out, 'tsconfig.json');
  writeFileSync(config, JSON.stringify(compilation(entries, paths, check)));
  const { code, output } = await run('node', ['node_modules/@typescript/native/bin/tsc', '-p', config]);
  rmSync(config);
  if (code !== 0) throw new Error(`@paper-circe/${name} does not compile:\n${output}`);
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(published(home, manifest), null, 2)}\n`);
  cpSync(join(home, 'README.md'), join(out, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  return out;
}

/** Which packages of the workspace a package needs. */
const siblings = ({ dependencies }: Manifest) =>
  Object.keys(dependencies).flatMap((name) => name.match(/^@paper-circe\/(.+)/)?.[1] ?? []);

/** Where the types behind each door of a package lie once it is built. */
function declarations(name: string): Record<string, string[]> {
  const { exports } = read(join(root, 'packages', name, 'package.json')).publishConfig;
  const doors = Object.entries(exports).map(([door, target]): [string, string[]] => {
    const types = typeof target === 'string' ? target.replace(/\.js$/, '.d.ts') : target.types;
    return [`@paper-circe/${name}${door.slice(1)}`, [`../../${name}/build/${types.slice(2)}`]];
  });
  return Object.fromEntries(doors);
}

/** Only what the doors reach is compiled, so that no test and no demo goes along. */
function compilation(entries: readonly string[], paths: Record<string, string[]>, check: boolean) {
  return {
    extends: '../../../tsconfig.base.json',
    compilerOptions: {
      noEmit: false,
      noCheck: !check,
      declaration: true,
      stripInternal: true,
      rewriteRelativeImportExtensions: true,
      rootDir: '../src',
      outDir: 'dist',
      paths,
    },
    files: entries.map((entry) => entry.replace('./dist/', '../src/').replace(/\.js$/, '.ts')),
  };
}

/** The catalogue pins one version for the workspace; others may have any that is compatible with it. */
function published(home: string, manifest: Manifest) {
  const { name, version, description, license, engines, dependencies, publishConfig } = manifest;
  const ranges = Object.keys(dependencies).map((dependency): [string, string] => [
    dependency,
    `^${read(join(home, 'node_modules', dependency, 'package.json')).version}`,
  ]);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    engines,
    exports: publishConfig.exports,
    files: ['dist'],
    dependencies: Object.fromEntries(ranges),
    publishConfig: { access: 'public' },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : packable) console.log(await pack(name));
}
