// docs/coverage.md: each public name of Keras and NumPy, with its name in lanegrad or the reason why it is missing.
import { readFileSync } from 'node:fs';
import * as applications from '../../../src/applications.js';
import { camelCase } from '../../../src/config/index.js';
import * as vis from '../../../src/vis.js';
import * as lanegrad from '../../../src/index.js';
import { kerasOperations } from '../../../src/engine/ops/generated/keras-operations.js';
import { DIFFERENCES } from './differences.js';
import { MISSING as missingOperators, REASONS as ofOnnx } from './onnx-reasons.js';
import * as reasons from './reasons.js';
import type { Reason } from './reasons.js';
import * as renamed from './renamed.js';

interface PublicNames {
  readonly versions: { readonly keras: string; readonly numpy: string };
  /** Names by module: `keras.layers`. */
  readonly keras: Readonly<Record<string, readonly string[]>>;
  /** What each name is: a function, a class, a value or a module. */
  readonly numpy: Readonly<Record<string, string>>;
}

const FIXTURE = new URL('../../../test/fixtures/public-names.json', import.meta.url);
export const publicNames = JSON.parse(readFileSync(FIXTURE, 'utf8')) as PublicNames;

/** Modules of Keras whose names are in a different namespace in lanegrad. */
const NAMESPACES: Readonly<Record<string, string>> = {
  keras: '',
  'keras.ops.linalg': 'ops',
  'keras.ops.nn': 'ops',
  'keras.ops.numpy': 'ops',
  'keras.optimizers.legacy': 'optimizers',
  'keras.preprocessing': 'utils',
  'keras.preprocessing.image': 'utils',
  'keras.preprocessing.sequence': 'utils',
  'keras.saving': 'models',
};

/** These repeat `keras.ops`. */
const REPEATED = ['keras.ops.linalg', 'keras.ops.nn', 'keras.ops.numpy'];

const root: unknown = { ...lanegrad, applications, vis };

