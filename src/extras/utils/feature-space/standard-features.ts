import { checkOptions, snakeCase, uniqueName } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import { StringLookup } from '../../../nn/layers/preprocessing/string-lookup.js';
import { Rescaling } from '../../../nn/layers/scaling.js';
import { Normalization } from '../../../nn/layers/normalization.js';
import { IntegerLookup } from '../../../nn/layers/preprocessing/integer-lookup.js';
import { Hashing } from '../../../nn/layers/preprocessing/hashing.js';
import { Discretization } from '../../../nn/layers/preprocessing/discretization.js';
import { Feature, TFDIdentity } from './feature.js';
import type { FeatureMode } from './feature.js';

/** Options of every feature. */
export interface FeatureName {
  /** The name of the feature, after which its layer is named: `age_preprocessor`. Default: the type of the feature, numbered. */
  readonly name?: string | null;
}

/** Options of a categorical feature. */
export interface CategoricalOptions extends FeatureName {
  /** `'one_hot'` (default) for a number for each category, `'int'` for the index of the category. */
  readonly outputMode?: EitherSpelling<FeatureMode>;
}

/** Options of `FeatureSpace.floatRescaled`. */
export interface FloatRescaledOptions extends FeatureName {
  /** The factor. Default 1. */
  readonly scale?: number;
  /** The number to add. Default 0. */
  readonly offset?: number;
}

/** Options of `FeatureSpace.floatDiscretized`. */
export interface FloatDiscretizedOptions extends CategoricalOptions {
  /** The boundaries between bins, instead of the number of bins. Default null: `adapt` finds them. */
  readonly binBoundaries?: readonly number[] | null;
}

/** Options of `FeatureSpace.integerCategorical` and `FeatureSpace.stringCategorical`. */
export interface LookupOptions extends CategoricalOptions {
  /** The largest number of categories, including those for unknown values. Default null: all categories. */
  readonly maxTokens?: number | null;
  /** Number of categories for unknown values. Default 1. */
  readonly numOovIndices?: number;
}

/** The name of the layer of a feature. */
function layerName(owner: string, options: FeatureName, known: readonly string[]): string {
  checkOptions(owner, options, [...known, 'name']);
  return `${options.name ?? uniqueName(snakeCase(owner.replace('FeatureSpace.', '')))}_preprocessor`;
}

export function float(options: FeatureName): Feature {
  const owner = 'FeatureSpace.float';
  const preprocessor = new TFDIdentity({ name: layerName(owner, options, []) });
  return new Feature(owner, { dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatRescaled(options: FloatRescaledOptions): Feature {
  const owner = 'FeatureSpace.floatRescaled';
  const name = layerName(owner, options, ['scale', 'offset']);
  const { scale = 1, offset = 0 } = options;
  const preprocessor = new Rescaling(scale, { offset, name });
  return new Feature(owner, { dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatNormalized(options: FeatureName): Feature {
  const owner = 'FeatureSpace.floatNormalized';
  const preprocessor = new Normalization({ name: layerName(owner, options, []) });
  return new Feature(owner, { dtype: 'float32', preprocessor, outputMode: 'float' });
}

export function floatDiscretized(
  numBins: number | null,
  options: FloatDiscretizedOptions,
): Feature {
  const owner = 'FeatureSpace.floatDiscretized';
  const name = layerName(owner, options, ['binBoundaries', 'outputMode']);
  const { binBoundaries = null, outputMode = 'one_hot' } = options;
  const preprocessor = new Discretization(binBoundaries, { numBins, name });
  return new Feature(owner, { dtype: 'float32', preprocessor, outputMode });
}

const LOOKUP_NAMES = ['maxTokens', 'numOovIndices', 'outputMode'] as const;

export function integerCategorical(options: LookupOptions): Feature {
  const owner = 'FeatureSpace.integerCategorical';
  const name = layerName(owner, options, LOOKUP_NAMES);
  const { maxTokens = null, numOovIndices = 1, outputMode = 'one_hot' } = options;
  const preprocessor = new IntegerLookup({ maxTokens, numOovIndices, name });
  return new Feature(owner, { dtype: 'int32', preprocessor, outputMode });
}

export function stringCategorical(options: LookupOptions): Feature {
  const owner = 'FeatureSpace.stringCategorical';
  const name = layerName(owner, options, LOOKUP_NAMES);
  const { maxTokens = null, numOovIndices = 1, outputMode = 'one_hot' } = options;
  const preprocessor = new StringLookup({ maxTokens, numOovIndices, name });
  return new Feature(owner, { dtype: 'string', preprocessor, outputMode });
}

export function integerHashed(numBins: number, options: CategoricalOptions): Feature {
  const owner = 'FeatureSpace.integerHashed';
  const preprocessor = new Hashing(numBins, { name: layerName(owner, options, ['outputMode']) });
  const { outputMode = 'one_hot' } = options;
  return new Feature(owner, { dtype: 'int32', preprocessor, outputMode });
}

export function stringHashed(numBins: number, options: CategoricalOptions): Feature {
  const owner = 'FeatureSpace.stringHashed';
  const preprocessor = new Hashing(numBins, { name: layerName(owner, options, ['outputMode']) });
  const { outputMode = 'one_hot' } = options;
  return new Feature(owner, { dtype: 'string', preprocessor, outputMode });
}
