// Writes the declarations of the package for readers. The compiler writes what the sources say: options computed from declarations,
// methods computed from operations, and a text only at the one place where a fact is stated. Here computed types are written out
// (`readable-types.mjs`), and each text is copied to every place where an editor looks for one (`texts.mjs`).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { readableTypes } from './declarations/readable-types.mjs';
import { spreadTexts } from './declarations/texts.mjs';
import { hashSources } from './kernel-sources.mjs';

/** The declarations in a folder, as one program whose files can be edited. */
export class Declarations {
  #texts = new Map();
  #parsed = new Map();
  #edits = new Map();

  constructor(folder) {
    this.folder = path.resolve(folder);
    for (const name of readdirSync(this.folder, { recursive: true })) {
      const file = path.join(this.folder, name);
      if (file.endsWith('.d.ts')) this.#texts.set(file, readFileSync(file, 'utf8'));
    }
    this.#makeProgram();
  }

  get sourceFiles() {
    return [...this.#texts.keys()].map((file) => this.program.getSourceFile(file));
  }

  /** A file by its path in the folder. */
  file(name) {
    return this.program.getSourceFile(path.join(this.folder, name));
  }

  /** Whether a node is in one of the files. */
  has(node) {
    return this.#texts.has(node.getSourceFile().fileName);
  }

  /** Notes that `text` takes the place of what stands from `start` to `end`. */
  edit(sourceFile, start, end, text) {
    const edits = this.#edits.get(sourceFile.fileName) ?? [];
    edits.push({ start, end, text });
    this.#edits.set(sourceFile.fileName, edits);
  }

  /** Adds a line of imports at the beginning, behind what is said of the module. */
  addImport(sourceFile, line) {
    const [module = ''] =
      /^\/\*\*(?:(?!\*\/)[^])*@module(?:(?!\*\/)[^])*\*\/\n*/.exec(sourceFile.text) ?? [];
    this.edit(sourceFile, module.length, module.length, `${line}\n`);
  }

  /** Exports a new interface wherever the class or function that takes it is exported. */
  exportBeside(declaredIn, owner, name) {
    for (const sourceFile of this.sourceFiles) {
      for (const node of sourceFile.statements.filter(ts.isExportDeclaration)) {
        const module =
          node.moduleSpecifier && this.checker.getSymbolAtLocation(node.moduleSpecifier);
        if (module?.valueDeclaration !== declaredIn) continue;
        const elements = node.exportClause?.elements ?? [];
        if (!elements.some((element) => (element.propertyName ?? element.name).text === owner))
          continue;
        const line = `\nexport type { ${name} } from ${node.moduleSpecifier.getText()};`;
        this.edit(sourceFile, node.getEnd(), node.getEnd(), line);
      }
    }
  }

  /** Makes the edits, and reads the program again. */
  apply() {
    for (const [file, edits] of this.#edits) {
      let text = this.#texts.get(file);
      // From the end, so that places before an edit stay where they are; of edits at one place the first comes first.
      const order = edits.map((edit, i) => ({ ...edit, i }));
      order.sort((a, b) => b.start - a.start || b.end - a.end || b.i - a.i);
      for (const { start, end, text: piece } of order) {
        text = text.slice(0, start) + piece + text.slice(end);
      }
      this.#texts.set(file, text);
      this.#parsed.delete(file);
    }
    this.#edits.clear();
    this.#makeProgram();
  }

  /** A type as code that may stand in a file. */
  print(type, sourceFile) {
    const node = this.checker.typeToTypeNode(type, sourceFile, FLAGS);
    return this.printNode(node, sourceFile);
  }

  /** A signature as a node that may stand in a file. */
  declare(signature, kind, sourceFile) {
    return this.checker.signatureToSignatureDeclaration(signature, kind, sourceFile, FLAGS);
  }

  printNode(node, sourceFile) {
    const text = printer.printNode(ts.EmitHint.Unspecified, node, sourceFile);
    // Types of other modules come with the module's whole path.
    return text.replaceAll(/import\(["']([^"']+)["']\)\.(\w+)/g, (_, module, name) =>
      this.nameFrom(sourceFile, module, name),
    );
  }

  /** A name of another module as a file may write it: imported, unless the file has that name already. */
  nameFrom(sourceFile, module, name) {
    if (module === sourceFile.fileName) return name;
    const from = module.startsWith('.') ? module : this.moduleFrom(sourceFile, module);
    const names = this.#namesOf(sourceFile);
    const known = names.get(name);
    if (known === from) return name;
    if (known !== undefined) return `import("${from}").${name}`;
    names.set(name, from);
    this.addImport(sourceFile, `import type { ${name} } from '${from}';`);
    return name;
  }

  /** The name of a class of a file that another file extends: imported, unless the file has that name already. */
  classFrom(sourceFile, file, name) {
    const names = this.#namesOf(sourceFile);
    if (names.has(name)) return name;
    const from = this.moduleFrom(sourceFile, file);
    names.set(name, from);
    this.addImport(sourceFile, `import { ${name} } from '${from}';`);
    return name;
  }

  #names = new Map();

  /** The names of a file, with the module of each that was imported here. */
  #namesOf(sourceFile) {
    let names = this.#names.get(sourceFile.fileName);
    if (names !== undefined) return names;
    const locals = [...(sourceFile.locals?.keys() ?? [])];
    names = new Map(locals.map((name) => [name, 'here']));
    this.#names.set(sourceFile.fileName, names);
    return names;
  }

