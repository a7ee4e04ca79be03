import { describeValue, printable } from '../../../config/describe-value.js';
import {
  checkBoolean,
  checkOptions,
  checkText,
  classNameOf,
  configure,
  isListOf,
  KerasObject,
  naming,
  pythonNameOf,
  uniqueName,
} from '../../../config/index.js';
import { getConstraint } from '../../constraints/registry.js';
import type { ConstraintIdentifier } from '../../constraints/registry.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { getInitializer } from '../../initializers/registry.js';
import type { InitializerIdentifier } from '../../initializers/registry.js';
import { clone } from '../../../engine/ops/index.js';
import { getRegularizer } from '../../regularizers/registry.js';
import type { RegularizerIdentifier } from '../../regularizers/registry.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import {
  formatShape,
  requireList,
  requireRoom,
  sameShape,
  sizeOf,
  tidy,
  toTensor,
  Variable,
  zeros,
} from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { withoutScopes } from '../../../engine/tensor/owner.js';
import type { Owned } from '../../../engine/tensor/owner.js';
import { checkDType } from '../../../config/dtype.js';
import type { DTypeName } from '../../../config/dtype.js';
import type { Adapter } from './adapter.js';
import type { LayerOptions } from './layer-options.js';
import { takeRoom } from './weights-room.js';

/** The regularizers behind the penalties of weights. */
const penalties = new WeakMap<object, Regularizer>();

/** The regularizer that a weight was made with, by its penalty; undefined for another function. */
export function penaltyOf(penalty: ((x: Tensor) => Tensor) | undefined): Regularizer | undefined {
  return penalty && penalties.get(penalty);
}

/** A weight that can be stored in fewer bytes than float32. */
export interface QuantizableWeight {
  readonly weight: Variable;
  /** The axes over which products are summed: the numbers along them share a scale. */
  readonly axes: readonly number[];
}

/** Options of `addWeight`. */
export interface WeightOptions {
  /** Initial values. Default: `'glorotUniform'` for float32, otherwise `'zeros'`. */
  readonly initializer?: InitializerIdentifier;
  /** Whether training changes the weight. Default true. */
  readonly trainable?: boolean;
  /** Penalty that is added to the loss. Default: none. */
  readonly regularizer?: RegularizerIdentifier;
  /** Constraint on the weight, applied after each update. Default: none. */
  readonly constraint?: ConstraintIdentifier;
  /** The dtype. Default float32. */
  readonly dtype?: DTypeName;
}

const WEIGHT_OPTIONS = ['initializer', 'trainable', 'regularizer', 'constraint', 'dtype'] as const;

/**
 * The layers that are being applied or built, outermost first: a weight's path starts with their
 * names.
 */
const running: WeightHolder[] = [];

/** Ends the work of the layer that began last. */
export function endWork(): void {
  running.pop();
}

/**
 * What a layer is apart from what it computes: a name, weights, and the layers inside it with
 * theirs.
 */
export abstract class WeightHolder extends KerasObject {
  /** Name of the layer, unique within a model. */
  readonly name: string;
  /** What LoRA adds to a weight of the layer; undefined without it. `enableLora` defines the property. @internal */
  declare readonly adapter: Adapter | undefined;
  /** Counts the changes of what the layer holds: weights that are added, layers inside. @internal */
  structureRevision = 0;
  #trainable: boolean;
  readonly #trainableVariables: Variable[] = [];
  readonly #otherVariables: Variable[] = [];
  /** The tensors that `build` has made; what nothing else holds of them may be collected. */
  #made: readonly WeakRef<Owned>[] = [];

  constructor(options: LayerOptions, ownOptions: readonly string[]) {
    super();
    const className = classNameOf(this);
    checkOptions(className, options);
    if (!isListOf(ownOptions, isText)) {
      throw new ValueError(
        `${className}: takes options in one object, followed only by names, got ${describeValue(ownOptions)}.`,
      );
    }
    const { name, trainable = true } = options;
    this.name = checkName(className, name ?? uniqueName(pythonNameOf(this)));
    // Keras asks whether it counts as true, and null does not.
    this.#trainable = trainable !== null && checkBoolean(className, 'trainable', trainable);
    configure(this, options, this.label, ownOptions);
  }

