// Quantized weights in Keras's files. An int8 layer has the policy `int8_from_float32`, the numbers q as int8, and next to them
// a scale for each column (of a table: row), of which the weight is q / scale. float16 is not a policy here: the array is float16
// in the file, and Keras makes it float32 as it reads it.
import { printable } from '../../config/describe-value.js';
import { classNameOf } from '../../config/index.js';
import { FormatError } from '../../errors.js';
import type { FileArray, SmallArray } from '../../files/formats/elements.js';
import { isJsonObject } from '../../files/formats/json.js';
import type { KerasFile } from '../../files/formats/keras/file.js';
import type { AnyLayer } from '../layers/core/layer.js';
import {
  QuantizedWeight,
  quantizeNumbers,
} from '../../engine/ops/linalg/products/quantized-weight.js';
import type { StoredNumbers } from '../../engine/ops/linalg/products/quantized-weight.js';
import { sizeOf, tidy } from '../../engine/tensor/index.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';
import type { Assignment, SavedObject } from './match.js';
import { groupsOf, mergedArray, quantizableWeights, unpackWeight } from './quantize.js';
import { savedLayers, savedWeights } from './saved-layers.js';

type Fields = Readonly<Record<string, unknown>>;

/** How a quantized weight is written: as float16, or as int8 with scales of that shape. */
export interface KerasForm {
  /** The numbers, with what LoRA has learned. */
  numbers(): StoredNumbers;
  readonly scaleShape: Shape | undefined;
}

/** Keras's layers that can be int8. */
const INT8_CLASSES: readonly string[] = [
  'Dense',
  'EinsumDense',
  'Embedding',
  'ReversibleEmbedding',
];

const INT8_POLICY = {
  module: 'keras.dtype_policies',
  class_name: 'QuantizedDTypePolicy',
  config: { mode: 'int8', source_name: 'float32' },
  registered_name: null,
};

/** The weights of a model that are written as they are stored. All others are written as float32. */
export function kerasForms(model: AnyLayer): Map<Variable, KerasForm> {
  const forms = new Map<Variable, KerasForm>();
  for (const layer of savedLayers(model).keys()) {
    for (const { weight } of layer.quantizable) {
      const held = weight.quantized;
      if (held instanceof QuantizedWeight && held.mode === 'float16') {
        forms.set(weight, { numbers: numbersOf(layer, held), scaleShape: undefined });
      }
    }
  }
  for (const layer of stackedLayers(model)) {
    if (!INT8_CLASSES.includes(classNameOf(layer))) continue;
    for (const { weight } of layer.quantizable) {
      const held = weight.quantized;
      const scaleShape = scaleShapeOf(layer, weight);
      if (held instanceof QuantizedWeight && held.mode === 'int8' && scaleShape !== undefined) {
        forms.set(weight, { numbers: numbersOf(layer, held), scaleShape });
      }
    }
  }
  return forms;
}

/** What a file holds of a quantized weight of a layer: with LoRA the sum, quantized in the same way. */
function numbersOf({ adapter }: AnyLayer, held: QuantizedWeight): KerasForm['numbers'] {
  if (adapter?.weight.held !== held) return () => held.numbers();
  return () => {
    const { scaling } = held.numbers();
    const groups = scaling.mode === 'int8' ? scaling.groups : undefined;
    const merged = tidy(() => adapter.merged().data() as Float32Array);
    return quantizeNumbers(merged, scaling.mode, groups);
  };
}

/** The layers whose configs stand in the file: those of the model, and of models inside. */
function stackedLayers(model: AnyLayer): AnyLayer[] {
  if (!(model instanceof Model)) return [model];
  return model.layers.flatMap(stackedLayers);
}

/** The shape that Keras gives the scales; undefined where it orders them in another way. */
function scaleShapeOf(layer: AnyLayer, weight: Variable): Shape | undefined {
  const [first = 0, last = 0] = [weight.shape[0], weight.shape.at(-1)];
  // An EinsumDense; told by the property, as files of other layers do not need the class.
  if (!('equation' in layer)) return [weight.name === 'embeddings' ? first : last];
  const [, kernel = '', output = ''] = /,(\w+)->(.+)$/.exec(String(layer.equation)) ?? [];
  if (output.endsWith('...')) return undefined;
  const rank = (layer.outputShape as Shape | undefined)?.length ?? 0;
  const letters = output.replace('...', '');
  const lengths = letters
    .split('')
    .map((letter) => (kernel.includes(letter) ? (weight.shape[kernel.indexOf(letter)] ?? 1) : 1));
  const isInOrder =
    kernel.replace(/\w/g, (letter) => (letters.includes(letter) ? letter : '')) ===
    letters.replace(/\w/g, (letter) => (kernel.includes(letter) ? letter : ''));
  return isInOrder
    ? [...new Array<number>(Math.max(0, rank - letters.length)).fill(1), ...lengths]
    : undefined;
}

