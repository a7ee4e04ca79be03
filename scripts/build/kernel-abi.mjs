// The ABI of the core: the kernels, their arguments, and the cost of a call. It is stated once, in the exported functions of
// assembly/ and the tags of their doc comments. This script reads it there and writes it in TypeScript.
//   node scripts/build/kernel-abi.mjs     fails if the generated files do not match assembly/
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import writeFunctions from '../generate/write-functions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The targets that hold all kernels. */
export const whole = ['simd', 'simd-relaxed'];

/** What the compiler makes: the options of all targets, and for each its own, of asconfig.json. */
export const { options, targets } = JSON.parse(
  readFileSync(path.join(root, 'asconfig.json'), 'utf8'),
);

/** The targets that hold some of the kernels each: the side modules. */
export const sideModules = Object.keys(targets).filter((target) => !whole.includes(target));

/** How a call of a kernel begins if threads can share the call. The runtime supplies the two. */
const THREADS = ['thread', 'threads'];

/** A line of a doc comment that is a tag: its name, and what follows. */
const TAG = /^\s*\* (@\w+) ?(.*)$/;

/**
 * `@module windows`: the side module that the kernel is in; default: the core. A function that threads do not share is exported
 * only if it has this tag. `@cost 0.05 m·n·k`: nanoseconds for each unit of work, and the number of units.
 * `@inPlace`: the kernel reads what it writes. `@internal`: a function of (thread, threads) that is not exported.
 */
const TAGS = ['@module', '@cost', '@inPlace'];
const OF_SPLIT_KERNELS = ['@cost', '@inPlace'];

/** `0.05 m·n·k`, or `8 rows·cols (short rows)`. */
const COST = /^(?<nanoseconds>\d+(?:\.\d+)?) (?<factors>\S+)(?: \(.+\))?$/;
const LAYOUT_SIZE = /^size\((\w+)\)$/;

