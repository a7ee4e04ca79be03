import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, classNameOf, isRegExp } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { LARGEST_HALF } from '../../files/formats/elements.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { Adapter } from '../layers/core/adapter.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { QuantizableWeight } from '../layers/core/weight-holder.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import {
  QuantizedWeight,
  quantizeNumbers,
} from '../../engine/ops/linalg/products/quantized-weight.js';
import type {
  QuantizationMode,
  ScaleGroups,
  StoredNumbers,
} from '../../engine/ops/linalg/products/quantized-weight.js';
import { keep, sizeOf, tidy, zeros } from '../../engine/tensor/index.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';
import type { QuantizationReport, QuantizeOptions } from '../training/file-options.js';
import { fileArray, fileTensor } from '../data/file-tensors.js';
import { unpacked } from '../../files/formats/tfjs/manifest.js';
import type { ModelArray, QuantizedArray } from '../../files/formats/tfjs/manifest.js';
import type { QuantizedElements } from '../../engine/tensor/variable.js';

/** What `model.quantize` does. */
export function quantizeModel(
  model: AnyLayer,
  mode: 'int8' | 'float16',
  options: QuantizeOptions,
): QuantizationReport {
  checkOptions('quantize', options, ['filters']);
  checkMode(mode);
  if (model instanceof Model) model.activity.requireIdle('quantize');
  const isWanted = filterOf('quantize', options.filters);
  const layers = layersWithin(model).filter((layer) => layer.ownWeights.length > 0);
  if (layers.length === 0) {
    throw new ValueError(
      `quantize: model '${printable(model.name)}' has no weights yet. Give the first layer inputShape, or build the model.`,
    );
  }
  const chosen = layers.filter((layer) => layer.quantizable.length > 0 && isWanted(layer));
  const made: (readonly [Variable, QuantizedWeight])[] = [];
  try {
    for (const layer of chosen) {
      for (const quantizable of layer.quantizable) {
        made.push([quantizable.weight, quantized(layer, quantizable, mode)]);
      }
    }
  } catch (error) {
    for (const [, weight] of made) weight.dispose();
    throw error;
  }
  for (const [variable, weight] of made) variable.hold(weight);
  return {
    mode,
    quantized: chosen.map(({ name }) => name),
    skipped: layers.filter((layer) => !chosen.includes(layer)).map(({ name }) => name),
  };
}

function checkMode(mode: unknown): void {
  if (mode === 'int8' || mode === 'float16') return;
  throw new ValueError(
    `quantize: mode must be 'int8' or 'float16', got ${describeValue(mode)}. Other modes of Keras's are not supported.`,
  );
}

/**
 * The layers that the option `filters` lets through.
 *
 * @param owner the function that has the option, for messages
 */
export function filterOf(
  owner: string,
  filters: QuantizeOptions['filters'],
): (layer: AnyLayer) => boolean {
  if (filters === undefined) return () => true;
  if (typeof filters === 'function') return filters;
  const list: readonly unknown[] = Array.isArray(filters) ? filters : [filters];
  const patterns = list.filter(isRegExp);
  if (patterns.length < list.length || list.length === 0) {
    throw new ValueError(
      `${owner}: filters must be a regular expression, a list of them, or a function of a layer, got ${describeValue(filters)}.`,
    );
  }
  return ({ name }) => patterns.some((pattern) => name.search(pattern) >= 0);
}

/** The weight in fewer bytes. The weight itself stays as it is. */
function quantized(
  layer: AnyLayer,
  { weight, axes }: QuantizableWeight,
  mode: QuantizationMode,
): QuantizedWeight {
  const owner = `quantize: ${classNameOf(layer)} layer '${printable(layer.name)}'`;
  if (weight.quantized !== undefined) {
    throw new ValueError(
      `${owner} is quantized already (${weight.quantized.mode}). Choose other layers with the option filters.`,
    );
  }
  const elements = weight.value.data() as Float32Array<ArrayBuffer>;
  const largest = mode === 'float16' ? LARGEST_HALF : Number.MAX_VALUE;
  const wrong = elements.find((x) => !(Math.abs(x) <= largest));
  if (wrong !== undefined) {
    throw new ValueError(
      `${owner}: weight '${weight.name}' holds ${wrong}, and ${mode} holds ` +
        (mode === 'float16' ? `numbers up to ${LARGEST_HALF} alone.` : `finite numbers alone.`),
    );
  }
  const groups = mode === 'int8' ? groupsOf(owner, weight.shape, axes) : undefined;
  return new QuantizedWeight(weight.shape, quantizeNumbers(elements, mode, groups));
}

/** The axes as [outer, reduced, inner]. @throws ValueError for axes that do not lie side by side. */
export function groupsOf(owner: string, shape: Shape, axes: readonly number[]): ScaleGroups {
  const first = axes[0] ?? 0;
  const end = first + axes.length;
  if (axes.length === 0 || axes.some((axis, i) => axis !== first + i)) {
    throw new ValueError(
      `${owner}: its products are summed along axes ${axes.join(', ') || 'none'} of the kernel, and int8 needs axes side by ` +
        `side. Use 'float16', or leave the layer out with the option filters.`,
    );
  }
  return {
    outer: sizeOf(shape.slice(0, first)),
    reduced: sizeOf(shape.slice(first, end)),
    inner: sizeOf(shape.slice(end)),
  };
}