/** The export of `lanegrad` at a path, or undefined. */
function exported(path: string): unknown {
  let value = root;
  for (const key of path.split('.')) {
    value = Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

const joined = (namespace: string, name: string): string => (namespace === '' ? name : `${namespace}.${name}`); // prettier-ignore

/** Operations by the classes of Keras that they represent, in small letters and without `_`. */
const operationsByClass = new Map<string, string[]>();
for (const [operation, declarations] of Object.entries(kerasOperations)) {
  for (const name of declarations.flatMap(({ className, aliases }) => [className, ...aliases])) {
    const key = plain(name.replace(/^.*\./, ''));
    operationsByClass.set(key, [...(operationsByClass.get(key) ?? []), operation]);
  }
}

/** The operation that represents a class; if several differ only in the number of axes, as conv1d and conv2d do, all of them. */
function operationsOf(name: string): string[] {
  const found = operationsByClass.get(plain(name)) ?? [];
  const family = (operation: string): string => operation.replace(/\dd/, '');
  return [...new Set(found.filter((one) => family(one) === family(found.at(-1) ?? '')))].sort();
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** A name with the path of its export, perhaps with a remark, or with the reason why there is none. */
export interface Entry {
  readonly name: string;
  /** Where lanegrad has it. */
  readonly path?: string;
  readonly remark?: string;
  readonly reason?: string;
}

/** The first path with an export. */
const firstOf = (paths: readonly string[]): string | undefined => paths.find((path) => exported(path) !== undefined); // prettier-ignore

function entryOf(
  name: string,
  key: string,
  automatic: string | undefined,
  table: Readonly<Record<string, string>>,
  groups: readonly Reason[],
): Entry {
  if (automatic !== undefined) return { name, path: automatic };
  const [, path, remark] = /^(\S+)(?: \((.*)\))?$/.exec(table[key] ?? '') ?? [];
  if (path !== undefined) return remark === undefined ? { name, path } : { name, path, remark };
  const group = groups.find(({ names }) => names.some((pattern) => fits(pattern, key)));
  return group === undefined ? { name } : { name, reason: group.reason };
}

const fits = (pattern: string, key: string): boolean =>
  pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : pattern === key;

/** Where lanegrad has the names of a module of Keras, by the rule. */
const namespaceOf = (module: string): string =>
  NAMESPACES[module] ?? module.replace(/^keras\./, '').split('.').map(camelCase).join('.');

function ofKeras(module: string, name: string): Entry {
  const own = namespaceOf(module);
  const camel = camelCase(name);
  const [operation, ...others] = module.startsWith('keras.ops') ? operationsOf(name) : [];
  const paths = [own, ...(own === '' || own === 'ops' ? [''] : [])].flatMap((namespace) => [joined(namespace, name), joined(namespace, camel)]); // prettier-ignore
  const automatic = firstOf([...paths, ...(operation === undefined ? [] : [`ops.${operation}`])]);
  const key = `${module}.${name}`.replace(/^keras\./, '');
  const entry = entryOf(name, key, automatic, renamed.KERAS, reasons.KERAS);
  if (others.length === 0 || entry.path !== `ops.${operation}`) return entry;
  return { ...entry, remark: `also ${others.map((one) => `\`ops.${one}\``).join(', ')}, by the number of axes` };
}

function ofNumpy(name: string): Entry {
  const camel = camelCase(name);
  const alike = Object.keys(lanegrad.ops).filter((key) => plain(key) === plain(name));
  const operation = alike.find((key) => key === camel) ?? alike[0] ?? operationsOf(name).at(-1); // prettier-ignore
  const isOwn = Object.hasOwn(renamed.NUMPY, name);
  const automatic = isOwn ? undefined : firstOf([`ops.${operation ?? camel}`, camel]);
  return entryOf(name, name, automatic, renamed.NUMPY, reasons.NUMPY);
}

/** Names by module, without the modules that repeat others. */
export const coverage: ReadonlyMap<string, readonly Entry[]> = new Map([
  ...Object.entries(publicNames.keras)
    .filter(([module]) => !REPEATED.includes(module))
    .map(([module, names]) => [module, names.map((name) => ofKeras(module, name))] as const),
  ['numpy', Object.keys(publicNames.numpy).map(ofNumpy)] as const,
]);

/** Whether the export that an entry names exists. */
export const isThere = ({ path }: Entry): boolean => path !== undefined && exported(path) !== undefined; // prettier-ignore

const code = (text: string): string => `\`${text}\``;

/** Whether the entry is the name in camelCase, in the namespace of its module. */
function isPlain(module: string, { name, path, remark }: Entry): boolean {
  if (path === undefined || remark !== undefined) return false;
  const [own = '', ...namespace] = path.split('.').toReversed();
  if (own !== name && own !== camelCase(name)) return false;
  const where = namespace.toReversed().join('.');
  return module === 'numpy' ? where === 'ops' || where === '' : where === namespaceOf(module);
}

function section(module: string, entries: readonly Entry[]): string {
  const there = entries.filter(({ path }) => path !== undefined);
  const lines = [`### ${module}`, '', `${there.length} of ${entries.length}.`];
  const alike = there.filter((entry) => isPlain(module, entry));
  if (alike.length > 0) {
    lines.push('', `Same name: ${alike.map(({ name }) => code(name)).join(', ')}.`);
  }
  const others = there.filter((entry) => !alike.includes(entry));
  if (others.length > 0) {
    lines.push('', `| ${module} | lanegrad |`, '|---|---|');
    for (const { name, path = '', remark } of others) {
      lines.push(`| ${code(name)} | ${code(path)}${remark === undefined ? '' : `: ${remark}`} |`);
    }
  }
  const missing = entries.filter(({ path }) => path === undefined);
  for (const reason of new Set(missing.map((entry) => entry.reason))) {
    const names = missing.filter((entry) => entry.reason === reason).map(({ name }) => code(name));
    lines.push('', `Missing: ${names.join(', ')}. ${reason ?? ''}`);
  }
  return lines.join('\n');
}

/** The page. */
export function coveragePage(): string {
  const { versions } = publicNames;
  const all = [...coverage];
  const count = (entries: readonly Entry[]): string => `${entries.filter(({ path }) => path !== undefined).length} of ${entries.length}`; // prettier-ignore
  const keras = all.filter(([module]) => module !== 'numpy');
  const numpy = coverage.get('numpy') ?? [];
  return `# Names of Keras and NumPy

Look up any public name of Keras ${versions.keras} or of NumPy ${versions.numpy}'s main namespace here, to see what it is called in lanegrad, or why it is missing. lanegrad has ${count(keras.flatMap(([, entries]) => entries))} of Keras's names and ${count(numpy)} of NumPy's. "Same name" means in camelCase, in the namespace of the same name: \`keras.ops.expand_dims\` is \`ops.expandDims\`. NumPy's names are in \`ops\`, or in \`lanegrad\` itself if they make tensors. \`npm run coverage\` writes this page from the library's exports, and \`test/oracles/fixtures/public-names.py\` lists the names of the packages.

## Keras

\`keras.ops.numpy\`, \`keras.ops.nn\` and \`keras.ops.linalg\` repeat names of \`keras.ops\`.

${keras.map(([module, entries]) => section(module, entries)).join('\n\n')}

## Differences in numbers

The tests compare operations and their gradients with results of Keras on PyTorch (\`test/golden\`). For the operations below some results differ, each for a reason:

| keras.ops | difference |
|---|---|
${Object.entries(DIFFERENCES).map(([name, text]) => `| ${code(name)} | ${text} |`).join('\n')}

\`eigh\`, \`qr\` and \`svd\` agree up to the signs of vectors, which are arbitrary. Test files cannot hold functions, so other tests compare \`scan\`, \`cond\` and the like; their numbers agree.

## NumPy

${section('numpy', numpy)}

## ONNX's operators

The operators of ONNX's own domain that \`loadOnnx\` does not read:

| operators | reason |
|---|---|
${missingOperators.map(({ operators, reason }) => `| ${operators.map(code).join(', ')} | ${reason} |`).join('\n')}

## ONNX's node tests

lanegrad runs ONNX's own tests of its operators that use float32, float16, int32, int64, uint8 and bool. The table lists those that do not pass, with the reason; the command in [onnx.md](onnx.md#what-is-tested) prints the counts:

| tests | reason |
|---|---|
${ofOnnx.map(({ names, reason }) => `| \`${names.source.replaceAll('|', '\\|')}\` | ${reason} |`).join('\n')}
`;
}