const parse = (file, folder = root) =>
  ts.createSourceFile(file, readFileSync(path.join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true); // prettier-ignore

// The codes of functions of one element are written from their classes.
writeFunctions();

/** The enums that both sides share, with their modules. */
const codes = new Map(
  ['assembly/codes', 'assembly/generated/unary-op'].flatMap((file) =>
    parse(`${file}.ts`)
      .statements.filter(ts.isEnumDeclaration)
      .map(({ name }) => [name.text, file]),
  ),
);

const NUMBERS = ['i32', 'u32', 'f32', 'f64', 'bool'];

/** TypeScript's name for the type of an argument or a result. AssemblyScript counts addresses and bytes in `usize`. */
function typeOf(name, type) {
  if (type === 'usize') return /bytes$/i.test(name) ? 'number' : 'Pointer';
  if (NUMBERS.includes(type)) return 'number';
  if (type === 'void' || codes.has(type)) return type;
  throw new Error(`${name} is a ${type}, which cannot cross to JavaScript`);
}

/** The lines of a declaration's doc comment. */
function docOf(node, source) {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  return comment?.getText(source).split('\n') ?? [];
}

/** Nanoseconds for each unit, and for each factor of the number of units the index of its argument; see `workOf`. */
function costOf(cost, parameters) {
  const { nanoseconds, factors } = COST.exec(cost)?.groups ?? {};
  if (factors === undefined)
    throw new Error(`"@cost ${cost}" is not "@cost <nanoseconds> <product>"`);
  const placeOf = (name, isLayout) => {
    const index = parameters.findIndex((parameter) => parameter.name === name);
    if (index === -1) throw new Error(`"@cost ${cost}" names ${name}, which is not a parameter`);
    if (isLayout !== (parameters[index].type === 'Pointer')) {
      throw new Error(`"@cost ${cost}": write size(${name}) if ${name} is a layout, ${name} if it is a number`); // prettier-ignore
    }
    return index;
  };
  const indices = factors.split('·').map((factor) => {
    const layout = LAYOUT_SIZE.exec(factor)?.[1];
    return layout === undefined ? placeOf(factor, false) : ~placeOf(layout, true);
  });
  return [Number(nanoseconds), ...indices];
}

/** What an exported function says of itself; undefined if it is no kernel. */
function kernelOf(node, source) {
  const name = node.name.text;
  const isSplit = THREADS.every((word, i) => node.parameters[i]?.name.getText(source) === word);
  const doc = docOf(node, source);
  const tags = new Map(doc.flatMap((line) => (TAG.exec(line) ? [TAG.exec(line).slice(1)] : [])));
  if (tags.has('@internal') || (!isSplit && tags.size === 0)) return undefined;
  for (const tag of tags.keys()) {
    if (!TAGS.includes(tag)) throw new Error(`there is no tag ${tag}: use ${TAGS.join(', ')}`);
    if (!isSplit && OF_SPLIT_KERNELS.includes(tag)) {
      throw new Error(`${tag} is for kernels whose arguments begin with (thread, threads)`);
    }
  }
  if (isSplit && !tags.has('@cost')) {
    throw new Error(
      'threads share it, so its doc comment needs a line such as "@cost 0.3 n", or "@internal" if it is no kernel',
    );
  }
  const module = tags.get('@module') ?? 'core';
  if (!sideModules.includes(module)) {
    throw new Error(`there is no module ${module}: use ${sideModules.join(' or ')}`);
  }
  const parameters = node.parameters.slice(isSplit ? THREADS.length : 0).map((parameter) => {
    const word = parameter.name.getText(source);
    return { name: word, type: typeOf(word, parameter.type.getText(source)) };
  });
  const returns = typeOf(name, node.type.getText(source));
  const cost = isSplit ? costOf(tags.get('@cost'), parameters) : undefined;
  return { name, module, isSplit, parameters, returns, doc, cost, isInPlace: tags.has('@inPlace') };
}

const isExported = ({ modifiers }) =>
  modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** The modules of assembly/, in the order of their names. `folder` is the folder that it is in. */
function modulesOf(folder = root) {
  return readdirSync(path.join(folder, 'assembly'), { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `assembly/${file.replaceAll(path.sep, '/')}`)
    .sort()
    .map((file) => parse(file, folder));
}

/**
 * All kernels, in the order of their files.
 *
 * @param {string} [folder] the folder that `assembly` is in
 * @throws Error that lists all that is missing or wrong.
 */
export function readKernels(folder) {
  const complaints = [];
  /** Which file each kernel is in. */
  const files = new Map();
  const kernels = modulesOf(folder).flatMap((source) => {
    const { fileName: file } = source;
    const functions = source.statements.filter(ts.isFunctionDeclaration).filter(isExported);
    return functions.flatMap((node) => {
      try {
        const kernel = kernelOf(node, source);
        if (kernel === undefined) return [];
        if (files.has(kernel.name))
          throw new Error(`${files.get(kernel.name)} has a kernel of that name`);
        files.set(kernel.name, file);
        return [{ file, ...kernel }];
      } catch ({ message }) {
        complaints.push(`${file}: ${node.name.text}: ${message}.`);
        return [];
      }
    });
  });
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return kernels;
}

/** An exported `@unmanaged class` of int32: what TypeScript writes for kernels to read. */
const STRUCT = /^@unmanaged\nexport class (\w+) \{\n((?: {2}\w+: i32;\n)+)/gm;

/** For each struct the positions of its fields, counted in words. */
function structFields() {
  return modulesOf().flatMap(({ fileName, text }) =>
    [...text.matchAll(STRUCT)].map(
      ([, name, fields]) =>
        `/** Fields of \`${name}\`: ${fileName}. */\nexport const enum ${name}Field {\n${fields.replaceAll(': i32;', ',')}}\n`,
    ),
  );
}

/** The AssemblyScript module in `directory` that exports the kernels of these modules, for the compiler to begin with. */
export function entryOf(kernels, of, directory) {
  const lines = kernels
    .filter(({ module }) => of.includes(module))
    .map(({ name, file }) => {
      const from = path.posix.relative(directory, file.slice(0, -'.ts'.length));
      return `export { ${name} } from '${from}';\n`;
    });
  return lines.join('');
}

function declaration({ name, parameters, returns, doc }) {
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`);
  return [...doc, `${name}(${list.join(', ')}): ${returns};`].map((line) => `  ${line}`).join('\n');
}

/** The module of the ABI in TypeScript. */
function kernelInterface(kernels) {
  const [shared, plain] = [true, false].map((is) => kernels.filter(({ isSplit }) => isSplit === is)); // prettier-ignore
  const enums = [...codes].filter(([code]) => kernels.some(({ parameters }) => parameters.some(({ type }) => type === code))); // prettier-ignore
  const imports = enums.map(
    ([code, file]) => `import type { ${code} } from '../../../../${file}.js';`,
  );
  return `// Generated by scripts/build/kernel-abi.mjs from the kernels in assembly/.
${imports.join('\n')}

/** An address in linear memory, in bytes. */
export type Pointer = number;

/** The kernels that threads can share, without their leading arguments (thread, threads), which the runtime supplies. */
export interface SplitKernels {
${shared.map(declaration).join('\n')}
}

/** The kernels that one thread runs alone. */
export interface PlainKernels {
${plain.map(declaration).join('\n')}
}

${structFields().join('\n')}`;
}

/** The module of what is known of calls that threads can share. */
function kernelCosts(kernels) {
  const shared = kernels.filter(({ isSplit }) => isSplit);
  const costs = shared.map(({ name, cost }) => `  ${name}: [${cost.join(', ')}],`);
  const inPlace = shared.filter(({ isInPlace }) => isInPlace).map(({ name }) => `  '${name}',`);
  return `// Generated by scripts/build/kernel-abi.mjs from the kernels in assembly/.
import type { SplitKernels } from './kernels.js';

/** For each kernel nanoseconds a unit, and indices of arguments, as \`workOf\` reads them: \`@cost\` in its doc comment. */
export const costs: Readonly<Record<keyof SplitKernels, readonly number[]>> = {
${costs.join('\n')}
};

/** Kernels that read what they write: \`@inPlace\` in their doc comments. */
export const inPlace: ReadonlySet<keyof SplitKernels> = new Set<keyof SplitKernels>([
${inPlace.join('\n')}
]);
`;
}

/** The module that says which arguments of kernels are addresses. */
function kernelAddresses(kernels) {
  const masks = kernels.map(({ name, parameters }) => {
    const bits = parameters.map(({ type }, i) => (type === 'Pointer' ? 1 << i : 0));
    return `  ${name}: 0b${bits.reduce((a, b) => a | b, 0).toString(2)},`;
  });
  return `// Generated by scripts/build/kernel-abi.mjs from the kernels in assembly/.
import type { PlainKernels, SplitKernels } from './kernels.js';

/** For each kernel a number whose bit i says whether argument i, (thread, threads) left out, is an address. */
export const addresses: Readonly<Record<keyof PlainKernels | keyof SplitKernels, number>> = {
${masks.join('\n')}
};
`;
}

/** The modules that the build writes, and what writes the text of each from the kernels. */
export const interfaceFiles = {
  'src/engine/wasm/generated/kernels.ts': kernelInterface,
  'src/engine/wasm/generated/costs.ts': kernelCosts,
  'src/engine/wasm/generated/addresses.ts': kernelAddresses,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kernels = readKernels();
  for (const [name, textOf] of Object.entries(interfaceFiles)) {
    const file = path.join(root, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === textOf(kernels)) continue;
    console.error(`${name} is not what assembly/ says. Run \`npm run build:wasm\`.`);
    process.exitCode = 1;
  }
}
