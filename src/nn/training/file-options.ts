import { only } from '../../config/index.js';
import type { DeserializeOptions, Given } from '../../config/index.js';
import type { WeightsFormatName } from '../../files/formats/names.js';
import type { LoraOptions } from '../layers/core/adapter.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { LimitedReadOptions } from '../../files/locations/source.js';

/** The file formats of `save`. */
export type ModelFormatName = 'keras' | 'tfjs';

/** Options of whatever writes a file. */
export const WRITE_OPTIONS = {
  /** Whether to replace an existing file. Only true. */
  overwrite: only(
    [true],
    'What is there is always replaced. Look for it before, or choose another name.',
  ),
};

interface WriteOptions extends Given<typeof WRITE_OPTIONS> {}

/** Options of `save`. */
export interface SaveOptions extends WriteOptions {
  /** The file format. Default: `'keras'` for a name that ends in `.keras`, otherwise `'tfjs'`, TensorFlow.js's layers-model. */
  readonly format?: ModelFormatName;
  /** Whether to save the optimizer's state in a `.keras` file. Default true; TensorFlow.js's format never contains it. */
  readonly includeOptimizer?: boolean;
  /**
   * In TensorFlow.js's format: how to quantize weights with two or more axes, like `--quantize_uint8` and similar options of its
   * converter. Default: weights are stored as they are, which is float32 unless quantized weights were loaded. You do not need
   * this option to save a quantized model (`quantize`) in a `.keras` file.
   */
  readonly quantize?: 'uint8' | 'uint16' | 'float16';
}

/** Options of `save` for a layer that has its own `.keras` file, such as `utils.FeatureSpace`. */
export interface SaveLayerOptions extends WriteOptions {}

/** Options of `loadModel`. */
export interface LoadModelOptions extends LimitedReadOptions, DeserializeOptions {
  /** The file format; `'keras'` includes legacy `.h5`. Default: determined by the name, or for bytes by their beginning. */
  readonly format?: ModelFormatName;
  /** Whether to compile the model as it was when it was saved. Default true. */
  readonly compile?: boolean;
  /**
   * How to treat quantized weights in the file. `'unpack'` converts them to float32, so that the model can be trained. `'keep'`
   * keeps the large weights of `Dense`, `EinsumDense`, `Embedding` and convolutions quantized, in a quarter or half of the memory.
   * Default: `'unpack'` for TensorFlow.js's format, as TensorFlow.js does, and `'keep'` for `.keras`, as Keras does.
   */
  readonly quantized?: 'keep' | 'unpack';
}

/** Options of `saveWeights`. */
export interface SaveWeightsOptions extends WriteOptions {
  /** The file format. Default: determined by the extension of the target, otherwise `'safetensors'`. */
  readonly format?: WeightsFormatName;
  /**
   * Whether to save only the weights that training changes, such as what LoRA has learned. Not for `.weights.h5`. Default false:
   * all weights.
   */
  readonly trainableOnly?: boolean;
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions extends LimitedReadOptions {
  /** The file format. Default: determined by the extension of the source, otherwise by its first bytes. */
  readonly format?: WeightsFormatName;
  /** Whether to skip weights whose array is missing or has a different shape, instead of failing. Default false. */
  readonly skipMismatch?: boolean;
  /** Whether to load only weights whose layer and weight have the same names as in the file. Default false: all weights, by structure. */
  readonly byName?: boolean;
  /** Whether to load only the weights that training changes, from a file that holds no others. Default false: all weights. */
  readonly trainableOnly?: boolean;
}

/** Options of `enableLora` of a model. */
export interface ModelLoraOptions extends LoraOptions {
  /** Which layers to tune: those whose name matches, or for which the function returns true. Default: all that LoRA can tune. */
  readonly filters?: RegExp | readonly RegExp[] | ((layer: AnyLayer) => boolean);
}

/** A report of what `enableLora` of a model has done. */
export interface LoraReport {
  /** Names of the layers that LoRA tunes, in order. */
  readonly adapted: readonly string[];
  /** Names of the other layers that have weights of their own: they are frozen. */
  readonly frozen: readonly string[];
}

/** Options of `quantize`. */
export interface QuantizeOptions {
  /** Which layers to quantize: those whose name matches, or for which the function returns true. Default: all. */
  readonly filters?: RegExp | readonly RegExp[] | ((layer: AnyLayer) => boolean);
}

/** A report of what `quantize` has done. */
export interface QuantizationReport {
  /** The form of the stored weights. */
  readonly mode: 'int8' | 'float16';
  /** Names of the layers that were quantized, in order. */
  readonly quantized: readonly string[];
  /** Names of the other layers that have weights of their own. */
  readonly skipped: readonly string[];
}
