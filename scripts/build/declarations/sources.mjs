// What the sources say about classes, options and properties, for declarations whose texts the compiler leaves out.
import path from 'node:path';
import ts from 'typescript';

/** The raw doc comment of a declaration, '' if there is none. */
export function commentOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments.at(-1)?.getText() ?? '';
}

/**
 * The raw doc comment of a symbol: of mapped properties, that of the property that they map; of an option that is said
 * elsewhere, that of the place where it is said. An option goes before a property of its name, which says less.
 */
export function commentOfSymbol(symbol, checker) {
  const declared = symbol?.declarations ?? [];
  const isOfClass = ({ parent }) => ts.isClassLike(parent);
  for (const node of [
    ...declared.filter((other) => !isOfClass(other)),
    ...declared.filter(isOfClass),
  ]) {
    const comment = commentOf(node);
    if (comment !== '') return comment;
    const there = checker === undefined ? undefined : saidAt(node, checker);
    if (there !== undefined) return commentOfSymbol(there, checker);
  }
  return '';
}

/** The type of the options that a signature takes last. One parameter may stand for several. */
export function optionsOf({ parameters }, checker) {
  const taken = checker.getTypeOfSymbol(parameters.at(-1));
  const options = checker.isTupleType(taken) ? checker.getTypeArguments(taken).at(-1) : taken;
  return checker.getNonNullableType(options ?? taken);
}

/** The symbol that stands as the value of a property of an object: `x` and `A.x` in `{ x, y: A.x }`. */
function saidAt(node, checker) {
  if (ts.isShorthandPropertyAssignment(node))
    return withoutAlias(checker.getShorthandAssignmentValueSymbol(node), checker);
  if (!ts.isPropertyAssignment(node) || !ts.isPropertyAccessExpression(node.initializer))
    return undefined;
  return checker.getSymbolAtLocation(node.initializer.name);
}

function withoutAlias(symbol, checker) {
  const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The sources that the declarations are made of. */
export class Sources {
  #statements = new Map();

  constructor(program, folder) {
    this.program = program;
    this.checker = program.getTypeChecker();
    this.root = program.getCompilerOptions().rootDir;
    this.folder = folder;
  }

  /** The declarations that a symbol of the sources is in. */
  #declarationOf(symbol) {
    const file = path.relative(this.root, symbol.valueDeclaration.getSourceFile().fileName);
    return path.join(this.folder, file.replace(/\.ts$/, '.d.ts'));
  }

  /** The class or interface of a name in the source of a file of declarations. */
  #find(sourceFile, name) {
    const file = path.join(this.root, path.relative(this.folder, sourceFile.fileName));
    let found = this.#statements.get(file);
    if (found === undefined) {
      const { statements } = this.program.getSourceFile(file.replace(/\.d\.ts$/, '.ts'));
      const declared = statements.flatMap((node) => node.declarationList?.declarations ?? [node]);
      found = new Map(declared.map((node) => [node.name?.getText(), node]));
      this.#statements.set(file, found);
    }
    return found.get(name);
  }

  /** What is said of a property of a class or interface. */
  commentOf(sourceFile, name, property) {
    const node = this.#find(sourceFile, name);
    const symbol = node && this.checker.getSymbolAtLocation(node.name);
    if (symbol === undefined) return '';
    return commentOfSymbol(
      this.checker.getDeclaredTypeOfSymbol(symbol).getProperty(property),
      this.checker,
    );
  }

  /** What is said of an option that a constructor or function takes. */
  commentOfOption(sourceFile, name, option) {
    const node = this.#find(sourceFile, name);
    if (node === undefined) return '';
    const type = this.checker.getTypeOfSymbol(this.checker.getSymbolAtLocation(node.name));
    const [signature] = [...type.getConstructSignatures(), ...type.getCallSignatures()];
    return commentOfSymbol(optionsOf(signature, this.checker).getProperty(option), this.checker);
  }

  /** What is said of a property of a class that is a value, or of its objects. */
  commentOfValue(sourceFile, name, property) {
    const node = this.#find(sourceFile, name);
    const symbol = node && this.checker.getSymbolAtLocation(node.name);
    if (symbol === undefined) return '';
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, node);
    const [signature] = type.getConstructSignatures();
    const all = [type, signature?.getReturnType()].map((one) => one?.getProperty(property));
    return (
      all.map((one) => commentOfSymbol(one, this.checker)).find((comment) => comment !== '') ?? ''
    );
  }

  /** The class that a class extends, where it has a name. */
  base(sourceFile, name) {
    const base = this.#find(sourceFile, name)?.heritageClauses?.[0]?.types[0]?.expression;
    if (base === undefined || !ts.isIdentifier(base)) return undefined;
    const symbol = withoutAlias(this.checker.getSymbolAtLocation(base), this.checker);
    const isClass = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0;
    return isClass ? { name: symbol.name, file: this.#declarationOf(symbol) } : undefined;
  }

  /** The first argument of `configurable` in the heritage of a class. */
  configuredBase(sourceFile, name) {
    const call = this.#find(sourceFile, name)?.heritageClauses?.[0]?.types[0]?.expression;
    if (call === undefined || !ts.isCallExpression(call)) return undefined;
    if (call.expression.getText() !== 'configurable') return undefined;
    const [given] = call.arguments;
    const isGeneric = ts.isExpressionWithTypeArguments(given);
    const symbol = this.checker.getSymbolAtLocation(isGeneric ? given.expression : given);
    const target = withoutAlias(symbol, this.checker);
    return {
      name: target.name,
      file: this.#declarationOf(target),
      typeArguments: isGeneric ? given.typeArguments.map((argument) => argument.getText()) : [],
    };
  }
}
