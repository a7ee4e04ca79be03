// What the doc comments of src/ must have: an example for every public class and function, code that compiles in every example, and a
// noun in every first sentence. Prints a line for each mistake, and fails if there is one.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { namespaces } from '../build/build-modules.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = path.join(root, 'src/');
/** The file whose doc comments are copies. */
const copies = path.join(sources, 'engine/ops/generated/public-operations.ts');
/** The file of all examples; it is never written. */
const examplesFile = path.join(sources, 'examples.ts');

/** First sentences that name nothing: a pronoun stands for the noun, and a reader of the hover text cannot know which. */
const PRONOUN = new RegExp(
  [
    String.raw`^(?:it|its|they|them|their|theirs|these|those|ditto)\b`,
    String.raw`^(?:\w+|the \w+) of (?:it|them|these|those)\b`,
    String.raw`^(?:the same|both|neither|either|such|this|that)(?:$|[,.:;]| (?:as|along|for|in|of|over|where|with)\b)`,
    String.raw`^(?:set|setting) (?:it|them|these|those)\b`,
    String.raw`^of\b[^,:;]*$`,
    String.raw`^(?:how|wh(?:at|en|ere|ether|ich|o|y)) (?:it|they|these|those)\b`,
  ].join('|'),
  'i',
);

/** What stands before the examples, besides everything that the package exports. */
const SCOPE = `
declare const model: Sequential, remote: RemoteModel, batches: data.Dataset<[Tensor, Tensor]>;
declare const x: Tensor, y: Tensor, a: Tensor, b: Tensor, images: Tensor, labels: Tensor, logits: Tensor;
declare const kernel: Tensor, recurrentKernel: Tensor, bias: Tensor, h: Tensor, weights: Tensor, bytes: Uint8Array<ArrayBuffer>, pixels: Uint8Array;
declare function show(...values: unknown[]): void;
`;

/** The sources of the entry points of the package, by its package.json. */
const entries = Object.values(
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).exports,
).flatMap(({ types }) =>
  types ? [path.join(root, types.replace('./dist/types/', '').replace(/\.d\.ts$/, '.ts'))] : [],
);

const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, root);
// Examples are read as JavaScript too: arguments without types, variables that are there to be read about.
Object.assign(options, {
  isolatedModules: false,
  noImplicitAny: false,
  noImplicitOverride: false,
  noPropertyAccessFromIndexSignature: false,
  noUncheckedIndexedAccess: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false,
});
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

const locationOf = (source, position) =>
  `${path.relative(root, source.fileName)}:${source.getLineAndCharacterOfPosition(position).line + 1}`;

/** What a source exports; nothing if it is no module. */
function exportsOf(file) {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  return module ? checker.getExportsOfModule(module) : [];
}

const isTypeOnly = ({ declarations }) => declarations?.some(ts.isTypeOnlyExportDeclaration);

const original = (symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function isClassOrFunction(symbol) {
  if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) return true;
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return false;
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}

/** Of a constant that is a function declared elsewhere: that function, whose doc comment editors show for calls. */
function documented(symbol) {
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return symbol;
  const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const name = signature?.declaration?.name;
  return (name && checker.getSymbolAtLocation(name)) ?? symbol;
}

/** The public classes and functions with their names, such as `layers.Dense`. */
function findPublic() {
  const found = new Map();
  const visit = (symbols, prefix) => {
    for (const exported of symbols) {
      if (isTypeOnly(exported)) continue;
      const symbol = original(exported);
      const name = prefix + exported.name;
      if (symbol.flags & ts.SymbolFlags.ValueModule) {
        visit(checker.getExportsOfModule(symbol), `${name}.`);
      } else if (isClassOrFunction(symbol)) {
        const declared = documented(symbol);
        if (!found.has(declared)) found.set(declared, name);
      }
    }
  };
  for (const entry of entries) visit(exportsOf(entry), '');
  return found;
}

const found = findPublic();

/** `file:line name: no @example`, for each public class and function without one. */
function missing() {
  return [...found].flatMap(([symbol, name]) => {
    if (symbol.getJsDocTags(checker).some((tag) => tag.name === 'example')) return [];
    const { valueDeclaration } = symbol;
    const location = locationOf(valueDeclaration.getSourceFile(), valueDeclaration.getStart());
    return [`${location} ${name}: no @example`];
  });
}

/** All doc comments, each with the statement of the source that it stands in. */
function readComments() {
  const comments = [];
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(sources) || source.fileName === copies) continue;
    for (const statement of source.statements) {
      const visit = (node) => {
        for (const comment of node.jsDoc ?? []) comments.push({ source, statement, comment });
        ts.forEachChild(node, visit);
      };
      visit(statement);
    }
  }
  return comments;
}

const comments = readComments();

