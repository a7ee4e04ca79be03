import {
  formatShape,
  requireList,
  requireTensor,
  sameShape,
  Tensor,
  tidy,
  toTensor,
  zeros,
} from '../tensor/index.js';
import { describeValue, printable } from '../config/describe-value.js';
import {
  camelCase,
  checkBoolean,
  checkOptions,
  classNameOf,
  declaredConfig,
  indent,
  naming,
  requireObject,
  showAs,
  withOwner,
} from '../config/index.js';
import type { Config } from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { div } from '../ops/index.js';
import { takeLogits } from '../ops/logits.js';
import { getRegularizer, serializeRegularizer } from '../regularizers/registry.js';
import type { Regularizer } from '../regularizers/index.js';
import type { PartialShape, TensorLike } from '../tensor/index.js';
import type { DType } from '../tensor/dtype.js';
import { hasScope } from '../tensor/scope.js';
import { checkInput } from './input-spec.js';
import type { InputSpec } from './input-spec.js';
import {
  batchShapeOf,
  checkLayerDType,
  FLOAT32_POLICY,
  LAYER_DECLARATION,
} from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { WeightHolder } from './weight-holder.js';

/** True while a layer is put into words: it must not run for that. */
let isLookedAt = false;

const NOT_TRAINING = { training: false };

/** What `call` is told beside its input. */
export interface CallOptions {
  /** True while fitting: Dropout drops, normalization uses the batch. */
  readonly training: boolean;
}

/**
 * A function of tensors with weights. A subclass computes in `call`, makes its weights in `build`,
 * and holds other layers in ordinary properties (or arrays in them), where their weights are found.
 *
 * @example
 * class Scale extends layers.Layer {
 *   static override readonly className = 'Scale';
 *   factor?: Variable;
 *   override build(inputShape: PartialShape): void {
 *     this.factor = this.addWeight('factor', inputShape.slice(-1), { initializer: 'ones' });
 *   }
 *   override call(x: Tensor): Tensor {
 *     return x.mul(this.factor?.value ?? 1);
 *   }
 * }
 */
export class Layer extends WeightHolder {
  static override readonly className: string = 'Layer';
  static override readonly declared = LAYER_DECLARATION;

  /** Shape of a batch, as the options `inputShape` or `batchInputShape` say it. */
  readonly batchInputShape: PartialShape | undefined;
  /** The penalty of what the layer computes, divided by the batch size and added to the loss. */
  activityRegularizer: Regularizer | null;
  /** What `apply` checks its input against. */
  inputSpec: InputSpec = {};
  readonly #getLabel = (): string => this.label;
  #builtFor: PartialShape | undefined;
  #addedLosses: Tensor[] = [];
  #hasRun = false;
  #subLayers: readonly Layer[] | undefined;

  /**
   * @param options what all layers take
   * @param ownOptions names of the further options of the subclass, which come in `options` too
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(options: LayerOptions = {}, ownOptions: readonly string[] = []) {
    requireList('Layer', 'ownOptions', ownOptions);
    super(options, ownOptions);
    const className = classNameOf(this);
    checkLayerDType(className, options.dtype);
    this.batchInputShape = batchShapeOf(className, options);
    this.activityRegularizer = naming(this.label, () =>
      getRegularizer(options.activityRegularizer),
    );
    // A subclass overrides these; whoever calls them, their arguments are what they expect, and what surrounds build()
    // happens once.
    const build = this.build.bind(this);
    const call = this.call.bind(this);
    const computeOutputShape = this.computeOutputShape.bind(this);
    this.build = (inputShape) => {
      this.#checkShape('build', inputShape);
      this.#buildOnce(build, inputShape);
    };
    this.call = (x, callOptions = NOT_TRAINING) => {
      if (!(x instanceof Tensor)) requireTensor(`${this.label}: call`, x);
      if (!callOptions) checkOptions(`${this.label}: call`, callOptions, ['training']);
      return call(x, callOptions);
    };
    this.computeOutputShape = (inputShape) => {
      this.#checkShape('computeOutputShape', inputShape);
      return computeOutputShape(inputShape);
    };
  }

  #checkShape(method: string, shape: PartialShape): void {
    requireList(`${this.label}: ${method}`, 'inputShape', shape);
    if (shape.every((length) => length === null || (Number.isInteger(length) && length >= 0)))
      return;
    throw new ShapeError(
      `${this.label}: ${method} takes a shape of whole numbers, null for any length, got ${describeValue(shape)}.`,
    );
  }

  /** Type of what the layer computes. */
  get dtype(): DType {
    return 'float32';
  }

