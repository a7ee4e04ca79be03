import { FormatError } from '../../../errors.js';
import type { DescribedArray, FileArray, SmallArray } from '../elements.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { writeHdf5 } from '../hdf5/write.js';
import type { Hdf5Content } from '../hdf5/write.js';
import { isJsonObject, parseJsonObject } from '../json.js';
import { plainName } from './known-words.js';

// `.weights.h5` of Keras 3, also inside of `.keras`:
//
//     layers/dense/vars/0          the first variable of the first Dense; `vars` has the layer's name as attribute
//     layers/dense_1/vars/0, 1 …   the second Dense, whatever it is called
//     optimizer/vars/0, 1 …        iteration, learning rate, slots
//     vars                         the model's own

/** Something that has variables of its own: a layer, an optimizer, the model. */
export interface KerasObject {
  /** `layers/dense`; empty for the model. */
  readonly path: string;
  /** `dense_7`, the name that it was given; undefined if the file does not say. */
  readonly name: string | undefined;
  readonly arrays: readonly FileArray[];
  /** Arrays that have names of their own in addition to those of variables: the weights of a vocabulary. */
  readonly stored?: ReadonlyMap<string, FileArray>;
  /** What legacy files call the arrays. */
  readonly arrayNames?: readonly string[];
}

/** What has variables of its own, to be written. */
export interface WrittenObject extends Pick<KerasObject, 'path' | 'name' | 'stored'> {
  readonly arrays: readonly (FileArray | SmallArray)[];
}

/** The bytes of a `.weights.h5` file, in pieces. @throws ValueError for what HDF5 cannot hold. */
export function encodeKerasWeights(
  owner: string,
  objects: readonly WrittenObject[],
): Uint8Array<ArrayBuffer>[] {
  const root: GroupContent = { groups: new Map() };
  for (const { path, name, arrays, stored = new Map<string, FileArray>() } of objects) {
    const parts = path === '' ? [] : path.split('/');
    const group = parts.reduce(groupIn, root);
    group.groups.set('vars', {
      groups: new Map(),
      ...(name === undefined ? {} : { texts: { name } }),
      arrays: new Map([...arrays.map((array, i) => [String(i), array] as const), ...stored]),
    });
  }
  return writeHdf5(owner, root);
}

interface GroupContent extends Hdf5Content {
  readonly groups: Map<string, GroupContent>;
}

function groupIn({ groups }: GroupContent, name: string): GroupContent {
  const group = groups.get(name) ?? { groups: new Map() };
  groups.set(name, group);
  return group;
}

/**
 * The objects below a group, by path; or below the groups of several files that are parts of one. @throws FormatError
 */
export async function readKerasWeights(
  ...roots: readonly Hdf5Group[]
): Promise<Map<string, KerasObject>> {
  const objects = new Map<string, KerasObject>();
  await collect(roots, '', objects);
  return objects;
}

