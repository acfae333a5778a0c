import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import english from '../../messages/en.json' with { type: 'json' };
import indonesian from '../../messages/id.json' with { type: 'json' };

const keys = (messages: object) => Object.keys(messages).filter((key) => key !== '$schema');
const source = import.meta.dirname + '/..';

test('every message is there in Indonesian and in English', () => {
  expect(keys(english).sort()).toEqual(keys(indonesian).sort());
});

test('every message has words', () => {
  for (const messages of [english, indonesian])
    for (const [key, message] of Object.entries(messages)) expect(message, key).not.toHaveLength(0);
});

test('both languages of a message take the same values', () => {
  const values = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].sort();
  for (const key of keys(indonesian))
    expect(values(english[key as keyof typeof english]), key).toEqual(
      values(indonesian[key as keyof typeof indonesian]),
    );
});

test('every message is used somewhere', () => {
  const files = globSync('**/*.{ts,svelte}', { cwd: source }).filter(
    (file) => !file.startsWith('lib/paraglide/'),
  );
  const text = files.map((file) => readFileSync(`${source}/${file}`, 'utf8')).join('\n');
  const used = new Set([...text.matchAll(/\bm\.(\w+)\(/g)].map(([, key]) => key));
  expect(keys(indonesian).filter((key) => !used.has(key))).toEqual([]);
});

test('no page or component speaks past the messages', () => {
  const spoken: string[] = [];
  for (const file of globSync('**/*.svelte', { cwd: source })) {
    const markup = readFileSync(`${source}/${file}`, 'utf8')
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .replaceAll(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, '');
    const words = withoutBraces(markup)
      .replaceAll(/<[^<>]*>/g, (tag) => `\n${named(tag)}\n`)
      .split('\n')
      .map((line) => line.trim())
      // The product and the currency are names, not words.
      .filter((line) => /\p{L}{2,}/u.test(line.replaceAll(/Paper Circe|\bRp\b|&\w+;/g, '')));
    spoken.push(...words.map((word) => `${file}: ${word}`));
  }
  expect(spoken).toEqual([]);
});

/** Leaves out `{...}`, however deep. */
function withoutBraces(text: string): string {
  let depth = 0;
  let kept = '';
  for (const character of text) {
    if (character === '{') depth += 1;
    if (depth === 0) kept += character;
    if (character === '}') depth -= 1;
  }
  return kept;
}

/** The attributes of a tag that are read by people, when they are written out. */
function named(tag: string): string {
  if (/\stype="(hidden)"/.test(tag)) return '';
  return [...tag.matchAll(/\s(?:label|title|alt|aria-label|hint|text|message)="([^"]+)"/g)]
    .map(([, words]) => words)
    .join('\n');
}