  /** Whether the weights exist. */
  override get built(): boolean {
    return this.#builtFor !== undefined;
  }

  /** The batch shape that the layer was built for, `null` on the batch axis; undefined before. */
  get inputShape(): PartialShape | undefined {
    return this.#builtFor;
  }

  /** The batch shape of what the layer gives; undefined before it is built. */
  get outputShape(): PartialShape | undefined {
    return this.#builtFor === undefined ? undefined : this.computeOutputShape(this.#builtFor);
  }

  /**
   * Makes the weights for input of that batch shape, `[null, 784]`. Runs by itself at the first
   * `apply`; a second call for the same sample shape does nothing.
   *
   * @throws ShapeError if the layer cannot take that shape, or was built for another one.
   */
  build(_inputShape: PartialShape): void {
    // A layer without weights has nothing to make.
  }

  #buildOnce(build: (inputShape: PartialShape) => void, inputShape: PartialShape): void {
    if (this.#builtFor !== undefined) {
      if (this.weights.length === 0 || sameShape(this.#builtFor.slice(1), inputShape.slice(1))) {
        return;
      }
      throw new ShapeError(
        `${this.label} was built for input of shape ${formatShape(this.#builtFor)} and cannot be built again for ` +
          `${formatShape(inputShape)}. Make a new layer.`,
      );
    }
    checkInput(this.#getLabel, this.inputSpec, { shape: inputShape });
    this.makingWeights(() => {
      build(inputShape);
    });
    this.#builtFor = [...inputShape];
  }

  /** Forgets the input shape, for a container that no longer holds what was built for it. */
  protected forgetBuild(): void {
    this.#builtFor = undefined;
  }

  /**
   * Computes the layer's output. Subclasses override it; callers use `apply`, which checks and
   * builds first.
   */
  call(_x: Tensor, _options?: CallOptions): Tensor {
    throw new ValueError(
      `${this.label} has no call(). A layer class needs call(x, { training }) that returns a tensor.`,
    );
  }

  /**
   * The layer's output for a batch `x`; builds the layer at first use. `training` is false unless
   * given. Outside of `tidy` it leaves no other tensor behind.
   *
   * @throws ShapeError or DTypeError, naming the layer, for input that it does not take.
   */
  apply(x: TensorLike, options: { readonly training?: boolean } = {}): Tensor {
    if (!options) checkOptions(this.label, options, ['training']);
    const { training = false } = options;
    for (const key in options) {
      if (key !== 'training') checkOptions(this.label, options, ['training']);
    }
    if (typeof training !== 'boolean') checkBoolean(this.label, 'training', training);
    if (hasScope()) return this.#applied(x, training);
    // Outside of scopes nothing is left but the result, and what is to be added to the loss.
    return tidy((): [Tensor, ...Tensor[]] => {
      const y = this.#applied(x, training);
      return [y, ...takeLogits(y), ...this.#allAddedLosses()];
    })[0];
  }

  #applied(x: TensorLike, training: boolean): Tensor {
    const input = toTensor(x);
    checkInput(this.#getLabel, this.inputSpec, input, this.#builtFor);
    if (!this.built) this.build(input.ndim === 0 ? [] : [null, ...input.shape.slice(1)]);
    if (this.isOutermost) this.clearLosses();
    const y = this.#callNamed(input, training);
    if (this.activityRegularizer !== null) this.addLoss(this.#activityLoss(y));
    return y;
  }

  /** `call` with its errors naming the layer and its result checked. */
  #callNamed(x: Tensor, training: boolean): Tensor {
    try {
      const y: unknown = this.within(() => this.call(x, { training }));
      this.#hasRun = true;
      if (y instanceof Tensor) return y;
      throw new ValueError(`call() must return a tensor, it returned ${describeValue(y)}.`);
    } catch (error) {
      throw withOwner(this.label, error);
    }
  }

  /** Keras: the penalty of the output, divided by the batch size. */
  #activityLoss(y: Tensor): Tensor {
    const penalty = this.activityRegularizer?.call(y) ?? zeros([]);
    const batchSize = y.shape[0] ?? 1;
    return y.ndim === 0 || batchSize === 0 ? penalty : div(penalty, batchSize);
  }

  /**
   * The batch shape of the output for input of batch shape `inputShape`. Unless overridden it is
   * found by calling the layer on one sample of zeros.
   *
   * @throws ShapeError if that cannot be found: then override this method.
   */
  computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch, ...sample] = inputShape;
    const lengths = sample.filter((length) => length !== null);
    if (batch === undefined || lengths.length < sample.length || isLookedAt) {
      throw new ShapeError(
        `${this.label}: the output shape for input ${formatShape(inputShape)} is unknown. Give the class a ` +
          `computeOutputShape(inputShape).`,
      );
    }
    if (!this.built) this.build(inputShape);
    const [, ...output] = tidy(() => this.#callNamed(zeros([1, ...lengths]), false).shape);
    return [batch, ...output];
  }

