// The API pages under docs/sdk/api, made from the sources: one for each namespace, and a list of all names.
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root } from '../run.ts';
import { commentOf, functionOf } from './comments.ts';
import { ErrorFinder } from './errors.ts';
import { readSources, type Group, type PublicName } from './names.ts';
import { complaints } from './comments.ts';

export const folder = join(root, 'docs', 'sdk', 'api');

export interface Pages {
  /** File names under {@link folder} with what they should hold. */
  readonly pages: ReadonlyMap<string, string>;
  /** What the sources' comments do not say yet, one sentence for each. */
  readonly complaints: readonly string[];
}

/** Reads the sources and writes the pages in memory. */
export function makePages(): Pages {
  const { program, groups } = readSources();
  const finder = new ErrorFinder(program);
  const pages = new Map(groups.map((group) => [`${group.title}.md`, page(group, finder)]));
  pages.set('README.md', overview(groups));
  return {
    pages,
    complaints: groups.flatMap(({ names }) => names.flatMap((name) => complaints(name, finder))),
  };
}

const made = '<!-- Made from the sources by `npm run docs`. -->';

function overview(groups: readonly Group[]): string {
  return lines(
    made,
    '',
    '# API of `@paper-circe/core`',
    '',
    'Begin with [the ten-minute guide](../README.md). These pages are made from the sources; a test keeps them true.',
    '',
    '- Every function over a clinic takes its `TenantScope` first. Functions that change something run in one transaction and write their audit event in it.',
    '- `VALIDATION` is thrown by everything that takes input, for what does not fit its schema, and `UNAVAILABLE` by everything that reaches the database, when that does not answer. They are listed where there is more to say. Every other error that a function can throw is listed; a test follows the calls and compares.',
    "- Money is an integer in rupiah, durations are in minutes, instants are `Date`s, a local day is a string such as `2026-11-24` in the clinic's own time zone.",
    '',
    ...groups.flatMap(({ title, names }) => {
      const acts = names.filter(functionOf);
      const others = names.filter((name) => !functionOf(name));
      return [
        `## [${title}](${title}.md)`,
        '',
        ...acts.map((name) => `- ${link(title, name)}: ${firstSentence(name)}`),
        ...(others.length > 0
          ? [
              `- ${acts.length > 0 ? 'types and values' : 'names'}: ${others.map((name) => link(title, name)).join(', ')}`,
            ]
          : []),
        '',
      ];
    }),
  );
}

const link = (title: string, { path }: PublicName) =>
  `[\`${path}\`](${title}.md#${path.toLowerCase().replace('.', '')})`;

function firstSentence(name: PublicName): string {
  return /^.*?\.(?=\s|$)/.exec(commentOf(name).promise)?.[0] ?? '';
}

function page({ title, names }: Group, finder: ErrorFinder): string {
  const functions = names.filter(functionOf);
  const others = names.filter((name) => !functionOf(name));
  return lines(
    made,
    '',
    `# ${title}`,
    '',
    ...functions.flatMap((name) => functionEntry(name, finder)),
    ...others.flatMap(otherEntry),
  );
}

function functionEntry(name: PublicName, finder: ErrorFinder): string[] {
  const declaration = functionOf(name);
  if (!declaration) return [];
  const { promise, params, returns, throws } = commentOf(name);
  // What takes nothing but its scope reads no input.
  const reads = declaration.parameters.length > 1 && finder.codesOf(declaration).includes('VALIDATION');
  const unsaid = reads && !throws.some((one) => one.code === 'VALIDATION') ? ['VALIDATION'] : [];
  const errors = [
    ...throws.map(({ code, text }) => `- throws \`${code}\`${text && ` ${text}`}`),
    ...unsaid.map((code) => `- throws \`${code}\` when what is given does not fit`),
  ];
  return [
    `## ${name.path}`,
    '',
    ...code(signature(name.path, declaration)),
    '',
    promise,
    '',
    ...params.map(({ name, text }) => `- \`${name}\`: ${text}`),
    ...(returns ? [`- returns ${returns}`] : []),
    ...errors,
    ...(params.length + errors.length > 0 || returns ? [''] : []),
    source(declaration),
    '',
  ];
}

function otherEntry(name: PublicName): string[] {
  const [first] = name.declarations;
  if (!first) return [];
  const value = name.declarations.find((one) => ts.isVariableDeclaration(one));
  const { promise } = commentOf(name);
  return [
    `## ${name.path}`,
    '',
    ...(promise ? [promise, ''] : []),
    ...code(value ? valueText(value) : shapeText(first)),
    '',
    source(first),
    '',
  ];
}

function signature(path: string, { parameters, type, typeParameters }: ts.FunctionDeclaration): string {
  const generic = typeParameters ? `<${typeParameters.map(text).join(', ')}>` : '';
  const given = parameters.map(text);
  const result = type ? `: ${text(type)}` : '';
  const oneLine = `${path}${generic}(${given.join(', ')})${result}`;
  return oneLine.length <= 110
    ? oneLine
    : `${path}${generic}(\n${given.map((one) => `  ${one},\n`).join('')})${result}`;
}

/** A value as its source has it, after the parts of the same file that it is made of. */
function valueText({ parent, initializer }: ts.VariableDeclaration): string {
  const parts =
    initializer && ts.isCallExpression(initializer) ? initializer.arguments.filter(ts.isIdentifier) : [];
  const locals = parent.getSourceFile().statements.filter(ts.isVariableStatement);
  const made = locals.filter(({ declarationList }) =>
    declarationList.declarations.some(({ name }) => parts.some((part) => part.text === name.getText())),
  );
  return [...made, parent].map(text).join('\n');
}

/** A type as a caller sees it: without what is internal, and of a class what can be read of its objects. */
function shapeText(node: ts.Declaration): string {
  if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return text(node);
  const members = (node.members as ts.NodeArray<ts.TypeElement | ts.ClassElement>).filter(
    (one) =>
      !ts.isConstructorDeclaration(one) &&
      !ts.isGetAccessor(one) &&
      !(ts.isMethodDeclaration(one) || (one.name && ts.isPrivateIdentifier(one.name))) &&
      !ts.getJSDocTags(one).some(({ tagName }) => tagName.text === 'internal'),
  );
  const head = node
    .getText()
    .slice(0, node.members.pos - node.getStart())
    .replace(/^export /, '');
  const shown = members
    .map(
      (one) =>
        `  ${one
          .getFullText()
          .trim()
          .replace(/^override /, '')}\n`,
    )
    .join('');
  return `${head}${shown && `\n${shown}`}}`;
}

const text = (node: ts.Node) => node.getText().replace(/^export /, '');
const code = (body: string) => ['```ts', body, '```'];

function source(node: ts.Node): string {
  const file = node.getSourceFile().fileName;
  return `[${relative(join(root, 'packages', 'core', 'src'), file)}](${relative(folder, file)})`;
}

const lines = (...all: string[]) => `${all.join('\n').trimEnd()}\n`;
