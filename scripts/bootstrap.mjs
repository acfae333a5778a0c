// Installs what the scripts need, when it is not there yet. Runs on whatever Node is on the machine and
// uses nothing but Node itself, since it comes before everything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Not in package.json's packageManager: pnpm would then fetch itself once more, for every platform. */
const packageManager = 'pnpm@12.21.0';
const stamp = join(root, 'node_modules', '.bootstrap');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Paper Circe needs Node 20.19 or newer to install itself; this is ${process.version}.`);
  process.exit(1);
}

function manifests() {
  const workspaces = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')),
  );
  return ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'e2e/package.json', ...workspaces.sort()];
}

const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
for (const file of manifests()) if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
const wanted = hash.digest('hex');

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) process.exit(0);

console.log('Installing the packages that Paper Circe needs (once, or after they changed) ...');
const install = spawnSync(
  'npx',
  ['--yes', '--prefer-offline', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'],
  { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
);
if (install.error) console.error(`npx could not be started: ${install.error.message}`);
if (install.status !== 0) process.exit(install.status ?? 1);
writeFileSync(stamp, wanted);