/** The arrays of a layer, in Keras's order: the scales of a kernel are the last, those of a table stand behind it. */
export function arraysOf(
  { variables, adapter }: SavedObject,
  forms: ReadonlyMap<Variable, KerasForm>,
): (FileArray | SmallArray)[] {
  const last: FileArray[] = [];
  const arrays = variables.flatMap((variable): (FileArray | SmallArray)[] => {
    const form = forms.get(variable);
    if (form === undefined) return [mergedArray(variable, adapter)];
    const { data, scaling } = form.numbers();
    const { shape } = variable;
    if (scaling.mode !== 'int8' || form.scaleShape === undefined) {
      return [{ shape, kind: 'f2', data: data as Uint16Array<ArrayBuffer> }];
    }
    const scales: FileArray = { shape: form.scaleShape, dtype: 'float32', data: scaling.scales };
    const numbers: SmallArray = { shape, kind: 'i1', data: data as Int8Array<ArrayBuffer> };
    if (variable.name !== 'kernel') return [numbers, scales];
    last.push(scales);
    return [numbers];
  });
  return [...arrays, ...last];
}

/** The model with the policies of its int8 layers. */
export function withPolicies(
  json: Fields,
  model: AnyLayer,
  forms: ReadonlyMap<Variable, KerasForm>,
): Fields {
  return mapLayers(json, (described, names) => {
    const layer = layerAt(model, names);
    const isInt8 =
      layer?.quantizable.some(({ weight }) => forms.get(weight)?.scaleShape !== undefined) ?? false;
    return isInt8 ? { ...described, dtype: INT8_POLICY } : described;
  });
}

/** A described model with other configs of its layers, and of those of models inside. */
function mapLayers(
  json: Fields,
  change: (config: Fields, names: readonly string[], className: string) => Fields,
  outer: readonly string[] = [],
  depth = 0,
): Fields {
  const { config } = json;
  const list: unknown = isJsonObject(config) ? config['layers'] : undefined;
  // The reader of the file refuses what is deeper.
  if (!isJsonObject(config) || !Array.isArray(list) || depth > 64) return json;
  const layers = list.map((layer: unknown) => {
    if (!isJsonObject(layer) || !isJsonObject(layer['config'])) return layer;
    const names = [...outer, String(layer['config']['name'])];
    if (Array.isArray(layer['config']['layers'])) return mapLayers(layer, change, names, depth + 1);
    return { ...layer, config: change(layer['config'], names, String(layer['class_name'])) };
  });
  return { ...json, config: { ...config, layers } };
}

/** The layer that names lead to. */
function layerAt(model: AnyLayer, names: readonly string[]): AnyLayer | undefined {
  return names.reduce<AnyLayer | undefined>(
    (from, name) =>
      from instanceof Model ? from.layers.find((layer) => layer.name === name) : undefined,
    model,
  );
}

/** Whether anything in a file is quantized. @param isHalf whether its float16 arrays count */
export function hasQuantized({ objects }: KerasFile, isHalf: boolean): boolean {
  return [...objects.values()].some(({ arrays }) =>
    arrays.some((array) => (isHalf && array.isHalf === true) || isInt8(array)),
  );
}

/** Whether an array may hold the numbers of an int8 weight: int8 is read as int32. */
const isInt8 = ({ dtype, shape }: FileArray): boolean => dtype === 'int32' && shape.length > 1;

/** An array of a file that stands for a weight which is int8 there. Its `data` are the numbers q. */
interface StoredInt8 extends FileArray {
  readonly scales: Float32Array<ArrayBuffer>;
  readonly axes: readonly number[];
}

/**
 * The file with one array for each weight of its int8 layers, also of those inside of other layers.
 *
 * @param names layers that are int8 by their configs
 * @throws FormatError for arrays that are not Keras's.
 */
