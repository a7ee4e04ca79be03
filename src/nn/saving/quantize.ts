import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, classNameOf, isRegExp } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { LARGEST_HALF } from '../../files/formats/float16.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { QuantizableWeight } from '../layers/core/weight-holder.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import { quantizeNumbers } from '../../engine/ops/linalg/products/quantize-numbers.js';
import type {
  QuantizationMode,
  ScaleGroups,
} from '../../engine/ops/linalg/products/quantize-numbers.js';
import { QuantizedWeight } from '../../engine/ops/linalg/products/quantized-weight.js';
import { sizeOf } from '../../engine/tensor/index.js';
import type { Shape, Variable } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';
import type { QuantizationReport, QuantizeOptions } from '../training/file-options.js';

/** What `model.quantize` does. */
export function quantizeModel(
  model: AnyLayer,
  mode: 'int8' | 'float16',
  options: QuantizeOptions,
): QuantizationReport {
  checkOptions('quantize', options, ['filters']);
  checkMode(mode);
  if (model instanceof Model) model.activity.requireIdle('quantize');
  const isWanted = filterOf(options.filters);
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

function filterOf(filters: QuantizeOptions['filters']): (layer: AnyLayer) => boolean {
  if (filters === undefined) return () => true;
  if (typeof filters === 'function') return filters;
  const list: readonly unknown[] = Array.isArray(filters) ? filters : [filters];
  const patterns = list.filter(isRegExp);
  if (patterns.length < list.length || list.length === 0) {
    throw new ValueError(
      `quantize: filters must be a regular expression, a list of them, or a function of a layer, got ${describeValue(filters)}.`,
    );
  }
  return ({ name }) => patterns.some((pattern) => name.search(pattern) >= 0);
}

/** The weight in less room. The weight itself stays as it is. */
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
