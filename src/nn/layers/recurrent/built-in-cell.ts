import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { cast, dense, dropout, mul, split } from '../../../engine/ops/index.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { formatShape, ones, zeros } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/layer-options.js';
import type { InitializerIdentifier } from '../../initializers/registry.js';
import { Layer } from '../core/layer.js';
import { settingsOf } from '../weight-settings.js';
import { CELL_OPTIONS } from './cell-options.js';
import { flatStates, packStates, stateShapesOf, zeroStates } from './cell.js';
import type { CellArguments, CellOutput, CellStates, RNNCell } from './cell.js';

/** The factors of the input and the state for dropout: none, one tensor for all gates, or a tensor for each gate. */
interface DropoutMasks {
  /** Tensors of the input's shape. */
  readonly input: readonly Tensor[];
  /** Tensors of the state's shape. */
  readonly state: readonly Tensor[];
}

const NO_MASKS: DropoutMasks = { input: [], state: [] };

/** What the cells of Keras have in common: kernel, recurrent kernel, bias, and dropout that stays the same over time. */
export abstract class BuiltInCell
  extends configurable(Layer<Tensor, CellOutput, CellArguments>, 'BuiltInCell', CELL_OPTIONS, {
    positional: ['units'],
    // How Keras multiplies, not what.
    ignored: { implementation: [0, 1, 2] },
  })
  implements RNNCell
{
  override readonly callArguments: readonly string[] = ['states'];
  /** The source of the random numbers of dropout. */
  readonly seedGenerator = new SeedGenerator(this.seed);
  #kernel: Variable | undefined;
  #recurrentKernel: Variable | undefined;
  #bias: Variable | undefined;
  #held: DropoutMasks | undefined;

  /** @param units length of the output and of each state */
  constructor(units: number, options: BuiltInCellOptions = {}) {
    super(options, [units]);
    this.inputSpec = { ndim: 2 };
  }

  /** Lengths of the states. */
  abstract get stateSize(): number | readonly number[];

  /** The number of kernels side by side: one for each gate and one for the new state. */
  protected abstract get kernelCount(): number;

  /** Length of the output: `units`. */
  get outputSize(): number {
    return this.units;
  }

  #built(weight: Variable | undefined, name: string): Variable {
    if (weight !== undefined) return weight;
    throw new ValueError(
      `${this.label} is not built, so it has no ${name}. Call build(inputShape) or apply(x) first.`,
    );
  }

  /** The matrix for the input, [features, kernels · units]. @throws ValueError before the cell is built. */
  get kernel(): Variable {
    return this.#built(this.#kernel, 'kernel');
  }

  /** The matrix for the state, [units, kernels · units]. @throws ValueError before the cell is built. */
  get recurrentKernel(): Variable {
    return this.#built(this.#recurrentKernel, 'recurrent kernel');
  }

  /** The bias; null without `useBias` and before the cell is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  override build(inputShape: PartialShape): void {
    const features = inputShape.at(-1) ?? null;
    if (features === null) {
      throw new ShapeError(
        `${this.label} needs to know the last axis of its input, got shape ${formatShape(inputShape)}. State it by ` +
          `inputShape, or build the layer with a shape that holds it.`,
      );
    }
    const { units, kernelCount } = this;
    this.addKernels([features, kernelCount * units], [units, kernelCount * units]);
    this.inputSpec = { ndim: 2, axes: { [-1]: features } };
  }

  /** Creates the weights in `build`. */
  protected addKernels(kernelShape: Shape, recurrentShape: Shape): void {
    this.#kernel = this.addWeight('kernel', kernelShape, settingsOf(this, 'kernel'));
    this.#recurrentKernel = this.addWeight('recurrent_kernel', recurrentShape, {
      initializer: this.recurrentInitializer,
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (this.useBias) {
      this.#bias = this.addWeight('bias', this.biasShape, {
        ...settingsOf(this, 'bias'),
        initializer: this.firstBias,
      });
    }
  }

  /** Shapes of the states, given the shape of a step's input. */
  protected stateShapes([batch = 0]: Shape): Shape[] {
    return stateShapesOf(this, batch);
  }

  /** Shape of the bias. Default [parts · units]. */
  protected get biasShape(): Shape {
    return [this.kernelCount * this.units];
  }

  /** Initial values of the bias. */
  protected get firstBias(): InitializerIdentifier {
    return this.biasInitializer;
  }

  /** Zeros for each state. */
  getInitialState(batchSize: number): CellStates {
    return zeroStates(this, batchSize);
  }

  /**
   * The output of a step [batch, units] and the states after it.
   *
   * @param x the step's input [batch, features]
   * @throws ShapeError for a wrong number of states, or a state of a wrong shape.
   */
  override call(x: Tensor, options: CallOptions & CellArguments): CellOutput {
    const { states, training }: CallOptions & Partial<CellArguments> = options;
    const input = cast(x, 'float32');
    const shapes = this.stateShapes(x.shape);
    const before =
      states === undefined
        ? shapes.map((shape) => zeros(shape))
        : flatStates('states', states, shapes);
    return this.step(input, before, this.#held ?? this.#drawMasks(x.shape, training));
  }

  /**
   * The output and the states of one step.
   *
   * @param x the step's input [batch, features], float32
   * @param states the states before the step, each [batch, units]
   */
  protected abstract step(x: Tensor, states: readonly Tensor[], masks: DropoutMasks): CellOutput;

  /** Chooses what is dropped in all steps to come, until `endSequence`. @internal */
  beginSequence(stepShape: Shape, training: boolean): void {
    this.#held = this.#drawMasks(stepShape, training);
  }

  /** @internal */
  endSequence(): void {
    this.#held = undefined;
  }

  /** Whether each kernel drops different elements of the state, as in Keras. */
  protected get dropsByKernel(): boolean {
    return this.recurrentDropout > 0;
  }

  #drawMasks(stepShape: Shape, training: boolean): DropoutMasks {
    const { dropout: ofInput, recurrentDropout: ofState } = this;
    if (!training || (ofInput === 0 && ofState === 0)) return NO_MASKS;
    const count = this.dropsByKernel ? this.kernelCount : 1;
    const [stateShape = []] = this.stateShapes(stepShape);
    return {
      input: this.#drawMany(stepShape, ofInput, count),
      state: this.#drawMany(stateShape, ofState, count),
    };
  }

  #drawMany(shape: Shape, rate: number, count: number): Tensor[] {
    if (rate === 0) return [];
    return Array.from({ length: count }, () => dropout(ones(shape), rate, this.seedGenerator));
  }

  /**
   * What an operation takes that goes through all steps of x [batch, steps, features], after the states: x with what is
   * dropped of it in the sequence that has begun, kernel, recurrent kernel and bias. Undefined if kernels have choices of
   * their own, as with dropout of the state. @internal
   */
  operandsFor(
    x: Tensor,
  ): [x: Tensor, kernel: Tensor, recurrentKernel: Tensor, bias: Tensor | null] | undefined {
    const { input, state } = this.#held ?? NO_MASKS;
    if (state.length > 0 || input.length > 1) return undefined;
    const given = cast(x, 'float32');
    return [
      input[0] === undefined ? given : mul(given, input[0].expandDims(1)),
      this.kernel.value,
      this.recurrentKernel.value,
      this.bias?.value ?? null,
    ];
  }

  override computeOutputShape([batch = null]: PartialShape): readonly [
    PartialShape,
    readonly PartialShape[],
  ] {
    return [[batch, this.units], stateShapesOf(this, batch)];
  }

  /** States as the cell gives them. @internal */
  protected pack(states: readonly Tensor[]): CellStates {
    return packStates(this, states);
  }
}

/** Options that all built-in cells take. */
export interface BuiltInCellOptions extends OptionsOf<typeof BuiltInCell> {}

export type { DropoutMasks };

/** `x`, with what a mask drops. */
export function dropped(x: Tensor, mask: Tensor | undefined): Tensor {
  return mask === undefined ? x : mul(x, mask);
}

/** x · kernel + bias, cut into kernels along the last axis; with several masks each kernel has another one's x. */
export function project(
  x: Tensor,
  masks: readonly Tensor[],
  kernel: Tensor,
  bias: Tensor | null,
  count: number,
): Tensor[] {
  if (masks.length <= 1) return split(dense(dropped(x, masks[0]), kernel, bias), count, -1);
  const biases = bias === null ? [] : split(bias, count, -1);
  return split(kernel, count, -1).map((block, i) =>
    dense(dropped(x, masks[i]), block, biases[i] ?? null),
  );
}
