import { sigmoid, tanh } from '../../../engine/ops/generated/public-operations.js';
import type { Activation } from '../../activations/registry.js';
import { boolean, configurable, flattenNest } from '../../../config/index.js';
import type { Nest, OptionsOf } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { cast, clone, slice } from '../../../engine/ops/index.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import { formatShape, sameShape, scoped, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { ApplyOptions, CallOptions, LayerOptions } from '../core/layer-options.js';
import { isSymbolicOrValue } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import {
  checkStateShapes,
  flatStates,
  isSequenceCell,
  outputShapeOf,
  packStates,
  stateShapesOf,
  zeroStates,
} from './cell.js';
import type { RNNCell } from './cell.js';
import { runSteps } from './steps.js';
import type { StepOptions, StepResults } from './steps.js';

/** The named arguments of recurrent layers. */
export interface RecurrentArguments {
  /** The states before the first step: a tensor [batch, units], or a list for several states. Default: zeros. */
  readonly initialState?: Nest<Tensor | SymbolicTensor> | null;
}

/** What one operation has made of a sequence: the outputs of all steps, as `StepResults` has them, and the states after the last. */
export type FusedResults = readonly [sequence: Tensor, ...states: Tensor[]];

/** The result of a recurrent layer: the output and, with `returnState`, the states after the last step. */
export type RecurrentOutput<
  ReturnState extends boolean,
  States extends readonly unknown[],
> = ReturnState extends true ? readonly [output: Tensor, ...states: States] : Tensor;

/** Whether an activation and that of the gates are those that the operations over whole sequences apply. */
export function hasUsualGates(cell: {
  readonly activation: Activation;
  readonly recurrentActivation: Activation;
}): boolean {
  return cell.activation === tanh && cell.recurrentActivation === sigmoid;
}

