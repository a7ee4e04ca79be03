import {
  choice,
  configurable,
  flattenNest,
  isDeclared,
  isSerializedObject,
  naming,
  own,
  snakeCase,
} from '../../../config/index.js';
import type {
  Config,
  Declaring,
  KerasClass,
  Nest,
  OptionsOf,
  SerializedObject,
} from '../../../config/index.js';
import { Layer } from '../core/layer.js';
import type { AnyLayer } from '../core/layer.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { add, concat, div, mul, slice } from '../../../engine/ops/index.js';
import type { PartialShape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { ApplyOptions, CallOptions } from '../core/layer-options.js';
import { isSymbolicOrValue } from '../core/layer-checks.js';
import { deserializeLayer, serializeLayer } from '../registry.js';
import { isShape } from '../core/symbolic-tensor.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import { checkStateShapes } from './cell.js';
import type { CellStates, StatesOf } from './cell.js';
import { giving, RecurrentLayer } from './recurrent-layer.js';
import type { RecurrentArguments } from './recurrent-layer.js';

/**
 * A new layer with the options of one, but for what changes. The layers among the options, such as cells, are new too. A
 * class of Keras's is made of the options as they are, so that nothing need be known by name; one of a user's of its config.
 */
function copyLayer<T extends AnyLayer>(layer: T, change: Readonly<Record<string, unknown>>): T {
  const type = layer.constructor as unknown as Declaring &
    KerasClass<T> &
    (new (...args: readonly unknown[]) => T);
  if (!isDeclared(type)) {
    const changed = Object.entries(change).map(
      ([name, value]) => [snakeCase(name), value] as const,
    );
    return type.fromConfig({ ...layer.getConfig(), ...Object.fromEntries(changed) });
  }
  const { name, trainable, activityRegularizer } = layer;
  const options: Record<string, unknown> = { name, trainable, activityRegularizer };
  for (const [key, { isOwn, isStored }] of Object.entries(type.declared)) {
    if (isOwn !== true && isStored !== false) options[key] = copyValue(Reflect.get(layer, key));
  }
  const { positional = [] } = type.facts;
  const all = { ...options, ...change };
  const rest = Object.entries(all).filter(([key]) => !positional.includes(key));
  return new type(
    ...positional.map((key) => all[key as keyof typeof all]),
    Object.fromEntries(rest),
  );
}

function copyValue(value: unknown): unknown {
  if (value instanceof Layer) return copyLayer(value as AnyLayer, {});
  return Array.isArray(value) ? value.map(copyValue) : value;
}

/** How `Bidirectional` makes one output of two. */
const MODES = ['sum', 'mul', 'concat', 'ave'] as const;

type MergeMode = (typeof MODES)[number];

const Base = configurable(
  Layer<Tensor, unknown, RecurrentArguments>,
  'Bidirectional',
  {
    /** The layer that goes forwards: a new layer with its options is created. */
    layer: own<RecurrentLayer | SerializedObject>(),
    /**
     * How the two outputs are combined: `'concat'` (along the last axis), `'sum'`, `'mul'` or `'ave'` (the mean); null returns
     * both. Default `'concat'`.
     */
    mergeMode: choice(MODES, { default: 'concat', orNull: true }),
    /** The layer that goes backwards. Default: a new layer with the options of `layer`. */
    backwardLayer: own<RecurrentLayer | SerializedObject | null>(),
  },
  { positional: ['layer'] },
);

/** Options of `Bidirectional`. */
export interface BidirectionalOptions<
  Mode extends MergeMode | null = MergeMode | null,
> extends Omit<OptionsOf<typeof Base>, 'mergeMode'> {
  /**
   * How the two outputs are combined: `'concat'` (along the last axis), `'sum'`, `'mul'` or `'ave'` (the mean); null returns
   * both. Default `'concat'`.
   */
  readonly mergeMode?: Mode;
}

type Outputs<Mode> = Mode extends null
  ? readonly [forwards: Tensor, backwards: Tensor]
  : readonly [output: Tensor];

/** The states of a recurrent layer, as far as its type says how many. */
type StatesOfLayer<Inner> = Inner extends { readonly cell: infer Cell }
  ? StatesOf<Cell>
  : CellStates;

/** What `Bidirectional` gives: a tensor where it is one, else the outputs and then all states. */
type BidirectionalOutput<Inner, Mode, ReturnState> = ReturnState extends true
  ? readonly [...Outputs<Mode>, ...StatesOfLayer<Inner>, ...StatesOfLayer<Inner>]
  : Mode extends null
    ? Outputs<Mode>
    : Tensor;

/**
 * Runs a recurrent layer forwards and backwards over a sequence. x is [batch, steps, …]; both outputs are in the order of x's
 * steps. With `returnState` the states follow the output, those of the forward layer first. Keras: `Bidirectional`.
 *
 * The two layers are called `forward_…` and `backward_…`. If the output contains all steps, it is 0 at masked steps.
 * `initialState` is a list of the states of both layers, those of the forward layer first.
 *
 * @example new layers.Bidirectional(new layers.LSTM(8, { returnSequences: true }), { inputShape: [20, 3] })
 * @example
 * const both = new layers.Bidirectional(new layers.GRU(4), { mergeMode: null });
 * const [forwards, backwards] = both.apply(zeros([2, 20, 3]));
 */
export class Bidirectional<
  Inner extends RecurrentLayer = RecurrentLayer,
  const Mode extends MergeMode | null = 'concat',
> extends giving(Base)<BidirectionalOutput<Inner, Mode, Inner['returnState']>> {
  override readonly callArguments: readonly string[] = ['initialState'];
  /** The layer that goes forwards. */
  readonly forwardLayer: RecurrentLayer;
  /** The layer that goes backwards. */
  readonly backwardLayer: RecurrentLayer;
  /** Whether the output has steps, which a mask would say more about. @internal */
  readonly losesMask: boolean;

  /**
   * @param layer the layer that goes forwards: a new layer with its options is created
   * @throws ValueError if `layer` is not a recurrent layer or goes backwards, if `backwardLayer` does not go backwards or
   * differs from `layer` in `returnSequences`, `returnState` or `stateful`, or for an option that is unknown or out of range.
   */
  constructor(layer: Inner | SerializedObject, options: BidirectionalOptions<Mode> = {}) {
    super(options, [layer]);
    this.forwardLayer = copied(`${this.label}: layer`, layer, 'forward_', {});
    const { backwardLayer = null } = options;
    this.backwardLayer =
      backwardLayer === null
        ? copied(`${this.label}: layer`, layer, 'backward_', { goBackwards: true })
        : recurrent(`${this.label}: backwardLayer`, backwardLayer);
    this.#requirePair();
    const { returnSequences } = this.forwardLayer;
    this.losesMask = returnSequences;
    for (const inner of [this.forwardLayer, this.backwardLayer]) {
      // As Keras: the outputs of both directions are merged step by step.
      (inner as { zeroOutputForMask: boolean }).zeroOutputForMask = returnSequences;
      inner.losesMask = false;
    }
    this.inputSpec = this.forwardLayer.inputSpec;
  }

  #requirePair(): void {
    const { forwardLayer, backwardLayer } = this;
    if (forwardLayer.goBackwards || !backwardLayer.goBackwards) {
      throw new ValueError(
        forwardLayer.goBackwards
          ? `${this.label}: the layer '${forwardLayer.name}' goes backwards already. Give a layer without goBackwards.`
          : `${this.label}: backwardLayer '${backwardLayer.name}' goes forwards. Give it goBackwards: true.`,
      );
    }
    for (const name of ['stateful', 'returnSequences', 'returnState'] as const) {
      if (forwardLayer[name] === backwardLayer[name]) continue;
      throw new ValueError(
        `${this.label}: both layers must agree in ${name}, but it is ${forwardLayer[name]} for '${forwardLayer.name}' and ` +
          `${backwardLayer[name]} for '${backwardLayer.name}'.`,
      );
    }
  }

  /** Whether the final states of a batch are the initial states of the next. */
  get stateful(): boolean {
    return this.forwardLayer.stateful;
  }

  /** Whether the output contains all steps. */
  get returnSequences(): boolean {
    return this.forwardLayer.returnSequences;
  }

  /** Whether the states are returned too. */
  get returnState(): boolean {
    return this.forwardLayer.returnState;
  }

  /** The states of a stateful layer after the last batch, those of the forward layer first; null before the first batch. */
  get states(): readonly Variable[] | null {
    const [forwards, backwards] = [this.forwardLayer.states, this.backwardLayer.states];
    return forwards === null || backwards === null ? null : [...forwards, ...backwards];
  }

  /** Resets the states of a stateful layer to zeros. The next batch may have a different size. Keras: `reset_state`. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  /** Another name for `resetState`, as in Keras. */
  resetStates(): void {
    this.resetState();
  }

  override build(inputShape: PartialShape): void {
    for (const inner of [this.forwardLayer, this.backwardLayer]) {
      if (!inner.built) inner.build(inputShape);
    }
    this.inputSpec = this.forwardLayer.inputSpec;
  }

  /**
   * The output and, with `returnState`, the states.
   *
   * @throws ShapeError for a mask or states of a wrong shape.
   */
  override call(x: Tensor, options: CallOptions & RecurrentArguments): never {
    const { training, mask = null, initialState = null } = options;
    const { forwardLayer, backwardLayer } = this;
    const states = this.#halves('initialState', initialState, x.shape);
    const results = [forwardLayer, backwardLayer].map((inner, i): readonly Tensor[] => {
      const given = states === undefined ? {} : { initialState: states[i] as readonly Tensor[] };
      const y = inner.apply(x, { training, mask, ...given });
      return this.returnState ? (y as readonly Tensor[]) : [y as Tensor];
    });
    const [[forwards, ...after] = [], [last, ...afterBackwards] = []] = results;
    if (forwards === undefined || last === undefined) throw new ValueError('no output');
    const backwards = this.returnSequences ? slice(last, ':', '::-1') : last;
    const outputs = merge(this.mergeMode, forwards, backwards);
    const all = [...outputs, ...after, ...afterBackwards];
    return (all.length === 1 ? all[0] : all) as never;
  }

  /** The given states of each layer; undefined if none were given. */
  #halves(
    owner: string,
    given: RecurrentArguments['initialState'],
    shape: PartialShape,
  ): readonly [forwards: readonly unknown[], backwards: readonly unknown[]] | undefined {
    if (given === null || given === undefined) return undefined;
    const states = flattenNest(given, isSymbolicOrValue) as (Tensor | SymbolicTensor)[];
    const [first, second] = [this.forwardLayer, this.backwardLayer].map((inner) =>
      inner.stateShapes(shape),
    ) as [PartialShape[], PartialShape[]];
    checkStateShapes(owner, states, [...first, ...second]);
    return [states.slice(0, first.length), states.slice(first.length)];
  }

  override computeOutputShape(inputShape: PartialShape): never {
    const [forwards, backwards] = [this.forwardLayer, this.backwardLayer].map((inner) => {
      const shapes = inner.computeOutputShape(inputShape);
      return (isShape(shapes) ? [shapes] : shapes) as readonly PartialShape[];
    }) as [readonly PartialShape[], readonly PartialShape[]];
    const [[output = [], ...states], [other = [], ...otherStates]] = [forwards, backwards];
    const last = output.at(-1) ?? 0;
    const outputs =
      this.mergeMode === null
        ? [output, other]
        : this.mergeMode === 'concat'
          ? [[...output.slice(0, -1), last + (other.at(-1) ?? 0)]]
          : [output];
    const all = [...outputs, ...states, ...otherStates];
    return (all.length === 1 ? all[0] : all) as never;
  }

  override computeOutputSpec(
    x: Symbolic<Tensor>,
    options: ApplyOptions & Partial<RecurrentArguments> = {},
  ): Nest<TensorSpec> {
    const specs = super.computeOutputSpec(x, options);
    this.#halves(`${this.label}: initialState`, options.initialState, x.shape);
    return specs;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      layer: serializeLayer(this.forwardLayer),
      backward_layer: serializeLayer(this.backwardLayer),
    };
  }
}