// Weights that are quantized, between a model and a file.

/** How TensorFlow.js's format stores quantized weights. */
export type TfjsQuantization = 'uint8' | 'uint16' | 'float16';

/** Stands for a weight until its values come, and takes no memory. Layers that are run to find out shapes see zeros. */
export function pendingWeight(shape: Shape): QuantizedElements {
  const refuse = (): never => {
    throw new ValueError('A weight was used before its values had been read from the file.');
  };
  return {
    mode: 'pending',
    shape,
    bytes: 0,
    version: 0,
    expand: () => zeros(shape),
    replace: refuse,
    dense: (x, _bias, _activation, axes = 1) =>
      zeros([...x.shape.slice(0, x.ndim - axes), ...shape.slice(axes)]),
    rows: (indices) => zeros([...indices.shape, ...shape.slice(1)]),
    dispose: () => undefined,
  };
}

/** The weights that can stay quantized. */
export function quantizableWeights(layers: Iterable<AnyLayer>): Set<Variable> {
  return new Set([...layers].flatMap((layer) => layer.quantizable.map(({ weight }) => weight)));
}

/** Gives a weight the values of a file. @param keepsQuantized whether they stay quantized if they are */
export function assignArray(weight: Variable, array: ModelArray, keepsQuantized: boolean): void {
  const stored = keepsQuantized && !('data' in array) ? storedNumbers(array) : undefined;
  if (stored !== undefined) {
    weight.hold(new QuantizedWeight(weight.shape, stored));
    return;
  }
  if (weight.quantized?.mode === 'pending') weight.hold(keep(fileTensor(unpacked(array))));
  else {
    unpackWeight(weight);
    weight.write(unpacked(array).data);
  }
}

/** Makes the elements of a weight float32, if they are not. */
export function unpackWeight(weight: Variable): void {
  if (weight.quantized !== undefined) weight.hold(keep(weight.value));
}

/** The numbers of a file, for memory; undefined for float16 with infinity or NaN, which products do not look for. */
function storedNumbers({ quantization, numbers }: QuantizedArray): StoredNumbers | undefined {
  const { dtype: mode } = quantization;
  if (mode !== 'float16') {
    const { scale, min } = quantization;
    return { data: numbers, scaling: { mode, scale, min } };
  }
  const isFinite = numbers.every((bits) => (bits & 0x7c00) !== 0x7c00);
  return isFinite ? { data: numbers, scaling: { mode } } : undefined;
}

/** A weight for a file, as float32: with LoRA, W + scale · A · B in place of W. */
export function mergedArray(weight: Variable, adapter: Adapter | undefined): FileArray {
  if (adapter?.weight !== weight) return weight.lend(fileArray);
  return tidy(() => fileArray(adapter.merged()));
}

/**
 * A weight for a layers-model.
 *
 * @param adapter what LoRA adds to a weight of the layer
 * @param quantize how weights of two and more axes are stored; undefined: as they are
 */
export function modelArray(
  weight: Variable,
  adapter: Adapter | undefined,
  quantize: TfjsQuantization | undefined,
): ModelArray {
  const held = adapter?.weight === weight ? undefined : weight.quantized;
  if (held instanceof QuantizedWeight && (quantize === undefined || quantize === held.mode)) {
    const array = arrayOf(weight, held.numbers());
    if (array !== undefined) return array;
  }
  const array = mergedArray(weight, adapter);
  if (quantize === undefined || weight.dtype !== 'float32' || weight.shape.length < 2) return array;
  const elements = array.data as Float32Array<ArrayBuffer>;
  const largest = quantize === 'float16' ? LARGEST_HALF : Number.MAX_VALUE;
  const wrong = elements.find((x) => !(Math.abs(x) <= largest));
  if (wrong !== undefined) {
    throw new ValueError(
      `save: weight '${printable(weight.path)}' holds ${wrong}, and ${quantize} ` +
        (quantize === 'float16'
          ? `holds numbers up to ${LARGEST_HALF} alone.`
          : `stands for finite numbers alone.`),
    );
  }
  return arrayOf(weight, quantizeNumbers(elements, quantize)) ?? array;
}

/** The numbers as TensorFlow.js's format has them; undefined for int8 by columns, which it does not know. */
function arrayOf(weight: Variable, { data, scaling }: StoredNumbers): QuantizedArray | undefined {
  if (scaling.mode === 'int8') return undefined;
  const quantization =
    scaling.mode === 'float16'
      ? { dtype: scaling.mode }
      : { dtype: scaling.mode, scale: scaling.scale, min: scaling.min };
  return {
    shape: weight.shape,
    dtype: 'float32',
    quantization,
    numbers: data as QuantizedArray['numbers'],
  };
}
