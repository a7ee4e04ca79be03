// The ABI of the core: what the kernels are called, what they take, what a call costs. It is written once, in
// assembly/. This script reads it from the exports of assembly/parts/ and writes it in TypeScript.
//   node scripts/kernel-abi.mjs     fails if src/wasm/generated/kernels.ts says something else than the sources
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where the build puts what `kernelInterface` writes. */
export const interfaceFile = 'src/wasm/generated/kernels.ts';

/** The binaries that hold all kernels; each of the other targets is a part of them. */
export const whole = ['simd', 'simd-relaxed'];

/** What the compiler makes: for each target its settings, of asconfig.json. */
export const { targets } = JSON.parse(readFileSync(path.join(root, 'asconfig.json'), 'utf8'));

export const parts = Object.keys(targets).filter((target) => !whole.includes(target));

/** How a call of a kernel begins if threads can share the call. The runtime supplies the two. */
const THREADS = ['thread', 'threads'];

/** A line of a doc comment that is a tag: its name, and what follows. */
const TAG = /^\s*\* (@\w+) ?(.*)$/;
const TAGS = ['@cost', '@inPlace'];

/** `0.05 m·n·k`, or `8 rows·cols (short rows)`. */
const COST = /^(?<nanoseconds>\d+(?:\.\d+)?) (?<factors>\S+)(?: \(.+\))?$/;
const LAYOUT_SIZE = /^size\((\w+)\)$/;

