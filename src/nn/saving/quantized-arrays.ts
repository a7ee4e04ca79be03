// Weights that are quantized, between a model and a file.
import { fileArray, fileTensor } from '../data/file-tensors.js';
import { printable } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { LARGEST_HALF } from '../../files/formats/float16.js';
import { unpacked } from '../../files/formats/tfjs/manifest.js';
import type { ModelArray, QuantizedArray } from '../../files/formats/tfjs/manifest.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { quantizeNumbers } from '../../engine/ops/linalg/products/quantize-numbers.js';
import type { StoredNumbers } from '../../engine/ops/linalg/products/quantize-numbers.js';
import { QuantizedWeight } from '../../engine/ops/linalg/products/quantized-weight.js';
import { keep, zeros } from '../../engine/tensor/index.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import type { QuantizedElements } from '../../engine/tensor/variable.js';

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

/** Gives a weight the values of a file. @param isKept whether they stay quantized if they are */
export function assignArray(weight: Variable, array: ModelArray, isKept: boolean): void {
  const stored = isKept && !('data' in array) ? storedNumbers(array) : undefined;
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

/**
 * A weight for a layers-model.
 *
 * @param quantize how weights of two and more axes are stored; undefined: as they are
 */
export function modelArray(weight: Variable, quantize: TfjsQuantization | undefined): ModelArray {
  const held = weight.quantized;
  if (held instanceof QuantizedWeight && (quantize === undefined || quantize === held.mode)) {
    const array = arrayOf(weight, held.numbers());
    if (array !== undefined) return array;
  }
  const array = weight.lend(fileArray);
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