  /** How a file names a module, which is given by its path in the folder. */
  moduleFrom(sourceFile, module) {
    const target = path.resolve(this.folder, module);
    const relative = path.relative(path.dirname(sourceFile.fileName), target);
    const from = relative.startsWith('.') ? relative : `./${relative}`;
    return from.replace(/(\.d)?(\.[jt]s)?$/, '.js');
  }

  /** What is wrong with the program. */
  diagnostics() {
    const all = this.sourceFiles.flatMap((file) => [
      ...this.program.getSyntacticDiagnostics(file),
      ...this.program.getSemanticDiagnostics(file),
    ]);
    return all.map(({ file, start, messageText }) => {
      const { line } = file.getLineAndCharacterOfPosition(start);
      const name = path.relative(this.folder, file.fileName);
      return `${name}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  }

  write() {
    for (const [file, text] of this.#texts) writeFileSync(file, text);
  }

  #makeProgram() {
    const host = ts.createCompilerHost(OPTIONS);
    const { getSourceFile } = host;
    host.getSourceFile = (file, ...rest) => {
      const text = this.#texts.get(file);
      let parsed = this.#parsed.get(file);
      parsed ??=
        text === undefined
          ? getSourceFile.call(host, file, ...rest)
          : ts.createSourceFile(file, text, { languageVersion: OPTIONS.target }, true);
      this.#parsed.set(file, parsed);
      return parsed;
    };
    this.program = ts.createProgram([...this.#texts.keys()], OPTIONS, host);
    this.checker = this.program.getTypeChecker();
  }
}

const printer = ts.createPrinter({ removeComments: true });
const { NodeBuilderFlags } = ts;
const FLAGS =
  NodeBuilderFlags.NoTruncation |
  NodeBuilderFlags.UseSingleQuotesForStringLiteralType |
  NodeBuilderFlags.IgnoreErrors;

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'], // prettier-ignore
  types: ['node'],
};

/**
 * Compiles the sources as tsconfig.build.json says, and makes the declarations readable.
 *
 * @param folder where the declarations go
 * @param isWhole whether modules of JavaScript are written, too
 */
export function compilePackage(folder, isWhole = true) {
  const { config } = ts.readConfigFile('tsconfig.build.json', ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  Object.assign(options, { declarationDir: folder, emitDeclarationOnly: !isWhole });
  const program = ts.createProgram(fileNames, options);
  const { diagnostics } = program.emit();
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (wrong.length > 0)
    throw new Error(ts.formatDiagnostics(wrong, ts.createCompilerHost(options)));
  const declarations = new Declarations(folder);
  readableTypes(declarations, program);
  spreadTexts(declarations);
  const unreadable = declarations.diagnostics();
  if (unreadable.length > 0) throw new Error(`In ${folder}:\n${unreadable.join('\n')}`);
  declarations.write();
  return declarations;
}

/** What the declarations are made of: the sources, the compiler, and what makes them readable. */
const hashesOf = (root) =>
  JSON.stringify(
    hashSources(
      root,
      ['src', 'assembly', 'scripts/build'],
      ['tsconfig.json', 'tsconfig.build.json', 'node_modules/typescript/package.json'],
    ),
  );

/**
 * The declarations in build/types: those that are there if nothing has changed since they were made, as the hashes beside them tell;
 * else they are made.
 *
 * @param {string} root the folder of the project, in which the program runs
 */
export function freshDeclarations(root) {
  const folder = path.join(root, 'build/types');
  const note = path.join(folder, 'sources.json');
  const hashes = hashesOf(root);
  if (existsSync(note) && readFileSync(note, 'utf8') === hashes) return new Declarations(folder);
  rmSync(folder, { recursive: true, force: true });
  const declarations = compilePackage(folder, false);
  // Last: what was interrupted is made again.
  writeFileSync(note, hashes);
  return declarations;
}

// As a program it makes the declarations that `npm run docs` reads.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  process.chdir(root);
  freshDeclarations(root);
}
