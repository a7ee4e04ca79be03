import { ShapeError, ValueError } from '../../../errors.js';
import { add, split } from '../../../engine/ops/index.js';
import type { DataFormat } from '../../../engine/ops/index.js';
import {
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from '../../../engine/ops/windows/data-format.js';
import type { WindowAxis, WindowRank } from '../../../engine/ops/windows/window.js';
import { formatShape, zeros } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';
import { convolutionAlong, dataFormat, lengths, rankOf, slidLengths } from '../spatial.js';
import { dropped } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import type { CellStates } from './cell.js';
import { LSTMCell } from './lstm.js';
import type { LSTMCellOptions } from './lstm.js';
import { choice, classNameOf, configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { CELL_OPTIONS, LSTM_OPTIONS } from './cell-options.js';
import { cellOptionsOf, giving, RecurrentLayer } from './recurrent-layer.js';
import type { RecurrentOutput } from './recurrent-layer.js';

/** How the input of a step is convolved. */
interface StepConvolution {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
}

/** One step of ConvLSTM: an LSTM whose products with the input and with the state are convolutions. */
class ConvLSTMCell extends LSTMCell {
  static override readonly className = 'ConvLSTMCell';
  // Its layer was asked for the activations that it gives to the cell.
  static override readonly isPure = true;
  #stepShape: PartialShape = [];

  /**
   * @param filters number of channels of the output and of each state
   * @param convolution the options of the convolution of a step's input
   */
  constructor(
    filters: number,
    readonly convolution: StepConvolution,
    options: LSTMCellOptions,
  ) {
    super(filters, options);
    this.inputSpec = { ndim: convolution.kernelSize.length + 2 };
  }

  /** Keras draws for each kernel. */
  protected override get dropsByKernel(): boolean {
    return true;
  }

  override build(inputShape: PartialShape): void {
    const { kernelSize, dataFormat } = this.convolution;
    const [, ...lengths] = shapeToChannelsLast(inputShape, dataFormat);
    if (lengths.includes(null)) {
      throw new ShapeError(
        `${this.label} needs to know all lengths of its input but those of batch and steps, got steps of shape ` +
          `${formatShape(inputShape)}. State them by inputShape, or build the layer with a shape that holds them.`,
      );
    }
    this.computeOutputShape(inputShape); // Refuses input that is smaller than the kernel.
    const { units, kernelCount } = this;
    this.addKernels(
      [...kernelSize, lengths.at(-1) ?? 0, kernelCount * units],
      [...kernelSize, units, kernelCount * units],
    );
    this.#stepShape = inputShape;
  }

  override getInitialState(batchSize: number): CellStates {
    return this.stateShapes([batchSize, ...(this.#stepShape.slice(1) as Shape)]).map((shape) =>
      zeros(shape),
    );
  }

  protected override stateShapes(stepShape: Shape): Shape[] {
    const shape = this.stateShape(stepShape) as Shape;
    return [shape, shape];
  }

  /** Shape of the output and of each state for a step's input of that shape. @internal */
  stateShape(stepShape: PartialShape): PartialShape {
    const { kernelSize, strides, padding, dataFormat, dilationRate } = this.convolution;
    const shape = shapeToChannelsLast(stepShape, dataFormat);
    const axes = kernelSize.map((kernel, i): WindowAxis => ({
      kernel,
      stride: strides[i] ?? 1,
      padding,
      dilation: dilationRate[i] ?? 1,
    }));
    const lengths = slidLengths(this.label, shape, axes);
    return shapeFromChannelsLast([shape[0] ?? null, ...lengths, this.units], dataFormat);
  }

  override computeOutputShape(
    stepShape: PartialShape,
  ): readonly [PartialShape, readonly PartialShape[]] {
    const shape = this.stateShape(stepShape);
    return [shape, [shape, shape]];
  }

  protected override gates(x: Tensor, h: Tensor, { input, state }: DropoutMasks): Tensor[] {
    const { dataFormat, strides, padding, dilationRate } = this.convolution;
    const options = { strides, padding, dilationRate };
    const bias = this.bias?.value ?? null;
    const fromInput = this.#convolved(x, input, this.kernel.value, bias, options);
    const fromState = this.#convolved(h, state, this.recurrentKernel.value, null, {
      padding: 'same',
    });
    return fromInput.map((z, i) => fromChannelsLast(add(z, fromState[i] ?? 0), dataFormat));
  }

  /** x ∗ kernel + bias for each kernel, with the channels last; with masks each kernel has another one's x. */
  #convolved(
    x: Tensor,
    masks: readonly Tensor[],
    kernel: Tensor,
    bias: Tensor | null,
    options: Partial<Pick<StepConvolution, 'strides' | 'padding' | 'dilationRate'>>,
  ): Tensor[] {
    const { kernelSize, dataFormat } = this.convolution;
    const convolve = convolutionAlong(kernelSize.length);
    const { kernelCount } = this;
    if (masks.length === 0) {
      return split(convolve(toChannelsLast(x, dataFormat), kernel, bias, options), kernelCount, -1);
    }
    const biases = bias === null ? [] : split(bias, kernelCount, -1);
    return split(kernel, kernelCount, -1).map((block, i) =>
      convolve(toChannelsLast(dropped(x, masks[i]), dataFormat), block, biases[i] ?? null, options),
    );
  }
}

const { units: _, ...WITHOUT_UNITS } = CELL_OPTIONS;

/** What `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D` have in common. */
abstract class ConvLSTM extends configurable(
  RecurrentLayer,
  'ConvLSTM',
  {
    /** Number of channels of the output and of each state. */
    filters: length(),
    /** Length of the kernels along each axis over which they slide. */
    kernelSize: lengths(),
    /** How far the kernel moves over the input between outputs. Default 1. */
    strides: lengths({ default: 1 }),
    /**
     * `'valid'` (default): the kernel stays inside the input. `'same'`: zeros on both sides, so that the output is ⌈length /
     * stride⌉ long.
     */
    padding: choice(['valid', 'same'], { default: 'valid' }),
    /** Default `'channels_last'`: [batch, steps, …, channels]; `'channels_first'` is [batch, steps, channels, …]. */
    dataFormat: dataFormat(),
    /** Distance between the inputs of neighbouring elements of the kernel. Cannot be combined with strides. Default 1. */
    dilationRate: lengths({ default: 1 }),
    ...WITHOUT_UNITS,
    ...LSTM_OPTIONS,
  },
  {
    positional: ['filters', 'kernelSize'],
    fixed: { activity_regularizer: null },
    ignored: { implementation: [0, 1, 2] },
  },
) {
  /** Number of axes over which the kernels slide. */
  static readonly rank: WindowRank = 2;
  override readonly cell: ConvLSTMCell;

  /**
   * @param filters number of channels of the output and of each state
   * @param kernelSize length of the kernels along each axis over which they slide; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range, or if both `strides` and `dilationRate` are
   * above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvLSTMLayerOptions = {},
  ) {
    super(options, [filters, kernelSize]);
    this.inputSpec = { ndim: rankOf(this) + 3 };
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ValueError(
        `${classNameOf(this)}: strides and dilationRate cannot both be above 1, got [${this.strides.join(', ')}] and ` +
          `[${this.dilationRate.join(', ')}]. Leave one of them at 1.`,
      );
    }
    const { kernelSize: size, strides, padding, dataFormat: format, dilationRate } = this;
    this.cell = new ConvLSTMCell(
      this.filters,
      { kernelSize: size, strides, padding, dataFormat: format, dilationRate },
      {
        ...cellOptionsOf(this, { ...WITHOUT_UNITS, ...LSTM_OPTIONS }),
        name: 'conv_lstm_cell',
        trainable: this.trainable,
      },
    );
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    const axes = inputShape.map((size, axis) => [axis, size] as const).slice(2);
    this.inputSpec = { ndim: inputShape.length, axes: Object.fromEntries(axes) };
  }

  /** @internal */
  override stateShapes(inputShape: PartialShape): PartialShape[] {
    const shape = this.stepOutputShape(inputShape);
    return [shape, shape];
  }

  protected override stepOutputShape([batch = null, , ...step]: PartialShape): PartialShape {
    return this.cell.stateShape([batch, ...step]);
  }

  /** @internal */
  protected override firstStates(shapes: readonly PartialShape[]): readonly Tensor[] {
    return shapes.map((shape) => zeros(shape as Shape));
  }
}

/** Options of `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D`. */
export interface ConvLSTMLayerOptions extends OptionsOf<typeof ConvLSTM> {}

/** Options of `ConvLSTM1D`, `ConvLSTM2D` and `ConvLSTM3D`; a list has one number for each axis over which the kernels slide. */
export interface ConvLSTMOptions<ReturnState extends boolean = boolean> extends Omit<
  ConvLSTMLayerOptions,
  'returnState'
> {
  /** Whether to return the states h and c after the last step too: [output, h, c]. Default false. */
  readonly returnState?: ReturnState;
}

/**
 * An LSTM over sequences of sequences, in which the products with the input and the state are convolutions along one axis
 * (Shi et al., 2015). x is [batch, steps, length, channels], the output is the last h [batch, newLength, filters], or with
 * `returnSequences` every h [batch, steps, newLength, filters]; float32. The convolution of the state does not change its
 * length. Keras: `ConvLSTM1D`.
 *
 * @example new layers.ConvLSTM1D(4, 3, { padding: 'same', inputShape: [10, 32, 2] })
 */
export class ConvLSTM1D<const ReturnState extends boolean = false> extends giving(
  configurable(ConvLSTM, 'ConvLSTM1D'),
)<RecurrentOutput<ReturnState, [h: Tensor, c: Tensor]>> {
  static override readonly rank = 1;
  declare readonly returnState: ReturnState;

  /**
   * @param filters number of channels of the output and of each state
   * @param kernelSize length of the kernels
   * @throws ValueError if an argument or option is unknown or out of range, or if both `strides` and `dilationRate` are
   * above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvLSTMOptions<ReturnState> = {},
  ) {
    super(filters, kernelSize, options);
  }
}

/**
 * An LSTM over sequences of images, in which the products with the input and the state are convolutions (Shi et al., 2015).
 * x is [batch, steps, height, width, channels], the output is the last h [batch, newHeight, newWidth, filters], or with
 * `returnSequences` every h [batch, steps, newHeight, newWidth, filters]; float32. The convolution of the state does not
 * change its height and width. Keras: `ConvLSTM2D`.
 *
 * @example new layers.ConvLSTM2D(4, 3, { padding: 'same', returnSequences: true, inputShape: [10, 32, 32, 1] })
 */
export class ConvLSTM2D<const ReturnState extends boolean = false> extends giving(
  configurable(ConvLSTM, 'ConvLSTM2D'),
)<RecurrentOutput<ReturnState, [h: Tensor, c: Tensor]>> {
  static override readonly rank = 2;
  declare readonly returnState: ReturnState;

  /**
   * @param filters number of channels of the output and of each state
   * @param kernelSize height and width of the kernels; one number stands for both
   * @throws ValueError if an argument or option is unknown or out of range, or if both `strides` and `dilationRate` are
   * above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvLSTMOptions<ReturnState> = {},
  ) {
    super(filters, kernelSize, options);
  }
}

/**
 * An LSTM over sequences of volumes, in which the products with the input and the state are convolutions (Shi et al., 2015).
 * x is [batch, steps, depth, height, width, channels], the output is the last h [batch, newDepth, newHeight, newWidth,
 * filters], or with `returnSequences` every h [batch, steps, newDepth, newHeight, newWidth, filters]; float32. The
 * convolution of the state does not change its size. Keras: `ConvLSTM3D`.
 *
 * @example new layers.ConvLSTM3D(2, 3, { padding: 'same', inputShape: [10, 8, 16, 16, 1] })
 */
export class ConvLSTM3D<const ReturnState extends boolean = false> extends giving(
  configurable(ConvLSTM, 'ConvLSTM3D'),
)<RecurrentOutput<ReturnState, [h: Tensor, c: Tensor]>> {
  static override readonly rank = 3;
  declare readonly returnState: ReturnState;

  /**
   * @param filters number of channels of the output and of each state
   * @param kernelSize depth, height and width of the kernels; one number stands for all
   * @throws ValueError if an argument or option is unknown or out of range, or if both `strides` and `dilationRate` are
   * above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvLSTMOptions<ReturnState> = {},
  ) {
    super(filters, kernelSize, options);
  }
}
