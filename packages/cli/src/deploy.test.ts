// What is in deploy/ was tried on no machine with Docker, so at least everything that it names is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { circe } from './testing/command.ts';

const root = join(import.meta.dirname, '../../..');
const deploy = join(root, 'deploy');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

const Named = z.record(z.string(), z.unknown());
const Service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  depends_on: Named.default({}),
  network_mode: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: Named.default({}),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});

const files = readdirSync(deploy).filter((name) => name.endsWith('.yaml'));
const composed = (name: string) => Compose.parse(parse(read('deploy', name), { merge: true }));
const every = (name: string) => Object.entries(composed(name).services);

const example = Object.fromEntries(
  [...read('deploy', 'env.example').matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);
/** As Compose fills it in, with something in place of each secret. */
const filled = (value: string) =>
  value.replace(
    /\$\{([A-Z_]+)(?::[?-][^}]*)?\}/g,
    (_, name: string) => example[name] || 'something-of-24-characters',
  );

test('there is one for each size of an installation', () =>
  expect(files).toEqual(['cluster.yaml', 'one-machine.yaml', 'replica-set.yaml']));

test.each(files)('%s names only what is there', (name) => {
  const { services, volumes, secrets } = composed(name);
  const named = new Set(Object.keys(volumes));
  for (const [service, { build, depends_on, network_mode, volumes: mounted, secrets: used }] of every(name)) {
    const others = [...Object.keys(depends_on), ...(network_mode?.match(/(?<=^service:).*/) ?? [])];
    expect(Object.keys(services), service).toEqual(expect.arrayContaining(others));
    expect(Object.keys(secrets), service).toEqual(expect.arrayContaining(used));
    if (build) expect(existsSync(join(deploy, build.context, build.dockerfile))).toBe(true);
    for (const mount of mounted) {
      const [from = ''] = filled(mount).split(':');
      if (from.startsWith('.')) expect(existsSync(join(deploy, from)), from).toBe(true);
      else if (!from.startsWith('/')) expect(named, service).toContain(from);
    }
  }
  const scripts = [...read('deploy', name).matchAll(/\/init\/([a-z]+\.js)/g)].map(([, file = '']) => file);
  for (const file of scripts) expect(existsSync(join(deploy, 'mongodb', file)), file).toBe(true);
});

const settings = new Set(
  [read('apps/portal/server.js'), read('apps/portal/src/lib/server/installation.ts')].flatMap(
    (source) => source.match(/\b(?:CIRCE_[A-Z_]+|MONGODB_URI|PORT|HOST|ORIGIN)\b/g) ?? [],
  ),
);
const portals = files.flatMap((name) =>
  every(name).flatMap(([service, { image, environment }]) =>
    image === 'paper-circe' ? [{ name, service, environment }] : [],
  ),
);

test.each(portals)('$service of $name is told only what the portal reads', ({ environment }) => {
  for (const [variable, value] of Object.entries(environment)) {
    const told = filled(value ?? 'unset');
    if (variable !== 'TZ') expect(settings).toContain(variable);
    if (variable === 'MONGODB_URI') expect(told).toMatch(/^mongodb:\/\/\S+\?\S*authSource=admin$/);
    if (variable === 'ORIGIN') expect(new URL(told).origin).toBe(told);
    expect(told).not.toContain('${');
  }
  // A MongoDB never gets demo data, and a file only where nobody says otherwise.
  expect('MONGODB_URI' in environment || environment['CIRCE_DEMO'] === '0').toBe(true);
});

test('the proxy asks the port of the image and an address of health that are there', () => {
  const [, port = ''] = /PORT=(\d+)/.exec(read('deploy', 'Dockerfile')) ?? [];
  for (const name of files) {
    const portalsOf = every(name).flatMap(([service, { build }]) => (build ? [`${service}:${port}`] : []));
    const proxy = composed(name).services['proxy'];
    expect(proxy?.environment['CIRCE_PORTALS']?.split(' ')).toEqual(portalsOf);
  }
  const asked = [read('deploy', 'Caddyfile'), read('deploy', 'Dockerfile')].flatMap(
    (text) => text.match(/\/health\/[a-z]+/g) ?? [],
  );
  expect(asked.length).toBeGreaterThan(2);
  for (const path of asked)
    expect(existsSync(join(root, 'apps/portal/src/routes', path, '+server.ts')), path).toBe(true);
});

test('the image and the unit run what is built, on the Node that is pinned', () => {
  const [, pinned] = /^nodeVersion: (.*)$/m.exec(read('pnpm-workspace.yaml')) ?? [];
  const image = read('deploy', 'Dockerfile');
  expect(image).toContain(`ARG NODE_VERSION=${pinned}\n`);
  expect(image).toContain(/pnpm@[\d.]+/.exec(read('scripts/bootstrap.mjs'))?.[0] ?? 'no pnpm');
  for (const file of ['apps/portal/server.js', 'packages/cli/src/main.ts', 'scripts/bootstrap.mjs'])
    expect(existsSync(join(root, file)) && image.includes(file), file).toBe(true);
  expect(read('deploy', 'paper-circe.service')).toContain(
    '/node_modules/node/bin/node apps/portal/server.js\n',
  );
});

test('every circe command that a page names exists', async () => {
  const pages = [
    'deploy/README.md',
    'docs/operations/growth.md',
    ...files.map((name) => `deploy/${name}`),
  ].map((page) => read(page));
  const said = /(?:circe --|--rm (?:portal )?circe) ([a-z-]+)(?: (plan|apply|create|add))?/g;
  const commands = new Set(
    pages.flatMap((page) => [...page.matchAll(said)].map(([, ...words]) => words.filter(Boolean).join(' '))),
  );
  expect([...commands]).toEqual(expect.arrayContaining(['migrate-to', 'cluster apply', 'check']));
  for (const command of commands)
    expect(await circe([...command.split(' '), '--help']), command).toMatchObject({ code: 0 });
});

test('no file holds a secret, and the example names each that is asked for', () => {
  for (const name of files) {
    const text = read('deploy', name);
    for (const [, variable = ''] of text.matchAll(/\$\{([A-Z_]+)/g))
      expect(example, name).toHaveProperty(variable);
    for (const [, { environment }] of every(name))
      for (const [variable, value] of Object.entries(environment)) {
        if (/PASSWORD|TOKEN|SECRET/.test(variable))
          expect(value ?? '', variable).toMatch(/^(\$\{[A-Z_]+:\?\})?$/);
        const bare = (value ?? '').replaceAll(/\$\{[^}]*\}/g, '');
        expect(bare, variable).not.toMatch(/:\/\/[^/@:]*:[^/@]+@/);
      }
  }
  for (const [variable, value] of Object.entries(example))
    if (/PASSWORD|TOKEN|SECRET/.test(variable)) expect(value, variable).toBe('');
});