/** What the layers have in common that run a cell over the steps of a sequence. */
export abstract class RecurrentLayer extends configurable(
  Layer<Tensor, unknown, RecurrentArguments>,
  'RecurrentLayer',
  {
    /** Whether to return the outputs of all steps [batch, steps, units], not only that of the last [batch, units]. Default false. */
    returnSequences: boolean({ default: false }),
    /** Whether to return the states after the last step too: [output, …states]. Default false. */
    returnState: boolean({ default: false }),
    /** Whether to process the steps in reverse order. Outputs are in the order in which they are computed. Default false. */
    goBackwards: boolean({ default: false }),
    /** Whether the final states of a batch are the initial states of the next, sample by sample. Default false. */
    stateful: boolean({ default: false }),
    /** Whether Keras unrolls the loop over the steps. It has no effect here. Default false. */
    unroll: boolean({ default: false }),
    /** Whether the output of a masked step is 0 instead of the previous output. Default false. */
    zeroOutputForMask: boolean({ default: false }),
  },
  { ignored: { time_major: [false] } },
) {
  override readonly callArguments: readonly string[] = ['initialState'];
  /** Whether the output has steps, which a mask would say more about. @internal */
  losesMask: boolean;
  /** The cell that runs over the steps. */
  abstract readonly cell: RNNCell;
  #states: readonly Variable[] | undefined;

  constructor(options: LayerOptions) {
    super(options);
    this.inputSpec = { minNdim: 2 };
    this.losesMask = this.returnSequences;
  }

  /** The states of a stateful layer after the last batch; null before the first batch, and if the layer is not stateful. */
  get states(): readonly Variable[] | null {
    return this.#states ?? null;
  }

  /** Resets the states of a stateful layer to zeros. The next batch may have a different size. Keras: `reset_state`. */
  resetState(): void {
    for (const state of this.#states ?? []) state.dispose();
    this.#states = undefined;
  }

  /** Another name for `resetState`, as in Keras. */
  resetStates(): void {
    this.resetState();
  }

  override dispose(): void {
    super.dispose();
    this.resetState();
  }

  override build([batch = null, , ...features]: PartialShape): void {
    const { cell } = this;
    if (cell instanceof Layer && !cell.built) cell.build([batch, ...features]);
    const ndim = this.inputSpec?.ndim;
    if (ndim !== undefined) this.inputSpec = { ndim, axes: { [-1]: features.at(-1) ?? null } };
  }

  /**
   * The output and, with `returnState`, the states.
   *
   * @param x [batch, steps, …]
   * @throws ShapeError for input without steps, for a mask or states of a wrong shape, and in a stateful layer for a
   * different batch size.
   */
  override call(
    x: Tensor,
    { training, mask = null, initialState = null }: CallOptions & RecurrentArguments,
  ): unknown {
    return scoped(() => {
      if (x.shape[1] === 0) {
        throw new ShapeError(
          `the input has shape ${formatShape(x.shape)}, that is no steps. Give at least one step.`,
        );
      }
      const before = this.#statesBefore(x, initialState);
      const { goBackwards, zeroOutputForMask, returnSequences } = this;
      const { output, states } = this.#results(x, before, {
        training,
        mask: mask === null ? null : this.#checkedMask(mask as Tensor, x),
        goBackwards,
        zeroOutputForMask,
        returnSequences,
      });
      if (this.stateful) this.#keep(states);
      if (!this.returnState) return output;
      // A caller that disposes the output still has the state.
      const own = states.includes(output) ? output.alias() : output;
      own.origin = output.origin;
      return [own, ...packStates(this.cell, states)];
    });
  }

  #results(x: Tensor, before: readonly Tensor[], options: StepOptions): StepResults {
    const { cell } = this;
    const [batch = 0, count = 0, ...features] = x.shape;
    if (!isSequenceCell(cell)) return runSteps(cell, x, before, options);
    cell.beginSequence([batch, ...features], options.training);
    try {
      const { mask, goBackwards, zeroOutputForMask } = options;
      const fused = this.fused(
        x,
        before.map((state) => cast(state, 'float32')),
        { mask, goBackwards, zeroOutputForMask },
      );
      if (fused === undefined) return runSteps(cell, x, before, options);
      const [sequence, ...states] = fused;
      if (options.returnSequences) return { output: sequence, states };
      const [last = sequence] = states;
      // Where the last step does not count, its output may not be the state.
      const isState = mask === null || !zeroOutputForMask;
      return { output: isState ? last : slice(sequence, ':', count - 1), states };
    } finally {
      cell.endSequence();
    }
  }

  /**
   * What one operation makes of the whole sequence, where there is an operation for the cell and these options; undefined
   * leaves it to the loop over the steps. @internal
   */
  protected fused(
    _x: Tensor,
    _before: readonly Tensor[],
    _options: RecurrentOptions,
  ): FusedResults | undefined {
    return undefined;
  }

  #checkedMask(mask: Tensor, x: Tensor): Tensor {
    const wanted = x.shape.slice(0, 2);
    if (mask instanceof Tensor && sameShape(mask.shape, wanted)) return cast(mask, 'bool');
    throw new ShapeError(
      `the mask must have one element for each step, that is shape ${formatShape(wanted)} for input of shape ` +
        `${formatShape(x.shape)}, got shape ${formatShape(mask.shape)}.`,
    );
  }

  /** The states before the first step: those given, those of the call before, or those that the cell begins with. */
  #statesBefore(x: Tensor, given: RecurrentArguments['initialState']): readonly Tensor[] {
    const [batch = 0] = x.shape;
    const previous = this.#states;
    const size = previous?.[0]?.shape[0] ?? batch;
    if (size !== batch) {
      throw new ShapeError(
        `the layer is stateful and keeps the states of ${size} samples, got input of shape ${formatShape(x.shape)}. ` +
          `Give batches of ${size} samples, or call resetState() before those of another size.`,
      );
    }
    const shapes = this.stateShapes(x.shape);
    if (given !== null && given !== undefined) {
      return flatStates('initialState', given, shapes).map((state) => cast(state, 'float32'));
    }
    // Copies: what is recorded for a gradient must not change, and these do at the end.
    if (previous !== undefined) return previous.map(({ value }) => clone(value));
    return this.firstStates(shapes, batch);
  }

  /** The states that the cell begins with. @internal */
  protected firstStates(shapes: readonly PartialShape[], batch: number): readonly Tensor[] {
    const { cell } = this;
    const states = cell.getInitialState?.(batch) ?? zeroStates(cell, batch);
    return flatStates('what getInitialState of the cell gives', states, shapes);
  }

  #keep(states: readonly Tensor[]): void {
    const previous = this.#states;
    if (previous === undefined) {
      this.#states = states.map((state, i) => {
        const variable = new Variable(clone(state), { name: 'rnn_state', trainable: false });
        variable.path = `${this.name}/rnn_state${i === 0 ? '' : `_${i}`}`;
        return variable;
      });
    } else previous.forEach((variable, i) => variable.assign(states[i] as Tensor));
  }

  /** Shapes of the states for input of that shape. @internal */
  stateShapes([batch = null]: PartialShape): PartialShape[] {
    return stateShapesOf(this.cell, batch);
  }

  /** Shape of a step's output, given the shape of its input. */
  protected stepOutputShape([batch = null]: PartialShape): PartialShape {
    return [batch, ...outputShapeOf(this.cell)];
  }

  override computeOutputShape(inputShape: PartialShape): unknown {
    const [batch = null, ...rest] = this.stepOutputShape(inputShape);
    const output = this.returnSequences
      ? [batch, inputShape[1] ?? null, ...rest]
      : [batch, ...rest];
    return this.returnState
      ? [output, ...packStates(this.cell, this.stateShapes(inputShape))]
      : output;
  }

  override computeOutputSpec(
    x: Symbolic<Tensor>,
    options: ApplyOptions & Partial<RecurrentArguments> = {},
  ): Nest<TensorSpec> {
    const specs = super.computeOutputSpec(x, options);
    const { initialState = null } = options;
    if (initialState !== null) {
      const states = flattenNest(initialState, isSymbolicOrValue);
      checkStateShapes(`${this.label}: initialState`, states, this.stateShapes(x.shape));
    }
    return specs;
  }
}

/** Options of every recurrent layer. */
export interface RecurrentLayerOptions extends OptionsOf<typeof RecurrentLayer> {}

type LayerClass = abstract new (...args: never[]) => Layer<Tensor, unknown, RecurrentArguments>;

/** A class of layers whose type says what `call` gives. */
export type Giving<Base extends LayerClass> = Omit<Base, 'prototype'> &
  (new <Out>(
    ...args: ConstructorParameters<Base>
  ) => Layer<Tensor, Out, RecurrentArguments> & InstanceType<Base>);

/** The class itself, of a type that takes the type of what `call` gives. */
export function giving<Base extends LayerClass>(base: Base): Giving<Base> {
  return base as unknown as Giving<Base>;
}

/** The options of a cell, as the layer that runs it keeps them. */
export function cellOptionsOf<D extends object>(
  layer: object,
  declaration: D,
): Record<Exclude<keyof D, 'units'>, never> {
  const names = Object.keys(declaration).filter((name) => name !== 'units');
  return Object.fromEntries(
    names.map((name) => [name, Reflect.get(layer, name) as unknown]),
  ) as Record<keyof D, never>;
}
