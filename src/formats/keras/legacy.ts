import type { FileArray } from '../elements.js';
import { FormatError } from '../../errors.js';
import type { Hdf5Group } from '../hdf5/read.js';
import { isJsonObject, parseJsonObject } from '../json.js';
import type { KerasObject } from './weights.js';

// Legacy `.h5`, of a model or of weights alone:
//
//     attributes model_config, training_config    JSON
//     model_weights/                              in a file of weights alone the root itself
//         attribute layer_names                   in the model's order
//         dense/                                  attribute weight_names, and arrays under these names
//     optimizer_weights/                          attribute weight_names, and arrays

/** Arrays, in the order of a list of their names. */
export type ListedArrays = Required<Pick<KerasObject, 'arrays' | 'arrayNames'>>;

/** What a legacy `.h5` file holds. */
export interface LegacyFile {
  /** The first digit counts: Keras 2 means other things by some words. */
  readonly kerasVersion: string;
  readonly modelConfig: Readonly<Record<string, unknown>> | undefined;
  readonly trainingConfig: Readonly<Record<string, unknown>> | undefined;
  /** The layers that have weights, in the order of the model; paths are `0`, `1`, … */
  readonly layers: ReadonlyMap<string, KerasObject>;
  readonly optimizer: ListedArrays | undefined;
}

/** True for an open file that is one. */
export function isLegacy(root: Hdf5Group): boolean {
  return root.keys().includes('model_weights') || attributeList(root, 'layer_names') !== undefined;
}

/** @throws FormatError */
export async function readLegacy(root: Hdf5Group, label: string): Promise<LegacyFile> {
  const weights = root.group('model_weights') ?? root;
  const json = (name: string): LegacyFile['modelConfig'] => {
    const text = root.text(name);
    return text === undefined ? undefined : parseJsonObject(text, `${label}: ${name}`);
  };
  const optimizer = root.group('optimizer_weights');
  return {
    kerasVersion: root.text('keras_version') ?? weights.text('keras_version') ?? '1',
    modelConfig: json('model_config'),
    trainingConfig: json('training_config'),
    layers: await readLayers(weights, label),
    optimizer: optimizer === undefined ? undefined : await arraysOf(optimizer, label),
  };
}

async function readLayers(weights: Hdf5Group, label: string): Promise<Map<string, KerasObject>> {
  const layers = new Map<string, KerasObject>();
  for (const name of attributeList(weights, 'layer_names') ?? []) {
    const group = weights.group(name);
    if (group === undefined) throw new FormatError(`${label}: has no group of layer '${name}'.`);
    const listed = await arraysOf(group, label);
    if (listed.arrays.length === 0) continue;
    const path = String(layers.size);
    layers.set(path, { path, name, ...listed });
  }
  return layers;
}

async function arraysOf(group: Hdf5Group, label: string): Promise<ListedArrays> {
  const arrayNames = attributeList(group, 'weight_names') ?? [];
  const arrays: FileArray[] = [];
  for (const name of arrayNames) {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    const inner = parts.reduce<Hdf5Group | undefined>((from, part) => from?.group(part), group);
    const array = await inner?.array(last);
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
export function compileConfigOf(
  training: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (training === undefined || !isJsonObject(training['optimizer_config'])) return undefined;
  const { optimizer_config: optimizer, ...rest } = training;
  return { optimizer, ...rest };
}
