// What the doc comment of a public name says, and what is wrong with it.
import { relative } from 'node:path';
import ts from 'typescript';
import { root } from '../run.ts';
import { implied, type ErrorFinder } from './errors.ts';
import type { PublicName } from './names.ts';

export interface Comment {
  readonly promise: string;
  readonly params: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string;
  readonly throws: readonly { readonly code: string; readonly text: string }[];
}

/** The comment of the first declaration that has one. */
export function commentOf(name: PublicName): Comment {
  const nodes = name.declarations.map((one) => (ts.isVariableDeclaration(one) ? one.parent.parent : one));
  const docs = nodes.flatMap((node) => ts.getJSDocCommentsAndTags(node)).filter((one) => ts.isJSDoc(one));
  const tags = docs.flatMap(({ tags = [] }) => [...tags]);
  const text = ({ comment }: { comment?: string | ts.NodeArray<ts.JSDocComment> | undefined }) =>
    plain(ts.getTextOfJSDocComment(comment) ?? '');
  return {
    promise: plain(docs.map(text).filter(Boolean).join(' ')),
    params: tags
      .filter((tag) => ts.isJSDocParameterTag(tag))
      .map((tag) => ({ name: tag.name.getText(), text: text(tag) })),
    returns: tags
      .filter((tag) => ts.isJSDocReturnTag(tag))
      .map(text)
      .join(' '),
    throws: tags
      .filter((tag) => ts.isJSDocThrowsTag(tag))
      .map((tag) => {
        const [code = '', ...rest] = text(tag).split(' ');
        return { code, text: rest.join(' ') };
      }),
  };
}

function plain(text: string): string {
  return text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The function under a public name, if it is one. */
export function functionOf({ declarations }: PublicName): ts.FunctionDeclaration | undefined {
  return declarations.find((one) => ts.isFunctionDeclaration(one));
}

/** What whoever wrote a public name still has to say, one sentence for each. */
export function complaints(name: PublicName, finder: ErrorFinder): string[] {
  const [declaration] = name.declarations;
  if (!declaration) return [];
  const where = `${name.path} (${relative(root, declaration.getSourceFile().fileName)})`;
  const { promise, throws } = commentOf(name);
  // An id's brand says by its name all there is to say.
  if (promise === '' && !name.path.endsWith('Id'))
    return [`${where} has no doc comment that says what it promises.`];
  const made = functionOf(name);
  if (!made) return [];
  const possible = finder.codesOf(made);
  const said = throws.map(({ code }) => code).filter((code) => /^[A-Z_]+$/.test(code));
  return [
    ...possible
      .filter((code) => !implied.has(code) && !said.includes(code))
      .map((code) => `${where} can throw ${code}: its comment needs a line "@throws ${code} when ...".`),
    ...said
      .filter((code) => !possible.includes(code))
      .map((code) => `${where} says "@throws ${code}", and nothing in it throws that.`),
  ];
}
