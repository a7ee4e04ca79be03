import { ValueError } from '../../errors.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { activation } from '../activations/registry.js';
import { configurable, own, text } from '../../config/index.js';
import type { Config, OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { alongAxes } from '../initializers/derived.js';
import { initializer } from '../initializers/registry.js';
import { add, cast, einsum, mul } from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import { adapters } from './core/adapter.js';
import type { LoraOptions } from './core/adapter.js';
import { checkPartialShape, KERNEL_STORAGE } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import {
  einsumShapes,
  keepsSteps,
  lowRankOf,
  parseEquation,
  summedAxes,
} from './einsum-equation.js';
import type { EinsumEquation, EinsumShapes } from './einsum-equation.js';
import { settingsOf } from './weight-settings.js';

/** Options of `EinsumDense`. */
export interface EinsumDenseOptions extends OptionsOf<typeof EinsumDense> {}

/**
 * activation(einsum(equation, x, kernel) + bias): a dense layer over any axes. The equation names the axes of x, of the
 * kernel and of the output, as in `ops.einsum`; `...` stands for additional axes on the left or on the right. float32 (integer
 * input is converted). Keras: `EinsumDense`.
 *
 * @throws ShapeError when the layer is built, if input, `outputShape` and equation do not match.
 * @example new layers.EinsumDense('abc,cd->abd', [null, 4], { biasAxes: 'd', inputShape: [20, 3] })
 * @example new layers.EinsumDense('...b,bcd->...cd', [2, 4]).apply(zeros([5, 20, 3])).shape // [5, 20, 2, 4]
 */
export class EinsumDense extends configurable(
  Layer<Tensor, Tensor>,
  'EinsumDense',
  {
    /** Axes of the input, the kernel and the output: `'abc,cd->abd'`. */
    equation: text(),
    /**
     * Lengths of the output without the batch axis and the axes of `...`: a list, or a number for a single axis. null stands
     * for the length of the input's axis.
     */
    outputShape: own<number | PartialShape>(),
    /** Applied to the result. Default linear. */
    activation: activation(),
    /** Axes of the output along which a bias is added: `'d'`. Default null: no bias. */
    biasAxes: text({ default: null }),
    /** Initial values of the kernel. Default `'glorot_uniform'`, with fans derived from the equation. */
    kernelInitializer: initializer({ default: 'glorot_uniform' }),
    /** Initial values of the bias. Default `'zeros'`. */
    biasInitializer: initializer({ default: 'zeros' }),
    /** Penalty on the kernel. Default null: none. */
    kernelRegularizer: regularizer(),
    /** Penalty on the bias. Default null: none. */
    biasRegularizer: regularizer(),
    /** Constraint on the kernel, applied after each update. Default null: none. */
    kernelConstraint: constraint(),
    /** Constraint on the bias, applied after each update. Default null: none. */
    biasConstraint: constraint(),
    ...KERNEL_STORAGE,
  },
  {
    positional: ['equation', 'outputShape'],
    fixed: { activity_regularizer: null },
    ignored: { gptq_unpacked_column_size: [] },
  },
) {
  /** A of LoRA, [… the axes of the kernel but the last, rank]; undefined without LoRA. */
  declare readonly loraKernelA: Variable | undefined;
  /** B of LoRA, [rank, last axis of the kernel]; undefined without LoRA. */
  declare readonly loraKernelB: Variable | undefined;
  readonly #equation: EinsumEquation;
  readonly #sampleShape: PartialShape;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /**
   * @param equation axes of the input, the kernel and the output
   * @param outputShape lengths of the output without the batch axis and the axes of `...`
   * @throws ValueError for an invalid equation, or an option that is unknown or out of range.
   */
  constructor(
    equation: string,
    outputShape: number | PartialShape,
    options: EinsumDenseOptions = {},
  ) {
    super(options, [equation, outputShape]);
    this.#equation = parseEquation(this.label, this.equation, this.biasAxes);
    this.#sampleShape = checkPartialShape(
      this.label,
      'outputShape',
      typeof outputShape === 'number' ? [outputShape] : outputShape,
    );
    this.inputSpec = {};
    this.supportsCaching = keepsSteps(this.#equation);
  }

  /** What the input is multiplied by. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    if (this.#kernel !== undefined) return this.#kernel;
    throw new ValueError(
      `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
    );
  }

  /** The vector or matrix that is added; null without `biasAxes` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  #shapesFor(inputShape: PartialShape): EinsumShapes {
    return einsumShapes(this.label, this.#equation, this.biasAxes, inputShape, this.#sampleShape);
  }

  override build(inputShape: PartialShape): void {
    const shapes = this.#shapesFor(inputShape);
    const { initializer, ...settings } = settingsOf(this, 'kernel');
    this.#kernel = this.addWeight('kernel', shapes.kernel, {
      ...settings,
      initializer: alongAxes(initializer, shapes.inputAxes, shapes.outputAxes),
    });
    if (shapes.bias !== null) {
      this.#bias = this.addWeight('bias', shapes.bias, settingsOf(this, 'bias'));
    }
    this.inputSpec = { ndim: inputShape.length, axes: shapes.inputLengths };
    this.supportsCaching = keepsSteps(this.#equation, inputShape.length);
    if (this.loraRank !== null) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Tunes the layer by LoRA, low-rank adaptation: the kernel stays as it is, and only A and B of
   * kernel + loraAlpha / rank · A · B are trained, which have the axes of the kernel, the last one of A
   * and the first one of B replaced by the rank. The products are formed
   * without the sum, so no gradient of the kernel takes memory. Works with quantized layers too. Keras: `enable_lora`.
   *
   * @param rank number of columns of A and of rows of B: a whole number above 0
   * @throws ValueError before the layer is built, for a layer with a `kernelConstraint` or with LoRA, and for an option that is unknown or out
   * of range.
   * @example
   * const heads = new layers.EinsumDense('abc,cde->abde', [null, 2, 4]);
   * heads.build([null, 20, 8]);
   * heads.enableLora(3);
   * heads.trainableWeights.map(({ shape }) => shape); // [[8, 2, 3], [3, 4]]
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    adapters.make(this, this.kernel, rank, options);
  }

  override call(x: Tensor): Tensor {
    const product = this.#product(cast(x, 'float32'));
    const bias = this.#bias?.value;
    return this.activation(bias === undefined ? product : add(product, bias));
  }

  #product(input: Tensor): Tensor {
    const { adapter, equation } = this;
    if (adapter === undefined) return this.#kernelProduct(input);
    const lowRank = lowRankOf(this.#equation);
    if (lowRank === undefined) return einsum(equation, input, adapter.merged());
    const { a, b, scale } = adapter;
    const [one, two] = lowRank.isFirstA ? [a, b] : [b, a];
    const low = mul(einsum(lowRank.first, input, one.value), scale);
    return add(this.#kernelProduct(input), einsum(lowRank.second, low, two.value));
  }

  #kernelProduct(input: Tensor): Tensor {
    const axes = summedAxes(this.#equation);
    return axes === undefined
      ? this.kernel.lend((kernel) => einsum(this.equation, input, kernel))
      : (this.kernel.quantized?.dense(input, null, 'linear', axes) ??
          einsum(this.equation, input, this.kernel.value));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    if (!this.built) return [];
    const { kernel, output } = this.#equation;
    const axes = kernel.split('').flatMap((letter, axis) => (output.includes(letter) ? [] : axis));
    return [{ weight: this.kernel, axes }];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.#shapesFor(inputShape).output;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), output_shape: [...this.#sampleShape] };
  }
}
