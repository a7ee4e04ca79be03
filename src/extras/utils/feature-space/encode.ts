import { MAX_LENGTH } from '../../../config/index.js';
import { describeValue, printable } from '../../../config/describe-value.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import { StringLookup } from '../../../nn/layers/preprocessing/string-lookup.js';
import { IntegerLookup } from '../../../nn/layers/preprocessing/integer-lookup.js';
import { HashedCrossing, Hashing } from '../../../nn/layers/preprocessing/hashing.js';
import { Discretization } from '../../../nn/layers/preprocessing/discretization.js';
import { CategoryEncoding } from '../../../nn/layers/preprocessing/category-encoding.js';
import type { SymbolicTensor } from '../../../nn/layers/core/symbolic-tensor.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { isSymbolic } from '../../../nn/layers/core/symbolic-tensor.js';
import { compareTexts } from '../../../nn/layers/preprocessing/term-counts.js';
import { Tensor } from '../../../engine/tensor/index.js';
import { mapValues } from './columns.js';
import type { Features } from './columns.js';
import type { Cross } from './feature.js';

/** What is encoded: of columns a tensor, in a graph a symbolic one. */
type Encodable = SymbolicTensor | Tensor;

/** A feature or a cross, encoded. */
export type Encoded = readonly [name: string, x: Encodable];

/** What encodes a table. */
interface Encoding {
  readonly features: Features;
  readonly crosses: readonly Cross[];
  /** The layers of the features. */
  readonly preprocessors: Readonly<Record<string, AnyLayer>>;
  /** The layers of the crosses. */
  readonly crossers: Readonly<Record<string, AnyLayer>>;
}

/**
 * Features in the order of their names, and behind them crosses in the order of theirs.
 *
 * @param columns batches, or symbolic tensors
 * @param encoderOf the layer that makes one number for each category, of which there are so many
 * @throws ValueError for a feature whose layer gives no numbers of categories, though it is to be encoded; DTypeError for a cross of
 * numbers that are none.
 */
export function encodeFeatures(
  { features, crosses, preprocessors, crossers }: Encoding,
  columns: Readonly<Record<string, unknown>>,
  encoderOf: (name: string, count: number) => AnyLayer,
): Encoded[] {
  const given = mapValues(preprocessors, (layer, name) =>
    oneTensor(name, layer.apply(columns[name] as never)),
  );
  const encode = (
    name: string,
    mode: string,
    layer: AnyLayer | undefined,
    x: Encodable,
  ): Encoded => {
    if (mode !== 'one_hot') return [name, x];
    const encoder = encoderOf(name, categoriesOf(name, layer, x));
    return [name, oneTensor(name, encoder.apply(x))];
  };
  const encoded = Object.entries(given).map(([name, x]) =>
    encode(name, features[name]?.outputMode ?? 'float', preprocessors[name], x),
  );
  const crossed = crosses.map((cross) => {
    const { name, featureNames, outputMode } = cross;
    const inputs = featureNames.map((feature) => categories(name, feature, given[feature]));
    const layer = crossers[name];
    return encode(name, outputMode, layer, oneTensor(name, layer?.apply(inputs)));
  });
  return [...encoded.sort(byName), ...crossed.sort(byName)];
}

const byName = ([a]: Encoded, [b]: Encoded): number => compareTexts(a, b);

/** What a layer gives for a feature, if that is one tensor. */
function oneTensor(name: string, x: unknown): Encodable {
  if (x instanceof Tensor || isSymbolic(x)) return x;
  throw new ValueError(
    `the layer of feature '${printable(name)}' gives ${describeValue(x)}; expected one tensor.`,
  );
}

const isWhole = (dtype: string): boolean => /^u?int/.test(dtype);

/** What a feature gives to a cross. @throws DTypeError for numbers that are no categories. */
function categories(cross: string, feature: string, x: Encodable | undefined): Encodable {
  if (x !== undefined && isWhole(x.dtype)) return x;
  throw new DTypeError(
    `cross '${printable(cross)}': feature '${printable(feature)}' gives ${x?.dtype ?? 'nothing'}; crosses take numbers of categories. ` +
      `Make bins of it by FeatureSpace.floatDiscretized.`,
  );
}

/** How many categories a layer gives the numbers of. @throws ValueError for a layer that gives none, or of which that is not known. */
function categoriesOf(name: string, layer: AnyLayer | undefined, { dtype }: Encodable): number {
  const count = countOf(layer);
  if (count !== undefined && isWhole(dtype)) return count;
  throw new ValueError(
    `feature '${printable(name)}' has outputMode 'one_hot', but ` +
      (count === undefined
        ? `how many categories layer '${layer?.name ?? ''}' gives is not known. Give it outputMode 'int' or 'float'.`
        : `layer '${layer?.name ?? ''}' gives ${dtype}, no numbers of categories. Give it outputMode 'float'.`),
  );
}

function countOf(layer: AnyLayer | undefined): number | undefined {
  if (layer instanceof IntegerLookup || layer instanceof StringLookup) {
    return layer.vocabularySize();
  }
  if (layer instanceof CategoryEncoding) return layer.numTokens;
  if (layer instanceof Discretization) {
    return layer.numBins ?? (layer.binBoundaries?.length ?? 0) + 1;
  }
  return layer instanceof Hashing || layer instanceof HashedCrossing ? layer.numBins : undefined;
}

/** Refuses features that do not stand side by side in one tensor. @throws DTypeError, and ShapeError for rows that are too long. */
export function requireOneTensor(encoded: readonly Encoded[]): void {
  let width = 0;
  for (const [name, { dtype, shape }] of encoded) {
    width += shape.at(-1) ?? 0;
    if (dtype === 'float32') continue;
    throw new DTypeError(
      `feature '${printable(name)}' is ${dtype}, which cannot be combined with float32 in one tensor. Give it outputMode 'one_hot', or ` +
        `the FeatureSpace outputMode 'dict'.`,
    );
  }
  if (width <= MAX_LENGTH) return;
  throw new ShapeError(
    `all features together take ${width} numbers a row; at most ${MAX_LENGTH} are possible.`,
  );
}