export function withInt8(
  file: KerasFile,
  model: AnyLayer,
  names: ReadonlySet<string>,
  label: string,
): KerasFile {
  const objects = new Map(file.objects);
  const layers = [...savedLayers(model)].flatMap(([layer, { path }]) => {
    const object = layer.quantizable.length === 0 ? undefined : objects.get(path);
    return object === undefined ? [] : [{ layer, path, object }];
  });
  const stored = layers.filter(({ object }) => object.arrays.some(isInt8));
  const known = new Set(stored.map(({ layer }) => layer.name));
  const missing = layers.filter(({ layer: { name } }) => names.has(name) && !known.has(name));
  for (const { layer, path, object } of [...stored, ...missing]) {
    objects.set(path, { ...object, arrays: joined(layer, object.arrays, label) });
  }
  return { ...file, objects };
}

/** Numbers and scales as one array for each weight. */
function joined(layer: AnyLayer, arrays: readonly FileArray[], label: string): FileArray[] {
  const owner = `${label}: ${classNameOf(layer)} layer '${printable(layer.name)}'`;
  const variables = savedWeights(layer);
  const quantizable = new Map(layer.quantizable.map(({ weight, axes }) => [weight, axes] as const));
  if (arrays.length !== variables.length + quantizable.size) {
    throw new FormatError(
      `${owner} is int8 and has ${arrays.length} arrays; expected ${variables.length + quantizable.size}: its weights and their ` +
        `scales.`,
    );
  }
  let next = 0;
  return variables.map((variable): FileArray => {
    const array = arrays[next++] ?? { shape: [], dtype: 'float32', data: new Float32Array(0) };
    const axes = quantizable.get(variable);
    if (axes === undefined) return array;
    const scales = variable.name === 'kernel' ? arrays.at(-1) : arrays[next++];
    checkInt8(`${owner}: weight '${variable.name}'`, layer, variable, axes, array, scales);
    const joinedArray: StoredInt8 = {
      ...array,
      dtype: 'float32',
      scales: scales?.data as Float32Array<ArrayBuffer>,
      axes,
    };
    return joinedArray;
  });
}

function checkInt8(
  owner: string,
  layer: AnyLayer,
  variable: Variable,
  axes: readonly number[],
  { dtype, data }: FileArray,
  scales: FileArray | undefined,
): void {
  if (dtype !== 'int32' || data.some((q) => q < -128 || q > 127)) {
    throw new FormatError(`${owner} must be whole numbers from -128 to 127, got ${dtype}.`);
  }
  const summed = new Set(axes);
  const count = sizeOf(variable.shape.filter((_, axis) => !summed.has(axis)));
  if (scales?.dtype !== 'float32' || scales.data.length !== count) {
    throw new FormatError(
      `${owner} needs ${count} scales of float32, got ${scales?.data.length ?? 0} of ${scales?.dtype ?? 'none'}.`,
    );
  }
  // A scale near 0 would make numbers beyond float32.
  const wrong = scales.data.find((scale) => !(scale > 1e-36 && scale < Infinity));
  if (wrong !== undefined) {
    throw new FormatError(`${owner} has a scale of ${wrong}; expected a number above 1e-36.`);
  }
  if (scaleShapeOf(layer, variable) === undefined) {
    throw new FormatError(
      `${owner} has scales in a different order from the axes of the kernel, which is not supported.`,
    );
  }
}

/**
 * Gives the weights of a model the arrays of a file.
 *
 * @param keepsQuantized whether they stay quantized if they are
 * @param isHalf whether float16 counts as quantized
 */
export function assignKerasArrays(
  model: AnyLayer,
  found: readonly Assignment[],
  {
    keepsQuantized,
    isHalf: keepsHalf,
  }: { readonly keepsQuantized: boolean; readonly isHalf: boolean },
): void {
  const keepers = quantizableWeights(savedLayers(model).keys());
  for (const [weight, array] of found) {
    if ('scales' in array) {
      const { data, scales, axes } = array as StoredInt8;
      const groups = groupsOf(weight.path, weight.shape, axes);
      const numbers = {
        data: Int8Array.from(data),
        scaling: { mode: 'int8' as const, scales, groups },
      };
      weight.hold(new QuantizedWeight(weight.shape, numbers));
      if (!keepsQuantized) unpackWeight(weight);
      continue;
    }
    const { data, isHalf = false } = array;
    const isFinite = (): boolean => data.every((x) => Math.abs(x) < Infinity);
    if (keepsHalf && isHalf && keepers.has(weight) && isFinite()) {
      const numbers = quantizeNumbers(data as Float32Array, 'float16');
      weight.hold(new QuantizedWeight(weight.shape, numbers));
      continue;
    }
    unpackWeight(weight);
    weight.write(data);
  }
}
