import { only } from '../../config/index.js';
import type { DeserializeOptions, Given } from '../../config/index.js';
import type { WeightsFormatName } from '../../files/formats/names.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { LimitedReadOptions } from '../../files/locations/source.js';

/** The formats of `save`. */
export type ModelFormatName = 'keras' | 'tfjs';

/** Options of whatever writes a file. */
export const WRITE_OPTIONS = {
  /** Whether a file of that name is replaced: only true. */
  overwrite: only(
    [true],
    'What is there is always replaced. Look for it before, or choose another name.',
  ),
};

interface WriteOptions extends Given<typeof WRITE_OPTIONS> {}

/** Options of `save`. */
export interface SaveOptions extends WriteOptions {
  /** Default: `'keras'` for a name that ends in `.keras`, else `'tfjs'`, TensorFlow.js's layers-model. */
  readonly format?: ModelFormatName;
  /** Whether a `.keras` file holds the optimizer's state. Default true; TensorFlow.js's format holds none. */
  readonly includeOptimizer?: boolean;
  /**
   * In TensorFlow.js's format: how weights of two and more axes are stored, as its converter does with `--quantize_uint8` and the
   * like. Default: as they are, which is float32 unless they were loaded so. A model that is quantized itself (`quantize`) needs
   * no option in a `.keras` file.
   */
  readonly quantize?: 'uint8' | 'uint16' | 'float16';
}

/** Options of `save` of a layer that stands in a `.keras` file without a model, such as `utils.FeatureSpace`. */
export interface SaveLayerOptions extends WriteOptions {}

/** Options of `loadModel`. */
export interface LoadModelOptions extends LimitedReadOptions, DeserializeOptions {
  /** Default: by the name, and of bytes by their beginning. `'keras'` also stands for legacy `.h5`. */
  readonly format?: ModelFormatName;
  /** Whether the model is compiled as the file says. Default true. */
  readonly compile?: boolean;
  /**
   * What becomes of weights that are quantized in the file. `'unpack'` makes them float32, so that the model can be trained.
   * `'keep'` leaves the large weights of `Dense`, `EinsumDense`, `Embedding` and convolutions as they are, in a quarter or half
   * of the memory. Default: `'unpack'` for TensorFlow.js's format, as TensorFlow.js does, and `'keep'` for `.keras`, as Keras does.
   */
  readonly quantized?: 'keep' | 'unpack';
}

/** Options of `saveWeights`. */
export interface SaveWeightsOptions extends WriteOptions {
  /** Default: by the extension of the target, else `'safetensors'`. */
  readonly format?: WeightsFormatName;
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions extends LimitedReadOptions {
  /** Default: by the extension of the source, else by its first bytes. */
  readonly format?: WeightsFormatName;
  /** Leave weights alone whose array is missing or has another shape, instead of failing. Default false. */
  readonly skipMismatch?: boolean;
  /** Load only the weights whose layer and weight are called as in the file. Default false: all, by structure. */
  readonly byName?: boolean;
}

/** Options of `quantize`. */
export interface QuantizeOptions {
  /** Which layers: those whose name fits, or for which the function gives true. Default: all. */
  readonly filters?: RegExp | readonly RegExp[] | ((layer: AnyLayer) => boolean);
}

/** What `quantize` has done. */
export interface QuantizationReport {
  /** The form of the stored weights. */
  readonly mode: 'int8' | 'float16';
  /** Names of the layers that were quantized, in order. */
  readonly quantized: readonly string[];
  /** Names of the other layers that have weights of their own. */
  readonly skipped: readonly string[];
}
