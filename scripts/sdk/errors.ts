// Which errors of the closed list a function can throw, found by following what it calls.
import ts from 'typescript';
import { whole } from './names.ts';

/** What everything that reads input or reaches the database can throw: said once for all, at the top of a page. */
export const implied: ReadonlySet<string> = new Set(['VALIDATION', 'UNAVAILABLE']);

/**
 * Not followed: what an idempotency key adds is said at `once`, since it is the caller who asks for it, and of all that
 * a library may do through an adapter no caller does everything.
 */
const saidElsewhere = new Set(['act', 'adapterFor']);

export class ErrorFinder {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Node, Set<string>>();
  /** What methods of ours are called: the checker is not asked for another one's, which is most of its work. */
  readonly #methods: ReadonlySet<string>;

  constructor(program: ts.Program) {
    this.#checker = program.getTypeChecker();
    this.#methods = namesOfMethods(program);
  }

  /** The codes of the errors that can leave a function, sorted. */
  codesOf(declaration: ts.Node): string[] {
    return [...this.#codes(declaration)].sort();
  }

  #codes(declaration: ts.Node): Set<string> {
    const known = this.#known.get(declaration);
    if (known) return known;
    const codes = new Set<string>();
    this.#known.set(declaration, codes);
    ts.forEachChild(declaration, (child) => this.#walk(child, codes));
    return codes;
  }

  #walk(node: ts.Node, codes: Set<string>): void {
    if (ts.isTypeNode(node)) return;
    if (ts.isTryStatement(node)) return this.#walkTry(node, codes);
    if (ts.isNewExpression(node) && node.expression.getText() === 'CirceError') {
      const code = node.arguments?.[0];
      if (code && ts.isStringLiteral(code)) codes.add(code.text);
    }
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const called = this.#calledBy(node);
      if (called) for (const code of this.#codes(called)) codes.add(code);
    }
    ts.forEachChild(node, (child) => this.#walk(child, codes));
  }

  /** A catch clause handles the codes that it asks for by name, and everything when it throws nothing on. */
  #walkTry({ tryBlock, catchClause, finallyBlock }: ts.TryStatement, codes: Set<string>): void {
    const inside = new Set<string>();
    this.#walk(tryBlock, inside);
    const caught = catchClause?.getText() ?? 'throw';
    const named = new Set([...caught.matchAll(/isCirceError\(\w+, '(\w+)'\)/g)].map((match) => match[1]));
    for (const code of inside) if (/\bthrow\b/.test(caught) && !named.has(code)) codes.add(code);
    if (catchClause) this.#walk(catchClause, codes);
    if (finallyBlock) this.#walk(finallyBlock, codes);
  }

  /** What a name stands for: a function of a module is found by the module's names, and needs no types. */
  #symbolOf(name: ts.Identifier | ts.PrivateIdentifier): ts.Symbol | undefined {
    const { parent } = name;
    if (!ts.isPropertyAccessExpression(parent) || parent.name !== name)
      return this.#checker.getSymbolAtLocation(name);
    const left = ts.isIdentifier(parent.expression) && this.#checker.getSymbolAtLocation(parent.expression);
    const module = left && whole(this.#checker, left);
    if (module && module.flags & ts.SymbolFlags.ValueModule)
      return this.#checker.tryGetMemberInModuleExports(name.text, module);
    return this.#methods.has(name.text) ? this.#checker.getSymbolAtLocation(name) : undefined;
  }

  /** The function of ours, with a body, that a name stands for. */
  #calledBy(name: ts.Identifier | ts.PrivateIdentifier): ts.Node | undefined {
    const symbol = this.#symbolOf(name);
    const declaration = symbol && whole(this.#checker, symbol).valueDeclaration;
    if (!declaration || declaration.getSourceFile().isDeclarationFile || declaration === name.parent)
      return undefined;
    if (ts.isFunctionDeclaration(declaration))
      return saidElsewhere.has(declaration.name?.text ?? '') ? undefined : declaration;
    if (ts.isMethodDeclaration(declaration) || ts.isGetAccessor(declaration)) return declaration;
    if (!ts.isVariableDeclaration(declaration)) return undefined;
    return declaration.initializer && ts.isArrowFunction(declaration.initializer)
      ? declaration.initializer
      : undefined;
  }
}

/** The names of everything of ours in a class or an object that has a body. */
function namesOfMethods(program: ts.Program): Set<string> {
  const names = new Set<string>();
  const walk = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node)) names.add(node.name.getText());
    ts.forEachChild(node, walk);
  };
  for (const file of program.getSourceFiles()) if (!file.isDeclarationFile) walk(file);
  return names;
}
