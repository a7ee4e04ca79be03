import { dtypeName, FLOAT32_POLICY } from '../../../config/index.js';
import type { Config, SerializedObject } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { PartialShape, Shape, Tensor, Value } from '../../../engine/tensor/index.js';
import { Layer } from '../core/layer.js';
import { encodeCategories, encodedShape } from './encode-categories.js';
import type { OutputMode } from './encode-categories.js';

/** A type of outputs as Keras names it, or its policy in a config. */
export type OutputType = 'float32' | 'int32' | 'int64' | SerializedObject;

/** Names of the types of outputs. */
const NAMES = ['float32', 'int32', 'int64'] as const;

/** A layer that gives numbers of categories, or what encodes them. */
export abstract class EncodingLayer<In = Value, Named extends object = object> extends Layer<
  In,
  Tensor,
  Named
> {
  declare readonly outputMode: OutputMode;
  /** Type of the output, by Keras's name. @internal */
  outputType: (typeof NAMES)[number] = 'float32';

  /** Number of categories; null before it is known. */
  protected abstract get depth(): number | null;

  override get dtype(): 'float32' | 'int32' {
    return this.outputType === 'float32' ? 'float32' : 'int32';
  }

  /** Numbers of categories as `outputMode` says. */
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

  /** There are no weights to make. */
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