  /** Whether the weights exist. */
  abstract get built(): boolean;

  /** The name of the layer in messages. */
  protected get label(): string {
    return `${classNameOf(this)} layer '${printable(this.name)}'`;
  }

  /** Whether the layer is being built or applied. */
  protected get isAtWork(): boolean {
    return running.includes(this);
  }

  /** Marks the layer as working until `endWork`, which has to be called even after an error. */
  protected beginWork(): void {
    running.push(this);
  }

  /** Runs `f` as work of this layer. @internal */
  protected within(f: () => void): void {
    this.beginWork();
    try {
      f();
    } finally {
      endWork();
    }
  }

  /**
   * Runs `f` as work of this layer. The tensors that it makes live as long as the layer, whatever scope is open; if it fails,
   * they and the weights that it made are gone again.
   *
   * @internal
   */
  makingWeights(f: () => void): void {
    const lists = [this.#trainableVariables, this.#otherVariables];
    const before = lists.map((list) => list.length);
    try {
      const left = withoutScopes(() => {
        this.within(f);
      });
      this.#made = [...this.#made, ...left.map((tensor) => new WeakRef(tensor))];
    } catch (error) {
      lists.forEach((list, i) => {
        for (const weight of list.splice(before[i] ?? 0)) weight.dispose();
      });
      throw error;
    }
  }

  /** True while no layer is being built or applied. */
  protected get isOutermost(): boolean {
    return running.length === 0;
  }

  /**
   * Creates a weight. Call it in `build` or in the constructor.
   *
   * @param name short name, as in files: `'kernel'`
   * @throws ShapeError if a length is unknown, ValueError if the name is taken.
   */
  addWeight(name: string, shape: PartialShape, options: WeightOptions = {}): Variable {
    checkOptions(`${this.label}: addWeight`, options, WEIGHT_OPTIONS);
    checkText(`${this.label}: addWeight`, 'name', name);
    requireList(`${this.label}: addWeight`, 'shape', shape);
    const { trainable = true } = options;
    const dtype = checkDType(options.dtype ?? 'float32');
    if ([...this.#trainableVariables, ...this.#otherVariables].some((w) => w.name === name)) {
      throw new ValueError(`${this.label} has a weight '${name}' already. Choose another name.`);
    }
    const lengths = shape.filter((length) => length !== null);
    if (lengths.length < shape.length) {
      throw new ShapeError(
        `${this.label}: weight '${name}' of shape ${formatShape(shape)} cannot be made, as a length is unknown. ` +
          `Build the layer with an input shape in which only the batch axis is unknown.`,
      );
    }
    const owner = `${this.label}: weight '${name}'`;
    const room = takeRoom(lengths);
    requireRoom(lengths, dtype, owner);
    const fallback = dtype === 'float32' ? 'glorot_uniform' : 'zeros';
    const initializer = getInitializer(options.initializer ?? fallback);
    const pending = dtype === 'float32' ? room?.pending : undefined;
    const initial =
      room === undefined
        ? naming(owner, () => initializer.apply(lengths, dtype))
        : zeros(pending === undefined ? lengths : [0], dtype);
    const variable = new Variable(initial, { name, trainable });
    if (pending !== undefined) variable.hold(pending(lengths));
    variable.path =
      [...new Set([...running, this])].map((layer) => `${layer.name}/`).join('') + name;
    const regularizer = getRegularizer(options.regularizer);
    if (regularizer !== null) {
      const penalty = (x: Tensor): Tensor => regularizer.call(x);
      penalties.set(penalty, regularizer);
      variable.regularizer = penalty;
    }
    const constraint = getConstraint(options.constraint);
    if (constraint !== null) variable.constraint = (w) => constraint.call(w);
    (trainable ? this.#trainableVariables : this.#otherVariables).push(variable);
    this.structureRevision++;
    return variable;
  }

  /** The layers in this layer's properties. */
  abstract subLayers(): readonly WeightHolder[];

  /**
   * Whether training changes the weights. Setting it also sets it on the layers inside. While it is false, no weight is
   * trainable.
   */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = checkBoolean(this.label, 'trainable', value);
    const frozen = this.adapter?.weight;
    for (const variable of this.#trainableVariables)
      variable.trainable = value && variable !== frozen;
    for (const layer of this.subLayers()) layer.trainable = value;
  }

  /**
   * All weights: those created as trainable, then the others, then those of the layers inside. Empty before `build`.
   */
  get weights(): Variable[] {
    const inside = this.subLayers().flatMap((layer) => layer.weights);
    return [...new Set([...this.ownWeights, ...inside])];
  }

  /** The weights of the layer itself, without those of the layers inside. @internal */
  get ownWeights(): readonly Variable[] {
    return [...this.#trainableVariables, ...this.#otherVariables];
  }

  /** The weights that training changes. */
  get trainableWeights(): Variable[] {
    if (!this.#trainable) return [];
    const own = this.#trainableVariables.filter((w) => w.trainable && w.quantized === undefined);
    const layers = this.subLayers();
    if (layers.length === 0) return own;
    // A layer that stands in two places has its weights once.
    const found = new Set(own);
    for (const layer of layers) for (const weight of layer.trainableWeights) found.add(weight);
    return [...found];
  }

  /** The weights that training does not change. */
  get nonTrainableWeights(): Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** The weights that `model.quantize` stores in fewer bytes; none before the layer is built. @internal */
  get quantizable(): readonly QuantizableWeight[] {
    return [];
  }

  /** Number of elements of all weights. @throws ValueError before the layer is built. */
  countParams(): number {
    if (!this.built) {
      throw new ValueError(
        `${this.label} is not built, so its weights cannot be counted. Call build(inputShape) or apply(x) first.`,
      );
    }
    return this.weights.reduce((count, weight) => count + sizeOf(weight.shape), 0);
  }

  /** Copies of the weights' values, in the order of `weights`. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => weight.quantized?.expand() ?? clone(weight.value));
  }

  /**
   * Replaces the weights' values, in the order of `weights`. If one of them does not fit, nothing changes.
   *
   * @param values a tensor, or a value that stands for one, for each weight, of the weight's shape and dtype
   * @throws ValueError for a wrong number of values, ShapeError for a wrong shape or dtype.
   */
  setWeights(values: readonly TensorLike[]): void {
    const { weights } = this;
    requireList(`${this.label}: setWeights`, 'values', values);
    if (values.length !== weights.length) {
      const list = weights.map((w) => `${w.name} ${formatShape(w.shape)}`).join(', ');
      throw new ValueError(
        `${this.label}: setWeights got ${values.length} values, but the layer has ${weights.length} weights` +
          (this.built
            ? ` (${list}).`
            : `: it is not built. Call build(inputShape) or apply(x) first.`),
      );
    }
    tidy(() => {
      const tensors = values.map((value, i) => toTensor(value, weights[i]?.dtype));
      weights.forEach((weight, i) => {
        const { shape = [], dtype } = tensors[i] ?? {};
        if (sameShape(shape, weight.shape) && dtype === weight.dtype) return;
        throw new ShapeError(
          `${this.label}: setWeights got shape ${formatShape(shape)}, ${dtype ?? ''}, for weight '${weight.name}', ` +
            `which has shape ${formatShape(weight.shape)}, ${weight.dtype}.`,
        );
      });
      weights.forEach((weight, i) => {
        const value = tensors[i];
        if (value !== undefined) weight.assign(value);
      });
    });
  }

  /** Frees the weights and the tensors that `build` created, including those of the layers inside. */
  dispose(): void {
    for (const weight of this.ownWeights) weight.dispose();
    for (const tensor of this.#made) tensor.deref()?.dispose();
    for (const layer of this.subLayers()) layer.dispose();
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';

function checkName(className: string, name: unknown): string {
  // Files cut a name at a zero, and half a surrogate pair is not a text to them.
  if (typeof name === 'string' && name !== '' && !/[/\0]|\p{Surrogate}/u.test(name)) return name;
  throw new ValueError(
    `${className}: name must be a text that is not empty and holds no '/', zero or half of a character, got ` +
      `${describeValue(name)}.`,
  );
}
