// The public names of a package's doors, read from its sources by the compiler.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../run.ts';

/** One name that a caller can import, or reach through a namespace. */
export interface PublicName {
  /** As a caller writes it: `patients.register`, `openDatabase`. */
  readonly path: string;
  /** What stands under that name: a schema and its type share one. */
  readonly declarations: readonly ts.Declaration[];
}

/** Names that belong together: one namespace, or what a door has beside its namespaces. */
export interface Group {
  readonly title: string;
  readonly names: readonly PublicName[];
}

export interface Sources {
  readonly program: ts.Program;
  readonly groups: readonly Group[];
}

const core = join(root, 'packages', 'core', 'src');

/** The doors of `@paper-circe/core` that the pages describe, by the title of what stands at their top level. */
const doors = { core: 'index.ts', conformance: 'conformance/index.ts' };

/** The sources behind some files of a package, as its own configuration reads them. */
export function programOf(folder: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  return ts.createProgram(files, options);
}

export function readSources(): Sources {
  const program = programOf(
    join(core, '..'),
    Object.values(doors).map((door) => join(core, door)),
  );
  const checker = program.getTypeChecker();
  const groups = Object.entries(doors).flatMap(([title, door]) => {
    const file = program.getSourceFile(join(core, door));
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${door} exports nothing.`);
    return groupsOf(checker, title, module);
  });
  return { program, groups };
}

function groupsOf(checker: ts.TypeChecker, title: string, module: ts.Symbol): Group[] {
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: whole(checker, symbol) }));
  const isNamespace = ({ symbol }: { symbol: ts.Symbol }) =>
    (symbol.flags & ts.SymbolFlags.ValueModule) !== 0;
  const namesIn = (names: typeof exported, prefix: string) =>
    names
      .map(({ name, symbol }) => ({ path: prefix + name, declarations: symbol.declarations ?? [] }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  return [
    {
      title,
      names: namesIn(
        exported.filter((one) => !isNamespace(one)),
        '',
      ),
    },
    ...exported.filter(isNamespace).map(({ name, symbol }) => ({
      title: name,
      names: namesIn(
        checker
          .getExportsOfModule(symbol)
          .map((inner) => ({ name: inner.name, symbol: whole(checker, inner) })),
        `${name}.`,
      ),
    })),
  ];
}

/** What an `export ... from` leads to. */
export function whole(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
