import { ShapeError } from '../../../errors.js';
import { add, split } from '../../../engine/ops/index.js';
import type { DataFormat } from '../../../engine/ops/index.js';
import {
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from '../../../engine/ops/windows/data-format.js';
import type { WindowAxis } from '../../../engine/ops/windows/window.js';
import { formatShape, zeros } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';
import { convolutionAlong, slidLengths } from '../spatial.js';
import { dropped } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import type { CellStates } from './cell.js';
import { LSTMCell } from './lstm-cell.js';
import type { LSTMCellOptions } from './lstm-cell.js';

/** How the input of a step is convolved. */
export interface StepConvolution {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
}

/** One step of ConvLSTM: an LSTM whose products with the input and with the state are convolutions. */
export class ConvLSTMCell extends LSTMCell {
  static override readonly className = 'ConvLSTMCell';
  // Its layer was asked for the activations that it gives to the cell.
  static override readonly isPure = true;
  #stepShape: PartialShape = [];

  /**
   * @param filters number of channels of the output and of each state
   * @param convolution how the input of a step is convolved
   */
  constructor(
    filters: number,
    readonly convolution: StepConvolution,
    options: LSTMCellOptions,
  ) {
    super(filters, options);
    this.inputSpec = { ndim: convolution.kernelSize.length + 2 };
  }

  /** Keras draws for each part. */
  protected override get dropsByPart(): boolean {
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
    const { units, parts } = this;
    this.addKernels(
      [...kernelSize, lengths.at(-1) ?? 0, parts * units],
      [...kernelSize, units, parts * units],
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

  /** x ∗ kernel + bias in parts, with the channels last; with masks each part has another one's x. */
  #convolved(
    x: Tensor,
    masks: readonly Tensor[],
    kernel: Tensor,
    bias: Tensor | null,
    options: Partial<Pick<StepConvolution, 'strides' | 'padding' | 'dilationRate'>>,
  ): Tensor[] {
    const { kernelSize, dataFormat } = this.convolution;
    const convolve = convolutionAlong(kernelSize.length);
    const { parts } = this;
    if (masks.length === 0) {
      return split(convolve(toChannelsLast(x, dataFormat), kernel, bias, options), parts, -1);
    }
    const biases = bias === null ? [] : split(bias, parts, -1);
    return split(kernel, parts, -1).map((part, i) =>
      convolve(toChannelsLast(dropped(x, masks[i]), dataFormat), part, biases[i] ?? null, options),
    );
  }
}