const parse = (file, folder = root) =>
  ts.createSourceFile(file, readFileSync(path.join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true); // prettier-ignore

/** The enums that both sides share. */
const codes = parse('assembly/codes.ts')
  .statements.filter(ts.isEnumDeclaration)
  .map(({ name }) => name.text);

const NUMBERS = ['i32', 'u32', 'f32', 'f64', 'bool'];

/** TypeScript's name for the type of an argument or a result. AssemblyScript counts addresses and bytes in `usize`. */
function typeOf(name, type) {
  if (type === 'usize') return /bytes$/i.test(name) ? 'number' : 'Pointer';
  if (NUMBERS.includes(type)) return 'number';
  if (type === 'void' || codes.includes(type)) return type;
  throw new Error(`${name} is a ${type}, which cannot cross to JavaScript`);
}

/** The lines of a declaration's doc comment. */
function docOf(node, source) {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  return comment?.getText(source).split('\n') ?? [];
}

/** Nanoseconds for each unit, and for each factor of the number of units the place of its argument; see `workOf`. */
function costOf(cost, parameters) {
  const { nanoseconds, factors } = COST.exec(cost)?.groups ?? {};
  if (factors === undefined)
    throw new Error(`"@cost ${cost}" is not "@cost <nanoseconds> <product>"`);
  const placeOf = (name, isLayout) => {
    const place = parameters.findIndex((parameter) => parameter.name === name);
    if (place === -1) throw new Error(`"@cost ${cost}" names ${name}, which is not a parameter`);
    if (isLayout !== (parameters[place].type === 'Pointer')) {
      throw new Error(`"@cost ${cost}": write size(${name}) if ${name} is a layout, ${name} if it is a number`); // prettier-ignore
    }
    return place;
  };
  const places = factors.split('·').map((factor) => {
    const layout = LAYOUT_SIZE.exec(factor)?.[1];
    return layout === undefined ? placeOf(factor, false) : ~placeOf(layout, true);
  });
  return [Number(nanoseconds), ...places];
}

/** What an exported function says of itself. */
function kernelOf(node, source) {
  const name = node.name.text;
  const all = node.parameters.map((parameter) => {
    const word = parameter.name.getText(source);
    return { name: word, type: typeOf(word, parameter.type.getText(source)) };
  });
  const isSplit = THREADS.every((word, i) => all[i]?.name === word);
  const parameters = isSplit ? all.slice(THREADS.length) : all;
  const returns = typeOf(name, node.type.getText(source));
  const doc = docOf(node, source);
  if (doc.length === 0) throw new Error('it has no doc comment');
  const tags = new Map(doc.flatMap((line) => (TAG.exec(line) ? [TAG.exec(line).slice(1)] : [])));
  for (const tag of tags.keys()) {
    if (!TAGS.includes(tag)) throw new Error(`there is no tag ${tag}: use ${TAGS.join(' and ')}`);
    if (!isSplit)
      throw new Error(`${tag} is for kernels whose arguments begin with (thread, threads)`);
  }
  if (isSplit && !tags.has('@cost')) {
    throw new Error('threads share it, so its doc comment needs a line such as "@cost 0.3 n"');
  }
  const cost = isSplit ? costOf(tags.get('@cost'), parameters) : undefined;
  return { name, isSplit, parameters, returns, doc, cost, isInPlace: tags.has('@inPlace') };
}

/** The exported functions of a file, `[name, node]`. */
function functionsOf(source) {
  const isExported = ({ modifiers }) =>
    modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return new Map(
    source.statements
      .filter((node) => ts.isFunctionDeclaration(node) && isExported(node))
      .map((node) => [node.name.text, node]),
  );
}

/**
 * The kernels of a part, in the order in which assembly/parts/<part>.ts exports them.
 *
 * @param {string} part
 * @param {string} [folder] the folder that `assembly` is in
 * @throws Error that lists all that is missing or wrong.
 */
export function readKernels(part, folder = root) {
  const complaints = [];
  const kernels = parse(`assembly/parts/${part}.ts`, folder).statements.flatMap((statement) => {
    const file = path.posix.join('assembly/parts', `${statement.moduleSpecifier.text}.ts`);
    const source = parse(file, folder);
    const functions = functionsOf(source);
    return statement.exportClause.elements.map(({ name: { text: name } }) => {
      try {
        if (!functions.has(name)) throw new Error('there is no such function');
        return { file, ...kernelOf(functions.get(name), source) };
      } catch ({ message }) {
        complaints.push(`${file}: ${name}: ${message}`);
        return undefined;
      }
    });
  });
  if (complaints.length > 0)
    throw new Error(`The kernels of ${part}:\n  ${complaints.join('\n  ')}`);
  return kernels;
}

function declaration({ name, parameters, returns, doc }) {
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`);
  return [...doc, `${name}(${list.join(', ')}): ${returns};`].map((line) => `  ${line}`).join('\n');
}

/** The module of the ABI in TypeScript. */
export function kernelInterface(folder) {
  const kernels = parts.flatMap((part) => readKernels(part, folder));
  const [shared, plain] = [true, false].map((is) => kernels.filter(({ isSplit }) => isSplit === is)); // prettier-ignore
  const costs = shared.map(({ name, cost }) => `  ${name}: [${cost.join(', ')}],`);
  const inPlace = shared.filter(({ isInPlace }) => isInPlace).map(({ name }) => `  '${name}',`);
  const enums = codes.filter((code) => kernels.some(({ parameters }) => parameters.some(({ type }) => type === code))); // prettier-ignore
  return `// Generated by scripts/kernel-abi.mjs from the kernels that assembly/parts/ export.
import type { ${enums.join(', ')} } from '../../../assembly/codes.js';

/** A place in linear memory, in bytes. */
export type Pointer = number;

/** The kernels that threads can share, without their leading arguments (thread, threads), which the runtime supplies. */
export interface SplitKernels {
${shared.map(declaration).join('\n')}
}

/** The kernels that one thread runs alone. */
export interface PlainKernels {
${plain.map(declaration).join('\n')}
}

/** For each kernel nanoseconds a unit, and places of arguments, as \`workOf\` reads them: \`@cost\` in its doc comment. */
export const costs: Readonly<Record<keyof SplitKernels, readonly number[]>> = {
${costs.join('\n')}
};

/** Kernels that read what they write: \`@inPlace\` in their doc comments. */
export const inPlace: ReadonlySet<keyof SplitKernels> = new Set<keyof SplitKernels>([
${inPlace.join('\n')}
]);
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(root, interfaceFile);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== kernelInterface()) {
    console.error(`${interfaceFile} is not what assembly/ says. Run \`npm run build:wasm\`.`);
    process.exitCode = 1;
  }
}
