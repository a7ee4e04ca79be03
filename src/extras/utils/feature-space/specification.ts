import { didYouMean, isPlainObject, oneOf } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import { describeValue, printable } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { listedNames, mapValues } from './columns.js';
import type { Features } from './columns.js';
import { Cross, crossFromConfig, Feature, featureFromConfig } from './feature.js';
import * as standard from './standard-features.js';

/** Names of features that need no options, in Keras's spelling. */
const NAMES = [
  'float',
  'float_rescaled',
  'float_normalized',
  'float_discretized',
  'integer_categorical',
  'string_categorical',
  'integer_hashed',
  'string_hashed',
] as const;

/** Names of features that need no options, in Keras's spelling or in camelCase. */
export type FeatureTypeName = EitherSpelling<(typeof NAMES)[number]>;

/** Features, and crosses, that there may be: each has layers of its own, and a file can name many. */
const MAX_FEATURES = 2 ** 14;

/** Numbers of bins where a feature does not say how many. */
interface UsualBins {
  readonly hashingDim: number;
  readonly numDiscretizationBins: number;
}

/**
 * The features that a table is declared with.
 *
 * @throws ValueError for anything but a feature, and for layers that stand twice.
 */
export function featuresOf(given: unknown, usual: UsualBins): Features {
  if (!isPlainObject(given) || Object.keys(given).length === 0) {
    throw new ValueError(
      `FeatureSpace: features must be an object with a feature for each column, such as { age: 'float' }, got ` +
        `${describeValue(given)}.`,
    );
  }
  if (Object.keys(given).length > MAX_FEATURES) {
    throw new ValueError(
      `FeatureSpace: there are ${Object.keys(given).length} features; at most ${MAX_FEATURES} are taken.`,
    );
  }
  const features = mapValues(given, (feature, name) => featureOf(name, feature, usual));
  const names = new Map<AnyLayer, string>();
  for (const [name, { preprocessor }] of Object.entries(features)) {
    const other = names.get(preprocessor);
    if (other !== undefined) {
      throw new ValueError(
        `FeatureSpace: features '${printable(other)}' and '${printable(name)}' share layer '${printable(preprocessor.name)}'. Make a layer for each.`,
      );
    }
    names.set(preprocessor, name);
  }
  return features;
}

function featureOf(name: string, given: unknown, usual: UsualBins): Feature {
  const owner = `FeatureSpace: feature '${printable(name)}'`;
  if (given instanceof Feature) return given;
  if (typeof given !== 'string') {
    const read = featureFromConfig(owner, given);
    if (read !== undefined) return read;
    throw new ValueError(
      `${owner} must be what FeatureSpace.float() and the like make, or one of ${NAMES.map((one) => `'${one}'`).join(', ')}, got ` +
        `${describeValue(given)}.`,
    );
  }
  switch (oneOf('FeatureSpace', `feature '${printable(name)}'`, given, NAMES)) {
    case 'float':
      return standard.float({ name });
    case 'float_rescaled':
      return standard.floatRescaled({ name });
    case 'float_normalized':
      return standard.floatNormalized({ name });
    case 'float_discretized':
      return standard.floatDiscretized(usual.numDiscretizationBins, { name });
    case 'integer_categorical':
      return standard.integerCategorical({ name });
    case 'string_categorical':
      return standard.stringCategorical({ name });
    case 'integer_hashed':
      return standard.integerHashed(usual.hashingDim, { name });
    case 'string_hashed':
      return standard.stringHashed(usual.hashingDim, { name });
  }
}

/**
 * The crosses that a table is declared with.
 *
 * @throws ValueError for anything but a cross, for features that are not there, and for crosses that stand twice.
 */
export function crossesOf(
  given: unknown,
  features: Features,
  crossingDim: number,
): readonly Cross[] {
  const owner = 'FeatureSpace: crosses';
  if (!Array.isArray(given) || given.length > MAX_FEATURES) {
    throw new ValueError(
      `${owner} must be a list of at most ${MAX_FEATURES} crosses, got ${describeValue(given)}.`,
    );
  }
  const taken = new Set(Object.keys(features));
  return Array.from(given as readonly unknown[], (one, i) => {
    const location = `${owner}[${i}]`;
    const cross =
      one instanceof Cross
        ? one
        : (crossFromConfig(location, one) ?? new Cross(location, one, crossingDim, 'one_hot'));
    const unknown = cross.featureNames.find((name) => !Object.hasOwn(features, name));
    if (unknown !== undefined) {
      throw new ValueError(
        `${location} names feature ${describeValue(unknown)}, which does not exist.${didYouMean(unknown, Object.keys(features))} Features: ${listedNames(Object.keys(features))}.`,
      );
    }
    if (taken.has(cross.name)) {
      throw new ValueError(
        `${location}: there is a feature or a cross '${printable(cross.name)}' already. Give each cross once.`,
      );
    }
    taken.add(cross.name);
    return cross;
  });
}