function merge(mode: MergeMode | null, a: Tensor, b: Tensor): readonly Tensor[] {
  switch (mode) {
    case null:
      return [a, b];
    case 'concat':
      return [concat([a, b], -1)];
    case 'mul':
      return [mul(a, b)];
    case 'sum':
      return [add(a, b)];
    case 'ave':
      return [div(add(a, b), 2)];
  }
}

/** A recurrent layer, or the one that a config describes. */
function recurrent(owner: string, given: unknown): RecurrentLayer {
  const isConfig = isSerializedObject(given) && !(given instanceof Layer);
  const layer: unknown = isConfig ? naming(owner, () => deserializeLayer(given)) : given;
  if (layer instanceof RecurrentLayer) return layer;
  throw new ValueError(
    `${owner} must be a recurrent layer, such as layers.LSTM or layers.RNN, got ${describeValue(layer)}.`,
  );
}

/** A new layer with the options of one, but for what changes, and with `prefix` before its name. */
function copied(
  owner: string,
  given: unknown,
  prefix: string,
  change: Readonly<Record<string, unknown>>,
): RecurrentLayer {
  const layer = recurrent(owner, given);
  const name = prefix + layer.name.replace(new RegExp(`^${prefix}`), '');
  try {
    return naming(owner, () => copyLayer(layer, { ...change, name }));
  } finally {
    // One of a config may have been built.
    if (layer !== given) layer.dispose();
  }
}
