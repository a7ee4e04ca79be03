import { activation } from '../activations/registry.js';
import { configurable, own, text } from '../../config/index.js';
import type { Config, OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { ValueError } from '../../errors.js';
import { alongAxes } from '../initializers/derived.js';
import { initializer } from '../initializers/registry.js';
import { add, cast, einsum } from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { einsumShapes, keepsSteps, parseEquation, summedAxes } from './einsum-equation.js';
import type { EinsumEquation, EinsumShapes } from './einsum-equation.js';
import { checkPartialShape, KERNEL_STORAGE } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { settingsOf } from './weight-settings.js';

/** Options of `EinsumDense`. */
export interface EinsumDenseOptions extends OptionsOf<typeof EinsumDense> {}

/**
 * activation(einsum(equation, x, kernel) + bias): a dense layer over any axes. The equation names the axes of x, of the
 * kernel and of the output, as in `ops.einsum`; `...` stands for further axes on the left or on the right. float32 (integer
 * input is converted). Keras: `EinsumDense`.
 *
 * @throws ShapeError when it is built, if input, `outputShape` and equation do not fit.
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
     * Lengths of the output without the batch axis and the axes of `...`; null stands for the length of the input's axis. One
     * number is a list of it.
     */
    outputShape: own<number | PartialShape>(),
    /** Applied to the result. Default linear. */
    activation: activation(),
    /** Axes of the output along which a bias is added: `'d'`. Default null: no bias. */
    biasAxes: text({ default: null }),
    /** First values of the kernel. Default `'glorot_uniform'`, with the fans that the equation says. */
    kernelInitializer: initializer({ default: 'glorot_uniform' }),
    /** First values of the bias. Default `'zeros'`. */
    biasInitializer: initializer({ default: 'zeros' }),
    /** Penalty of the kernel. Default null: none. */
    kernelRegularizer: regularizer(),
    /** Penalty of the bias. Default null: none. */
    biasRegularizer: regularizer(),
    /** What the kernel is brought to after each update. Default null: nothing. */
    kernelConstraint: constraint(),
    /** What the bias is brought to after each update. Default null: nothing. */
    biasConstraint: constraint(),
    ...KERNEL_STORAGE,
  },
  {
    positional: ['equation', 'outputShape'],
    fixed: { activity_regularizer: null },
    ignored: { gptq_unpacked_column_size: [] },
  },
) {
  readonly #equation: EinsumEquation;
  readonly #sampleShape: PartialShape;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /**
   * @param equation axes of the input, the kernel and the output
   * @param outputShape lengths of the output without the batch axis and the axes of `...`
   * @throws ValueError for an equation that cannot be read, or an option that is unknown or out of range.
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

  /** What is added; null without `biasAxes` and before the layer is built. */
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
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    const axes = summedAxes(this.#equation);
    const product =
      axes === undefined
        ? this.kernel.lend((kernel) => einsum(this.equation, input, kernel))
        : (this.kernel.quantized?.dense(input, null, 'linear', axes) ??
          einsum(this.equation, input, this.kernel.value));
    const bias = this.#bias?.value;
    return this.activation(bias === undefined ? product : add(product, bias));
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
