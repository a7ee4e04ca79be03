import { configurable, isListOf, mapNest } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import type { PartialShape, Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { refuseMixed } from '../core/layer-options.js';
import type { ApplyOptions } from '../core/layer-options.js';
import { checkInput } from '../core/input-spec.js';
import { describeTensors, isSymbolicOrValue, isTensor, namedTensor } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import type { Mask } from '../core/mask.js';
import { formatShapes, isShape, isSymbolic } from '../core/symbolic-tensor.js';
import type { Symbolic, SymbolicTensor, TensorsLike, TensorSpec } from '../core/symbolic-tensor.js';

/** The named arguments of all attention layers. */
export interface AttentionArguments {
  /** Whether to return the weights of the values too: [output, scores]. Default false. */
  readonly returnAttentionScores?: boolean | undefined;
  /** Whether step t of the query sees only steps 0 … t of keys and values. Default false. */
  readonly useCausalMask?: boolean | undefined;
}

/** The result of attention layers: the output and, with `returnAttentionScores`, the weights of the values. */
export type AttentionOutput = Tensor | readonly [output: Tensor, scores: Tensor];

interface Scores<Returned extends boolean> {
  readonly returnAttentionScores: Returned;
}

/** Query, value and key of something: tensors, or shapes. */
export interface Inputs<T> {
  /** The queries: [batch, queries, features]. */
  readonly query: T;
  /** The values that are weighted: [batch, keys, features]. */
  readonly value: T;
  /** The vectors that queries are compared with, one for each value: [batch, keys, features]. */
  readonly key: T;
}

/** Masks of query, value and key; null where all steps count. */
export type InputMasks = Inputs<Tensor | null>;

/** What the layers have in common that let a query look at values: [query, value], or [query, value, key]. */
export abstract class AttentionLayer<
  Named extends AttentionArguments = AttentionArguments,
> extends configurable(
  Layer<readonly Tensor[], AttentionOutput, AttentionArguments>,
  'AttentionLayer',
) {
  override readonly callArguments: readonly string[] = ['returnAttentionScores', 'useCausalMask'];
  override supportsMasking = true;

  /**
   * The symbolic output and scores.
   *
   * @param inputs [query, value] or [query, value, key]: tensors or values that stand for them, in a graph symbolic
   * tensors
   * @throws ShapeError, naming the layer, for inputs that it does not support.
   */
  override apply(
    inputs: readonly SymbolicTensor[],
    options: ApplyOptions & Named & Scores<true>,
  ): readonly [output: SymbolicTensor, scores: SymbolicTensor];
  /** The symbolic output. @throws ShapeError, naming the layer, for inputs that it does not support. */
  override apply(
    inputs: readonly SymbolicTensor[],
    options?: ApplyOptions & Named & Partial<Scores<false>>,
  ): SymbolicTensor;
  /** The symbolic output, and if asked for the scores. @throws ShapeError, naming the layer, for inputs that it does not support. */
  override apply(
    inputs: readonly SymbolicTensor[],
    options?: ApplyOptions & Named,
  ): Symbolic<AttentionOutput>;
  /** The output and the scores. @throws ShapeError, naming the layer, for inputs that it does not support. */
  override apply(
    inputs: readonly TensorLike[],
    options: ApplyOptions & Named & Scores<true>,
  ): readonly [output: Tensor, scores: Tensor];
  /** The output. @throws ShapeError, naming the layer, for inputs that it does not support. */
  override apply(
    inputs: readonly TensorLike[],
    options?: ApplyOptions & Named & Partial<Scores<false>>,
  ): Tensor;
  /** The output, and if asked for the scores. @throws ShapeError, naming the layer, for inputs that it does not support. */
  override apply(inputs: readonly TensorLike[], options?: ApplyOptions & Named): AttentionOutput;
  override apply(inputs: unknown, options?: ApplyOptions & Named): never {
    return super.apply(inputs as readonly Tensor[], options) as never;
  }

  /** The shapes of output and scores, given the shapes of the inputs. @throws ShapeError, naming the layer, for shapes that do not fit. */
  protected abstract resultShapes(
    shapes: Inputs<PartialShape>,
  ): readonly [output: PartialShape, scores: PartialShape];

  /** Each item of the list as a tensor. */
  protected override givenTensors(inputs: TensorsLike<readonly Tensor[]>): unknown {
    if (!Array.isArray(inputs)) return inputs;
    return (inputs as readonly TensorLike[]).map((x, i) =>
      isSymbolic(x) ? x : namedTensor(`${this.label}: input[${i}]`, x),
    );
  }

  override computeOutputShape(inputShapes: readonly PartialShape[]): PartialShape {
    return this.resultShapes(this.shapesOf(inputShapes))[0];
  }

  override computeOutputSpec(
    inputs: Symbolic<readonly Tensor[]>,
    options: ApplyOptions & Partial<AttentionArguments> = {},
  ): Nest<TensorSpec> {
    // Each has steps, which a recurrent layer before may have left out.
    for (const x of Array.isArray(inputs) ? inputs : []) {
      if (isSymbolic(x)) checkInput(() => this.label, { minNdim: 3 }, x);
    }
    const output = super.computeOutputSpec(inputs, options) as TensorSpec;
    if (!this.flag('returnAttentionScores', options.returnAttentionScores)) return output;
    const shapes = this.shapesOf(inputs.map(({ shape }) => shape));
    return [output, { ...output, shape: this.resultShapes(shapes)[1] }];
  }

  /** @internal */
  override shapesOfCall(
    given: unknown,
    shapeOf: (x: SymbolicTensor) => PartialShape,
    { returnAttentionScores }: Readonly<Record<string, unknown>>,
  ): unknown {
    const shapes = mapNest(given, isSymbolicOrValue, (leaf) =>
      isSymbolic(leaf) ? shapeOf(leaf) : leaf.shape,
    );
    const results = this.resultShapes(this.shapesOf(shapes));
    return this.flag('returnAttentionScores', returnAttentionScores) ? results : results[0];
  }

  /** The mask of the query. */
  override computeMask(inputs: readonly Tensor[], mask: Mask | null): Tensor | null {
    return this.masksOf(inputs, mask).query;
  }

  /** Query, value and key. @throws ShapeError unless a list of two or three tensors came. @internal */
  protected inputsOf(inputs: readonly Tensor[]): Inputs<Tensor> {
    const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
    if (list.some(isSymbolic)) {
      throw new ValueError(
        `${this.label}: some inputs are tensors, others symbolic tensors. Give tensors, or symbolic tensors, for all.`,
      );
    }
    const [query, value, key = value] = list;
    if (list.length <= 3 && isTensor(query) && isTensor(value) && isTensor(key)) {
      return { query, value, key };
    }
    throw this.#notAList(inputs);
  }

  /** The shapes of query, value and key. @throws ShapeError unless two or three shapes came. @internal */
  protected shapesOf(shapes: unknown): Inputs<PartialShape> {
    if (
      Array.isArray(shapes) &&
      shapes.length >= 2 &&
      shapes.length <= 3 &&
      shapes.every(isShape)
    ) {
      const list: readonly PartialShape[] = shapes;
      const [query = [], value = [], key = value] = list;
      return { query, value, key };
    }
    throw this.#notAList(shapes);
  }

  #notAList(given: unknown): ShapeError {
    return new ShapeError(
      `${this.label} takes a list of tensors, [query, value] or [query, value, key], got ${describeTensors(given)}. ` +
        `For self-attention give the same tensor twice: apply([x, x]).`,
    );
  }

  /** @throws ShapeError unless the inputs are of (batch, steps, features) or more axes, as many each. @internal */
  protected requireSteps(shapes: Inputs<PartialShape>): void {
    const { query, value, key } = shapes;
    if (query.length >= 3 && value.length === query.length && key.length === query.length) return;
    throw this.misfit(
      shapes,
      'each must be (batch, steps, features), all with the same number of axes',
    );
  }

  /** The error for shapes that do not fit. @internal */
  protected misfit({ query, value, key }: Inputs<PartialShape>, why: string): ShapeError {
    const shapes = key === value ? [query, value] : [query, value, key];
    return new ShapeError(
      `${this.label}: shapes ${formatShapes(shapes)} of ${key === value ? 'query and value' : 'query, value and key'} do not ` +
        `fit: ${why}.`,
    );
  }

  /** The masks of a list of inputs. @throws ValueError for anything but such a list. @internal */
  protected masksOf(inputs: readonly Tensor[], mask: Mask | null | undefined): InputMasks {
    const none: InputMasks = { query: null, value: null, key: null };
    if (mask === null || mask === undefined) return none;
    const isMask = (own: unknown): own is Tensor | null => own === null || isTensor(own);
    if (isListOf(mask, isMask) && mask.length >= 2 && mask.length <= 3) {
      const [query = null, value = null, key = null] = mask;
      return { query, value, key };
    }
    throw new ValueError(
      `${this.label}: mask must be a list with a mask, or null, for each of the ${inputs.length} inputs, got ` +
        `${describeValue(mask)}.`,
    );
  }

  /**
   * A named argument that is a tensor, or stands for one.
   *
   * @throws ValueError for a symbolic tensor together with tensors.
   * @internal
   */
  protected maskArgument(name: string, given: unknown): Tensor | null {
    if (given === null || given === undefined) return null;
    if (isSymbolic(given)) refuseMixed(this.label);
    return namedTensor(`${this.label}: ${name}`, given);
  }

  /** A named argument that is true or false; null, as in files, is false. @internal */
  protected flag(name: string, given: unknown): boolean {
    if (given === null || given === undefined) return false;
    if (typeof given === 'boolean') return given;
    throw new ValueError(
      `${this.label}: ${name} must be true or false, got ${describeValue(given)}.`,
    );
  }
}

/** Whether two lengths are known and not the same. */
export const differ = (a: number | null | undefined, b: number | null | undefined): boolean =>
  typeof a === 'number' && typeof b === 'number' && a !== b;
