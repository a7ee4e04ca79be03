import {
  checkLength,
  checkOptions,
  configurable,
  isListOf,
  isSerializedObject,
  oneOf,
  requireObject,
} from '../../../config/index.js';
import { Identity } from '../../../nn/layers/identity.js';
import { Concatenate } from '../../../nn/layers/merging.js';
import type { Config, EitherSpelling, SerializedObject } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { Layer } from '../../../nn/layers/core/layer.js';
import {
  deserializeLayer as deserialize,
  serializeLayer as serialize,
} from '../../../nn/layers/registry.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';

// Layers that Keras has inside of its FeatureSpace, and that its files name.

/** Where Python finds the classes of this folder that are no public ones of Keras's. */
const FEATURE_MODULE = 'keras.src.layers.preprocessing.feature_space';

/** What a feature of type float goes through: y = x. @internal */
export class TFDIdentity extends configurable(Identity, 'TFDIdentity', undefined, {
  module: FEATURE_MODULE,
}) {}

/** What makes one tensor of the encoded features, of which there may be one alone. @internal */
export class TFDConcat extends configurable(Concatenate, 'TFDConcat', undefined, {
  module: FEATURE_MODULE,
}) {
  protected override readonly fewest = 1;
}

const DTYPES = ['float32', 'int32', 'string'] as const;
const FEATURE_MODES = ['one_hot', 'int', 'float'] as const;
const CROSS_MODES = ['one_hot', 'int'] as const;

/** The type of the values in a column. */
export type FeatureType = 'float32' | 'int32' | 'string';

/** How a feature is encoded, in Keras's spelling. */
export type FeatureMode = 'one_hot' | 'int' | 'float';

/** Options of `FeatureSpace.feature`. */
export interface FeatureOptions {
  /** The type of the values in the column. */
  readonly dtype: FeatureType;
  /** The layer that processes the column. */
  readonly preprocessor: AnyLayer;
  /** `'one_hot'` for a number for each category, `'int'` for the index of the category, `'float'` for the output of the layer. */
  readonly outputMode: EitherSpelling<FeatureMode>;
}

/** A column of a table and how it is encoded. Create features with `FeatureSpace.float` and similar functions. */
export class Feature {
  /** The type of the values in the column. */
  readonly dtype: FeatureType;
  /** The layer that processes the column. */
  readonly preprocessor: AnyLayer;
  /** How the output of the layer is encoded. */
  readonly outputMode: FeatureMode;

  /** @internal */
  constructor(owner: string, { dtype, preprocessor, outputMode }: FeatureOptions) {
    // A feature of a file may say int64, which holds the same numbers here.
    this.dtype = oneOf(owner, 'dtype', (dtype as string) === 'int64' ? 'int32' : dtype, DTYPES);
    if (!(preprocessor instanceof Layer)) {
      throw new ValueError(
        `${owner}: preprocessor must be a layer, got ${describeValue(preprocessor)}.`,
      );
    }
    if (this.dtype === 'string' && !preprocessor.readsStrings) {
      throw new ValueError(
        `${owner}: layer '${preprocessor.name}' reads no strings. Give a dtype of numbers, or a layer such as StringLookup.`,
      );
    }
    this.preprocessor = preprocessor;
    this.outputMode = oneOf(owner, 'outputMode', outputMode, FEATURE_MODES);
    Object.freeze(this);
  }
}

/** Options of `FeatureSpace.cross`. */
export interface CrossOptions {
  /** `'one_hot'` (default) for a number for each bin, `'int'` for the index of the bin. */
  readonly outputMode?: EitherSpelling<(typeof CROSS_MODES)[number]>;
}

/** Several features combined into one. Create crosses with `FeatureSpace.cross`. */
export class Cross {
  /** The names of the features whose values are hashed together. */
  readonly featureNames: readonly string[];
  /** Number of bins. */
  readonly crossingDim: number;
  /** `'one_hot'` for a number for each bin, `'int'` for the index of the bin. */
  readonly outputMode: (typeof CROSS_MODES)[number];

  /** @internal */
  constructor(owner: string, names: unknown, crossingDim: unknown, outputMode: unknown) {
    if (!isListOf(names, (name) => typeof name === 'string') || names.length < 2) {
      throw new ValueError(
        `${owner}: a cross is a list with the names of two or more features, got ${describeValue(names)}.`,
      );
    }
    this.featureNames = Object.freeze([...names]);
    this.crossingDim = checkLength(owner, 'crossingDim', crossingDim);
    this.outputMode = oneOf(owner, 'outputMode', outputMode, CROSS_MODES);
    Object.freeze(this);
  }

  /** The name of the crossed feature, as in Keras: `job_X_city`. */
  get name(): string {
    return this.featureNames.join('_X_');
  }
}

/** Keras's object for a feature or a cross. */
const described = (className: string, config: Config): SerializedObject => ({
  module: FEATURE_MODULE,
  class_name: className,
  config,
  registered_name: className,
});

/** The shape that the weights of a layer were made for, as Keras writes it. */
export const builtFor = (layer: AnyLayer): Config =>
  layer.weights.length === 0 ? {} : { input_shape: layer.inputShape };

/** The feature as Keras writes it into JSON. */
export const featureConfig = ({ dtype, preprocessor, outputMode }: Feature): SerializedObject =>
  described('Feature', {
    dtype,
    preprocessor: { ...serialize(preprocessor), build_config: builtFor(preprocessor) },
    output_mode: outputMode,
  });

/** The cross as Keras writes it into JSON. */
export const crossConfig = ({ featureNames, crossingDim, outputMode }: Cross): SerializedObject =>
  described('Cross', {
    feature_names: featureNames,
    crossing_dim: crossingDim,
    output_mode: outputMode,
  });

/** The options in the config of an object of Keras's that must be of a class; undefined for anything but such an object. */
function configOf(owner: string, given: unknown, className: string): Config | undefined {
  if (!isSerializedObject(given)) return undefined;
  if (given.class_name === className) return requireObject<Config>(owner, 'config', given.config);
  throw new ValueError(
    `${owner}: expected a ${className}, got ${describeValue(given.class_name)}.`,
  );
}

/** The feature that Keras's JSON describes; undefined for anything but such an object. */
export function featureFromConfig(owner: string, given: unknown): Feature | undefined {
  const config = configOf(owner, given, 'Feature');
  if (config === undefined) return undefined;
  checkOptions(owner, config, ['dtype', 'preprocessor', 'output_mode']);
  const {
    dtype,
    preprocessor,
    output_mode: outputMode,
  } = config as Readonly<Record<string, never>>;
  return new Feature(owner, {
    dtype: dtype as never,
    preprocessor: deserialize(preprocessor as never),
    outputMode: outputMode as never,
  });
}

/** The cross that Keras's JSON describes; undefined for anything but such an object. */
export function crossFromConfig(owner: string, given: unknown): Cross | undefined {
  const config = configOf(owner, given, 'Cross');
  if (config === undefined) return undefined;
  checkOptions(owner, config, ['feature_names', 'crossing_dim', 'output_mode']);
  return new Cross(owner, config['feature_names'], config['crossing_dim'], config['output_mode']);
}

/** A layer that learns from data. */
export interface Adapting {
  /** Whether the layer learns; false if it was given what it would learn. Undefined for classes of users, which do. */
  readonly isAdaptable?: boolean;
  adapt(data: unknown): unknown;
}

/** Whether a layer learns from data. */
export function isAdapting(layer: AnyLayer): layer is AnyLayer & Adapting {
  const { adapt, isAdaptable } = layer as Partial<Adapting>;
  return typeof adapt === 'function' && isAdaptable !== false;
}
