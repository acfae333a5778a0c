import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const lib = import.meta.dirname;
const source = join(lib, '..');
const read = (...path: string[]) => readFileSync(join(source, ...path), 'utf8');

test('every component is shown on the page of components', () => {
  // Toasts appear in the root layout; what a component is made of is shown with it.
  const shown = new Set<string>();
  const show = (file: string) => {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from '([^']+\.svelte)'/g)) {
      const component = path.startsWith('#lib') ? join(source, path.slice(1)) : resolve(dirname(file), path);
      if (shown.has(component)) continue;
      shown.add(component);
      show(component);
    }
  };
  for (const page of globSync('routes/components/**/*.svelte', { cwd: source })) show(join(source, page));
  show(join(source, 'routes/+layout.svelte'));
  const components = globSync('components/*.svelte', { cwd: lib });
  expect(components.length).toBeGreaterThan(40);
  expect(components.filter((component) => !shown.has(join(lib, component)))).toEqual([]);
});

test('the page on how it looks says what the stylesheet says', () => {
  const page = read('..', '..', '..', 'docs', 'look.md');
  const [light = '', dark = ''] = read('app.css').split('@media (prefers-color-scheme: dark)');
  const rows = (pattern: RegExp) => [...page.matchAll(pattern)].map((row) => row.slice(1));
  const value = (css: string, name: string) => new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1];

  const sizes = rows(/^\| `text-(\w+)`\s+\| (\S+)\s+\| (\S+)/gm);
  expect(sizes).toHaveLength(7);
  for (const [name = '', size, line] of sizes)
    expect([value(dark, `text-${name}`), value(dark, `text-${name}--line-height`)]).toEqual([size, line]);
  const radii = rows(/^\| `rounded-(\w+)`\s+\| (\S+)/gm);
  expect(radii).toHaveLength(5);
  for (const [name = '', radius] of radii) expect(value(dark, `radius-${name}`)).toBe(radius);
  const colours = rows(/^\| `([\w-]+)`\s+\| `(#\w{6})`\s+\| `(#\w{6})`/gm);
  expect(colours).toHaveLength(8);
  for (const [name = '', ...both] of colours) expect([value(light, name), value(dark, name)]).toEqual(both);
  const statuses = rows(/^\| `([\w-]+)`.*`(#\w{6})` on `(#\w{6})`\s+\| `(#\w{6})` on `(#\w{6})`/gm);
  expect(statuses).toHaveLength(6);
  for (const [name = '', ...all] of statuses)
    expect([light, dark].flatMap((css) => [value(css, `${name}-text`), value(css, `${name}-tint`)])).toEqual(
      all,
    );
  expect(page).toContain(`${value(dark, 'default-transition-duration')} for a change of state`);
  expect(page).toContain(`${/enter (\d+ms)/.exec(dark)?.[1]} for what enters`);
});
