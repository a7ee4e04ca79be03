import { requireRoom, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor, Value } from '../../../engine/tensor/index.js';
import { dtypeName, FLOAT32_POLICY } from '../../../config/index.js';
import type { Config, SerializedObject } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { Layer } from '../core/layer.js';

/** How categories are given: their numbers, or one number for each category. */
export const OUTPUT_MODES = ['int', 'one_hot', 'multi_hot', 'count'] as const;

/** How categories are given, in Keras's spelling. */
type OutputMode = (typeof OUTPUT_MODES)[number];

/** What `encodeCategories` makes. */
interface Encoding {
  readonly mode: OutputMode;
  /** Number of categories. */
  readonly depth: number;
  readonly dtype: 'int32' | 'float32';
  /** With mode `'count'`, what each element counts; default 1. */
  readonly weights?: ArrayLike<number> | undefined;
  /** What the result is multiplied by, one number for each category. */
  readonly factors?: ArrayLike<number> | undefined;
}

/**
 * Shape of what `encodeCategories` gives. `'one_hot'` has an axis more, in place of a last axis of length 1. The others have
 * the categories in place of an axis: of the last of one or two, else of the second, as in Keras.
 */
export function encodedShape(
  shape: PartialShape,
  mode: OutputMode,
  depth: number | null,
): PartialShape {
  if (mode === 'int') return shape;
  if (mode === 'one_hot') {
    const isColumn = shape.length > 1 && shape.at(-1) === 1;
    return [...(isColumn ? shape.slice(0, -1) : shape.length === 0 ? [1] : shape), depth];
  }
  return [...shape.slice(0, 1), ...shape.slice(2), depth].slice(shape.length > 1 ? 0 : -1);
}

/**
 * Category indices, unchanged or encoded. Anything that is not a category index is ignored.
 *
 * @param owner for messages
 * @param categories in row-major order
 */
export function encodeCategories(
  owner: string,
  categories: ArrayLike<number>,
  shape: Shape,
  { mode, depth, dtype, weights, factors }: Encoding,
): Tensor {
  if (mode === 'int') return tensor(Int32Array.from(categories), { shape, dtype });
  const encoded = encodedShape(shape, mode, depth) as Shape;
  requireRoom(encoded, dtype, owner);
  const Numbers = dtype === 'int32' ? Int32Array : Float32Array;
  const out = new Numbers(sizeOf(encoded));
  const isOneHot = mode === 'one_hot';
  // The elements of one row of the output lie `inner` apart, and `length` of them are in one sample.
  const [length, inner] =
    shape.length > 1 ? [shape[1] ?? 1, sizeOf(shape.slice(2))] : [shape[0] ?? 1, 1];
  const sample = length * inner;
  for (let i = 0; i < categories.length; i++) {
    const category = categories[i] ?? -1;
    if (!(category >= 0 && category < depth)) continue;
    const row = isOneHot || shape.length === 0 ? i : Math.floor(i / sample) * inner + (i % inner);
    const at = row * depth + Math.trunc(category);
    if (mode === 'count')
      out[at] = (out[at] ?? 0) + (weights === undefined ? 1 : (weights[i] ?? 0));
    else out[at] = 1;
  }
  if (factors !== undefined) {
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) * (factors[i % depth] ?? 0);
  }
  return tensor(out, { shape: encoded });
}

/** A dtype of outputs as Keras names it, or its policy in a config. */
export type OutputType = 'float32' | 'int32' | 'int64' | SerializedObject;

/** Names of the types of outputs. */
const NAMES = ['float32', 'int32', 'int64'] as const;

/** A layer that gives numbers of categories, or what encodes them. */
export abstract class EncodingLayer<In = Value, Named extends object = object> extends Layer<
  In,
  Tensor,
  Named
> {
  /**
   * How categories are returned. `'int'`: indices. `'one_hot'`: a one-hot vector for each element. `'multi_hot'` or
   * `'count'`: for each sample, whether or how often a category occurs.
   */
  declare readonly outputMode: OutputMode;
  /** Type of the output, by Keras's name. @internal */
  outputType: (typeof NAMES)[number] = 'float32';

  /** Number of categories; null before it is known. */
  protected abstract get depth(): number | null;

  override get dtype(): 'float32' | 'int32' {
    return this.outputType === 'float32' ? 'float32' : 'int32';
  }

  /** Numbers of categories as `outputMode` says. @internal */
  protected encode(
    categories: ArrayLike<number>,
    shape: Shape,
    weights?: ArrayLike<number>,
  ): Tensor {
    return encodeCategories(this.label, categories, shape, {
      mode: this.outputMode,
      depth: this.depth ?? 0,
      dtype: this.dtype,
      weights,
    });
  }

  /** Does nothing, as there are no weights. */
  override build(_inputShape: unknown): void {
    // Categories come from options, or from `adapt`.
  }

  override computeOutputShape(inputShape: unknown): PartialShape {
    return encodedShape(inputShape as PartialShape, this.outputMode, this.depth);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), dtype: policyOf(this.outputType) };
  }
}

/** The type of the output of a layer: int64 for numbers of categories, unless another is given, and float32 for what is encoded. */
export function outputType(
  label: string,
  given: OutputType | null,
  mode: OutputMode,
): (typeof NAMES)[number] {
  if (given === null) return mode === 'int' ? 'int64' : 'float32';
  const name = dtypeName(label, given);
  const found = NAMES.find((known) => known === name);
  if (found !== undefined && (mode !== 'int' || found !== 'float32')) return found;
  throw new ValueError(
    `${label}: dtype must be ${mode === 'int' ? "'int32' or 'int64'" : "'float32', 'int32' or 'int64'"} with outputMode '${mode}', got ` +
      `${describeValue(name)}.`,
  );
}

/** A type as Keras writes it. */
function policyOf(name: (typeof NAMES)[number]): SerializedObject {
  return { ...FLOAT32_POLICY, config: { name } };
}
