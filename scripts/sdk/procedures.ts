// The table of the API's procedures, made from the router: what it is at run time, and what its sources can throw.
import { join } from 'node:path';
import ts from 'typescript';
import { describedProcedures, type Described } from '../../packages/api/src/described.ts';
import { root } from '../run.ts';
import { ErrorFinder, implied } from './errors.ts';
import { programOf, whole } from './names.ts';

export const procedurePage = join(root, 'docs', 'api', 'procedures.md');

const router = join(root, 'packages', 'api', 'src', 'root.ts');

export function makeProcedurePage(): string {
  const program = programOf(join(root, 'packages', 'api'), [router]);
  const checker = program.getTypeChecker();
  const finder = new ErrorFinder(program);
  const table = (of: 'clinic' | 'platform', name: string) => {
    const sources = sourcesOf(program, checker, name);
    return describedProcedures(of).map((one) => {
      const source = sources.get(one.path);
      if (!source) throw new Error(`The source of ${one.path} was not found.`);
      return row(one, finder.codesOf(source));
    });
  };
  return [
    '<!-- Made from the router by `npm run docs`. -->',
    '',
    '# Procedures',
    '',
    'How they are called stands in [the guide](README.md). What may be left out has a question mark. Not repeated are `VALIDATION` of everything that takes input, `UNAVAILABLE` of everything, `UNAUTHENTICATED` for whoever is not signed in, and `FORBIDDEN` for the wrong role.',
    '',
    '## Of a clinic: `/api/[tenant]/trpc`',
    '',
    ...head,
    ...table('clinic', 'tenantRouter'),
    '',
    '## Of the installation: `/api/platform/trpc`',
    '',
    ...head,
    ...table('platform', 'platformRouter'),
    '',
  ].join('\n');
}

const head = [
  '| Procedure | What it does | Kind | For | Input | Errors |',
  '| --- | --- | --- | --- | --- | --- |',
];

function row({ path, type, says, for: whom, input }: Described, found: readonly string[]): string {
  const codes = found.filter((code) => !implied.has(code)).map((code) => `\`${code}\``);
  return `| ${[`\`${path}\``, says, type, whom, fieldsOf(input), codes.join(', ')].join(' | ')} |`;
}

function fieldsOf(input: Described['input']): string {
  const required = new Set(input?.required);
  const fields = Object.keys(input?.properties ?? {});
  return fields.map((name) => `\`${name}${required.has(name) ? '' : '?'}\``).join(', ');
}

/** Each procedure's source by its path: what stands behind its name in the routers. */
function sourcesOf(program: ts.Program, checker: ts.TypeChecker, name: string): Map<string, ts.Node> {
  const file = program.getSourceFile(router);
  const symbol = file && checker.getSymbolAtLocation(file)?.exports?.get(ts.escapeLeadingUnderscores(name));
  const sources = new Map<string, ts.Node>();
  const walk = (node: ts.Node | undefined, path: readonly string[]) => {
    const value = node && ts.isIdentifier(node) ? valueOf(checker, node) : node;
    if (!value || !ts.isCallExpression(value) || value.expression.getText() !== 'router') {
      if (value) sources.set(path.join('.'), value);
      return;
    }
    for (const member of value.arguments
      .filter(ts.isObjectLiteralExpression)
      .flatMap((one) => [...one.properties]))
      if (ts.isPropertyAssignment(member)) walk(member.initializer, [...path, member.name.getText()]);
  };
  const declaration = symbol?.valueDeclaration;
  walk(declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined, []);
  return sources;
}

function valueOf(checker: ts.TypeChecker, name: ts.Identifier): ts.Expression | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  const declaration = symbol && whole(checker, symbol).valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
}