/** `file:line a pronoun for a noun: sentence`, for each comment that begins so. */
function pronouns() {
  return comments.flatMap(({ source, comment }) => {
    const text = ts.getTextOfJSDocComment(comment.comment) ?? '';
    const [sentence] = text.trim().split(/(?<=[.:;])\s/);
    return PRONOUN.test(sentence)
      ? [`${locationOf(source, comment.pos)} a pronoun for a noun: ${sentence}`]
      : [];
  });
}

/** Whether a statement declares something that the package exports. */
function isPublic(statement) {
  const { declarations = [statement] } = statement.declarationList ?? {};
  return declarations.some(({ name }) => name && found.has(checker.getSymbolAtLocation(name)));
}

/** The examples; those of what the package does not export with the source that they stand in. */
export const examples = comments.flatMap(({ source, statement, comment: { tags = [] } }) =>
  tags
    .filter(({ tagName }) => tagName.text === 'example')
    .map((tag) => ({
      location: locationOf(source, tag.pos),
      code: (ts.getTextOfJSDocComment(tag.comment) ?? '').replaceAll('*\\/', '*/'),
      beside: isPublic(statement) ? undefined : source.fileName,
    })),
);

/** How the examples name a source. */
const specifier = (file) => `./${path.relative(sources, file).replace(/\.ts$/, '.js')}`;

/** The names in both lists, those of the sources' exports, that are not in `names`; they are added. */
function fresh(file, names) {
  const added = exportsOf(file).filter(({ name }) => !names.has(name));
  for (const { name } of added) names.add(name);
  return added;
}

/** What the nearest folder around a source offers: its index, or the entry point of its name. */
function indexAround(file) {
  const folder = path.dirname(file);
  const offers = ['index.ts', path.join(sources, `${path.basename(folder)}.ts`)];
  const found = offers.map((name) => path.resolve(folder, name)).find((name) => existsSync(name));
  return found ?? indexAround(folder);
}

/** Whether a program can use a name by itself: `ops.switch` and `ops.var` are words of the language. */
const isOwnName = ({ name }) => name !== 'switch' && name !== 'var';

/** Declarations of what a source and the index around it export. */
function declareBeside(file) {
  const names = new Set();
  return [file, indexAround(file)].map((source) => {
    const values = fresh(source, names).filter(
      (symbol) =>
        !isTypeOnly(symbol) && isOwnName(symbol) && original(symbol).flags & ts.SymbolFlags.Value,
    );
    const list = values.map(({ name }) => name).join(', ');
    return `const { ${list} } = await import('${specifier(source)}');`;
  });
}

/** Entry points that are namespaces in examples, in addition to those of `lanegrad`. */
export const NAMESPACES = ['applications', 'flower', 'tuner', 'vis'];
const isNamespace = (name) => name !== 'ops' && [...namespaces, ...NAMESPACES].includes(name);

/** The examples as one file, a function each, and where each begins in it. */
function writeExamples() {
  const names = new Set();
  // What is in a namespace, the examples write with the namespace.
  const imports = entries
    .filter((entry) => !isNamespace(path.basename(entry, '.ts')))
    .map((entry) => {
      const list = fresh(entry, names)
        .filter(isOwnName)
        .map(({ name }) => name);
      return list.length > 0 ? `import { ${list.join(', ')} } from '${specifier(entry)}';` : '';
    });
  // Namespaces that are no part of `lanegrad`.
  for (const name of NAMESPACES) {
    const entry = path.join(sources, `${name}.ts`);
    imports.push(`import * as ${name} from '${specifier(entry)}';`);
  }
  let text = imports.join('\n') + SCOPE;
  const starts = examples.map(({ code, beside }, i) => {
    text += `export async function example${i}() {\n`;
    if (beside) text += `${declareBeside(beside).join('\n')}\n`;
    const start = text.length;
    text += `{\n${code}\n}\n}\n`;
    return start;
  });
  return { text, starts };
}

/** `file:line @example: message`, for each error of the compiler in an example. */
function mistakes() {
  const { text, starts } = writeExamples();
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === examplesFile || fileExists(file);
  host.getSourceFile = (file, version, ...rest) =>
    file === examplesFile
      ? ts.createSourceFile(file, text, version)
      : (program.getSourceFile(file) ?? getSourceFile(file, version, ...rest));
  const compiled = ts.createProgram([...entries, examplesFile], options, host, program);
  const source = compiled.getSourceFile(examplesFile);
  const diagnostics = [
    ...compiled.getSyntacticDiagnostics(source),
    ...compiled.getSemanticDiagnostics(source),
  ];
  return diagnostics.map(({ start, messageText }) => {
    const at = examples[starts.findLastIndex((begin) => begin <= start)];
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${at?.location ?? 'scope of examples'} @example: ${message}`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const messages = [...missing(), ...pronouns(), ...mistakes()];
  const { compare } = new Intl.Collator('en', { numeric: true });
  for (const message of messages.sort(compare)) console.log(message);
  process.exitCode = messages.length > 0 ? 1 : 0;
}