  override subLayers(): readonly Layer[] {
    if (this.#subLayers !== undefined) return this.#subLayers;
    const found = Object.values(this)
      .flat()
      .filter((value: unknown) => value instanceof Layer);
    // Looked for until it has run once: then a layer has all the layers it will have, and each step asks for them.
    if (this.#hasRun) this.#subLayers = found;
    return found;
  }

  /** Adds a scalar to the loss, from within `call`. */
  addLoss(loss: Tensor): void {
    this.#addedLosses.push(loss);
  }

  /**
   * What is to be added to the loss: what the last outermost `apply` has added by `addLoss` and the
   * activity regularizer, which lives as long as what `apply` computed; and the penalties of the
   * trainable weights.
   */
  losses(): Tensor[] {
    const penalties: Tensor[] = [];
    for (const { regularizer, value } of this.trainableWeights) {
      if (regularizer !== undefined) penalties.push(regularizer(value));
    }
    return [...this.#allAddedLosses(), ...penalties];
  }

  #allAddedLosses(): Tensor[] {
    const inside = this.subLayers().flatMap((layer) => layer.#allAddedLosses());
    return [...this.#addedLosses, ...inside];
  }

  /** Forgets what was added to the loss; an outermost `apply` begins with it. */
  clearLosses(): void {
    if (this.#addedLosses.length > 0) this.#addedLosses = [];
    for (const layer of this.subLayers()) layer.clearLosses();
  }

  /** The layer in a line: class, name, shapes, number of weights. */
  override toString(): string {
    const facts = [`${classNameOf(this)} name=${printable(this.name)}`];
    const { inputShape } = this;
    if (inputShape === undefined) facts.push('not built');
    else {
      facts.push(`input=${formatShape(inputShape)}`);
      isLookedAt = true;
      try {
        facts.push(`output=${formatShape(this.outputShape ?? [])}`);
      } catch {
        // Not known without running the layer.
      } finally {
        isLookedAt = false;
      }
      facts.push(`params=${this.countParams()}`);
    }
    return `<${facts.join(', ')}>`;
  }

  /** What consoles show: the layer, and the layers inside as deep as `depth` says. @internal */
  describe(depth: number): string {
    if (depth < 0) return String(this);
    return String(this) + indent(this.subLayers().map((layer) => layer.describe(depth - 1)));
  }

  /** The constructor's arguments in Keras's spelling. */
  override getConfig(): Config {
    const { activityRegularizer: penalty } = this;
    const ofOutput =
      penalty === null ? {} : { activity_regularizer: serializeRegularizer(penalty) };
    return {
      name: this.name,
      trainable: this.trainable,
      dtype: FLOAT32_POLICY,
      ...ofOutput,
      ...declaredConfig(this),
      // Once more: some classes write null where there is none.
      ...ofOutput,
    };
  }

  /**
   * The layer of such a config. Unless overridden it calls the constructor with one options object,
   * the keys in camelCase.
   */
  static fromConfig(config: Config): Layer {
    // Keras's base class writes it: whether inputs of other float types are converted, of which there are none here.
    const { autocast: _, ...rest } = requireObject('fromConfig', 'config', config);
    const options = Object.entries(rest).map(([key, value]) => [camelCase(key), value] as const);
    return new this(Object.fromEntries(options));
  }
}

showAs(Layer, (layer, depth) => layer.describe(depth));