async function collect(
  groups: readonly Hdf5Group[],
  path: string,
  objects: Map<string, KerasObject>,
): Promise<void> {
  for (const name of new Set(groups.flatMap((group) => group.keys()))) {
    const inner = groups.flatMap((group) => group.group(name) ?? []);
    const [first] = inner;
    if (first === undefined) continue;
    if (name === 'vars') {
      const arrays = await arraysOf(inner);
      objects.set(path, { path, name: first.text('name'), arrays, stored: await storedIn(inner) });
    } else {
      // What Keras 2.12 to 3.0 called it.
      const known = name === '_layer_checkpoint_dependencies' ? 'layers' : name;
      await collect(inner, path === '' ? known : `${path}/${known}`, objects);
    }
  }
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** The arrays of a `.weights.h5` file in its order, with the names of what they belong to. @throws FormatError */
export function describeKerasWeights(group: Hdf5Group, owner?: string): DescribedArray[] {
  // Arrays are numbered: 2 stands before 10.
  const names = [...group.keys()].sort((a, b) =>
    isNumber(a) && isNumber(b) ? Number(a) - Number(b) : 0,
  );
  return names.flatMap((name) => {
    const inner = group.group(name);
    if (inner !== undefined) return describeKerasWeights(inner, inner.text('name') ?? owner);
    const found = group.describe(name);
    return found === undefined ? [] : [{ ...found, owner }];
  });
}

/** Names of arrays that layers keep in addition to their variables. */
const STORED = ['idf_weights'] as const;

async function storedIn(groups: readonly Hdf5Group[]): Promise<Map<string, FileArray>> {
  const stored = new Map<string, FileArray>();
  for (const group of groups) {
    for (const name of STORED) {
      const array = await group.array(name);
      if (array !== undefined) stored.set(name, array);
    }
  }
  return stored;
}

/** `0`, `1`, … as far as they go: other things in the group are not variables. */
async function arraysOf(groups: readonly Hdf5Group[]): Promise<FileArray[]> {
  const arrays: FileArray[] = [];
  for (;;) {
    let array: FileArray | undefined;
    for (const group of groups) array ??= await group.array(String(arrays.length));
    if (array === undefined) return arrays;
    arrays.push(array);
  }
}

// Legacy `.h5`, of a model or of weights alone:
//
//     attributes model_config, training_config    JSON
//     model_weights/                              in a file of weights alone the root itself
//         attribute layer_names                   in the model's order
//         dense/                                  attribute weight_names, and arrays under these names
//     optimizer_weights/                          attribute weight_names, and arrays

/** True for an open file that is one. */
export function isLegacy(root: Hdf5Group): boolean {
  return root.keys().includes('model_weights') || attributeList(root, 'layer_names') !== undefined;
}

/** What a legacy `.h5` file holds. */
interface LegacyFile {
  readonly model: Readonly<Record<string, unknown>> | undefined;
  readonly compileConfig: Readonly<Record<string, unknown>> | undefined;
  /** The version of Keras that has written it; '1' if the file does not say. */
  readonly version: string;
  /** The layers that have weights, in the order of the model; paths are `0`, `1`, … */
  readonly objects: ReadonlyMap<string, KerasObject>;
  readonly optimizer: KerasObject | undefined;
}

/** What a legacy file says of its model. @throws FormatError */
export function legacyConfigs(
  root: Hdf5Group,
  label: string,
): Pick<LegacyFile, 'model' | 'compileConfig' | 'version'> {
  const weights = weightsIn(root);
  const json = (name: string): LegacyFile['model'] => {
    const text = root.text(name);
    return text === undefined ? undefined : parseJsonObject(text, `${label}: ${name}`);
  };
  return {
    model: json('model_config'),
    compileConfig: compileConfigOf(json('training_config')),
    version: root.text('keras_version') ?? weights.text('keras_version') ?? '1',
  };
}

/** In a file of weights alone the root itself. */
const weightsIn = (root: Hdf5Group): Hdf5Group => root.group('model_weights') ?? root;

/** The arrays of a legacy file in the order of the model, with the names of their layers. @throws FormatError */
export function describeLegacy(root: Hdf5Group, label: string): DescribedArray[] {
  const described = (group: Hdf5Group, owner: string): DescribedArray[] =>
    (attributeList(group, 'weight_names') ?? []).map((name) => {
      const parts = name.split('/');
      const last = parts.pop() ?? '';
      const found = groupAt(group, parts)?.describe(last);
      if (found !== undefined) return { ...found, owner };
      throw new FormatError(`${label}: has no array '${group.path}/${name}', which it lists.`);
    });
  const weights = weightsIn(root);
  const layers = (attributeList(weights, 'layer_names') ?? []).flatMap((name) => {
    const group = groupAt(weights, name.split('/'));
    if (group === undefined) throw new FormatError(`${label}: has no group of layer '${name}'.`);
    return described(group, plainName(name));
  });
  const optimizer = root.group('optimizer_weights');
  return [...layers, ...(optimizer === undefined ? [] : described(optimizer, 'optimizer'))];
}

/** @throws FormatError */
export async function readLegacy(root: Hdf5Group, label: string): Promise<LegacyFile> {
  const weights = weightsIn(root);
  const path = 'optimizer_weights';
  const optimizer = root.group(path);
  return {
    ...legacyConfigs(root, label),
    objects: await readLayers(weights, label),
    optimizer:
      optimizer === undefined
        ? undefined
        : { path, name: path, ...(await listedArrays(optimizer, label)) },
  };
}

async function readLayers(weights: Hdf5Group, label: string): Promise<Map<string, KerasObject>> {
  const layers = new Map<string, KerasObject>();
  for (const name of attributeList(weights, 'layer_names') ?? []) {
    const group = groupAt(weights, name.split('/'));
    if (group === undefined) throw new FormatError(`${label}: has no group of layer '${name}'.`);
    const listed = await listedArrays(group, label);
    if (listed.arrays.length === 0) continue;
    const path = String(layers.size);
    layers.set(path, { path, name: plainName(name), ...listed });
  }
  return layers;
}

/** The group at a path. The name of a layer may be one, such as `conv1/conv` in a DenseNet. */
function groupAt(group: Hdf5Group, path: readonly string[]): Hdf5Group | undefined {
  return path.reduce<Hdf5Group | undefined>((from, part) => from?.group(part), group);
}

async function listedArrays(
  group: Hdf5Group,
  label: string,
): Promise<Pick<KerasObject, 'arrays' | 'arrayNames'>> {
  const arrayNames = attributeList(group, 'weight_names') ?? [];
  const arrays: FileArray[] = [];
  for (const name of arrayNames) {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    const array = await groupAt(group, parts)?.array(last);
    if (array === undefined) {
      throw new FormatError(`${label}: has no array '${group.path}/${name}', which it lists.`);
    }
    arrays.push(array);
  }
  return { arrays, arrayNames };
}

/** A list that is too long for one attribute lies in several: `layer_names0`, `layer_names1`, … */
function attributeList(group: Hdf5Group, name: string): readonly string[] | undefined {
  const whole = group.texts(name);
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.texts(`${name}${i}`);
    if (part === undefined) return i === 0 ? undefined : parts;
    parts.push(...part);
  }
}

/** `training_config` in the words of a `compile_config`. */
function compileConfigOf(
  training: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (training === undefined || !isJsonObject(training['optimizer_config'])) return undefined;
  const { optimizer_config: optimizer, ...rest } = training;
  return { optimizer, ...rest };
}
