import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = import.meta.dirname;

/** What each file imports of its own package, types included. */
async function importsOf(): Promise<Map<string, string[]>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const read = names.map(async (name): Promise<[string, string[]]> => {
    const path = join(root, name);
    const text = await readFile(path, 'utf8');
    const named = [...text.matchAll(/^(?:import|export|\}) ?[^'";]*?'(\.[^']+)';$/gm)];
    return [name, named.map(([, target = '']) => relative(root, resolve(dirname(path), target)))];
  });
  return new Map(await Promise.all(read));
}

/** The first circle that is reached from a file, as the way around it. */
function circleFrom(
  file: string,
  imports: Map<string, string[]>,
  way: string[],
  done: Set<string>,
): string[] {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (done.has(file)) return [];
  for (const next of imports.get(file) ?? []) {
    const circle = circleFrom(next, imports, [...way, file], done);
    if (circle.length > 0) return circle;
  }
  done.add(file);
  return [];
}

test('no files import each other in a circle, not for types either', async () => {
  const imports = await importsOf();
  expect(imports.get('index.ts')).toContain('patients/index.ts');
  expect(imports.get('audit.ts')).toContain('tenancy.ts');
  const done = new Set<string>();
  for (const file of imports.keys()) expect(circleFrom(file, imports, [], done)).toEqual([]);
});
