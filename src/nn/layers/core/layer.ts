import { isValue, Tensor, tidy, zeros } from '../../../engine/tensor/index.js';
import {
  asMethod,
  camelCase,
  checkBoolean,
  checkOptions,
  classNameOf,
  declaredConfig,
  flattenNest,
  FLOAT32_POLICY,
  indent,
  mapNest,
  naming,
  requireObject,
  showAs,
  withOwner,
} from '../../../config/index.js';
import type { Config, Nest } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { add, div } from '../../../engine/ops/index.js';
import { takeLogits } from '../../../engine/ops/neural/logits.js';
import { getRegularizer, serializeRegularizer } from '../../regularizers/registry.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { ValueType } from '../../../config/dtype.js';
import { hasScope } from '../../../engine/tensor/scope.js';
import { currentCache, withCache, withoutCache } from './caching.js';
import {
  batchShapeOf,
  checkCallOptions,
  LAYER_DECLARATION,
  NO_OPTIONS,
  NOT_TRAINING,
  refuseMixed,
} from './layer-options.js';
import type { ApplyOptions, CallOptions, LayerOptions } from './layer-options.js';
import { GraphMember } from './graph-member.js';
import { endWork } from './weight-holder.js';
import { buildInnerLayers, buildToCall } from './inner-layers.js';
import { checkInput, frozenSpec } from './input-spec.js';
import type { InputSpec } from './input-spec.js';
import {
  batchShape,
  checkGiven,
  checkInputShape,
  checkMask,
  checkResult,
  isSymbolicOrValue,
  isTensor,
  probeOutputShape,
  requireTensors,
  sameSamples,
  toTensors,
} from './layer-checks.js';
import { isPutIntoWords, layerText } from './layer-text.js';
import { masksOf, passMasks } from './mask.js';
import type { Mask } from './mask.js';
import { formatShapes, holdsSymbolic, isShape } from './symbolic-tensor.js';
import type {
  GraphNamed,
  NamedSpecs,
  ShapesOf,
  Symbolic,
  TensorsLike,
  TensorSpec,
} from './symbolic-tensor.js';

/** Any layer, regardless of the types of its inputs and outputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyLayer = Layer<any, any, any>;

/**
 * A function of tensors with weights. A subclass computes its output in `call` and creates its weights in `build`. It
 * keeps other layers in ordinary properties, or in arrays in properties, where their weights are found.
 *
 * @typeParam In the input of `call`: a tensor, or a list or an object of tensors
 * @typeParam Out the output of `call`: a tensor, or a list or an object of tensors
 * @typeParam Named the named arguments of `call` in addition to `training` and `mask`
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
export class Layer<In = Tensor, Out = Tensor, Named extends object = object> extends GraphMember<
  In,
  Out,
  Named
> {
  static override readonly className: string = 'Layer';
  static override readonly declared = LAYER_DECLARATION;

  /** Shape of a batch, from the option `inputShape` or `batchInputShape`. */
  readonly batchInputShape: PartialShape | undefined;
  /** Penalty on the layer's output, divided by the batch size and added to the loss. */
  activityRegularizer: Regularizer | null;
  /**
   * What `apply` requires of its input. A layer with an `inputSpec` takes a single tensor. Default undefined: nothing is
   * checked, and lists and objects of tensors are accepted. A built layer keeps a frozen copy. Keras: `input_spec`.
   */
  inputSpec: InputSpec | undefined;
  /**
   * Whether masks attached to the input are passed on with the output, as `computeMask` computes them. Default: whether the
   * class overrides `computeMask`. Keras: `supports_masking`.
   */
  supportsMasking: boolean = this.computeMask !== Layer.prototype.computeMask;
  /**
   * Whether the layer works with a `KeyValueCache`, where it gets only the new steps: because it treats each step separately,
   * or because it reads what it needs about earlier steps from the cache. Default false. Inner layers are checked separately.
   */
  supportsCaching = false;
  /**
   * Names of the arguments that `call` takes in addition to `training` and `mask`, in order. `apply` takes them as options. In graphs
   * these options may be symbolic tensors.
   */
  readonly callArguments: readonly string[] = [];
  readonly #getLabel = (): string => this.label;
  #builtFor: ShapesOf<In> | undefined;
  /** What the layer is called with by name, while it is built for a graph. */
  #named: object | undefined;
  // The shapes of the first output, where these depend on named arguments.
  #firstOutput: ShapesOf<Out> | undefined;
  /** Whether the class leaves it to the base class to find out the shape of the output. */
  readonly #findsShapes: boolean;
  #hasRun = false;
  #subLayers: readonly AnyLayer[] | undefined;

  /**
   * @param options the options of every layer
   * @param ownOptions names of the additional options of the subclass, which `options` may contain too
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(options: LayerOptions = {}, ownOptions: readonly string[] = []) {
    super(options, ownOptions);
    const className = classNameOf(this);
    this.batchInputShape = batchShapeOf(className, options);
    this.activityRegularizer = naming(this.label, () =>
      getRegularizer(options.activityRegularizer),
    );
    // A subclass overrides these. From every caller their arguments are what they expect, and what surrounds build()
    // happens once.
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called for the layer
    const { build, call, computeOutputShape } = this;
    this.#findsShapes = computeOutputShape === Layer.prototype.computeOutputShape;
    this.build = asMethod((inputShape) => {
      checkInputShape(this.#getLabel, 'build', inputShape, this.inputSpec);
      this.#buildOnce((shape) => {
        build.call(this, shape);
      }, inputShape);
    }, build);
    this.call = asMethod((x, callOptions) => {
      if (!(x instanceof Tensor)) {
        requireTensors(`${this.label}: call`, x);
        checkGiven(this.#getLabel, this.inputSpec, x);
      }
      if (callOptions === undefined) return call.call(this, x, NOT_TRAINING as CallOptions & Named);
      if (!callOptions) checkOptions(`${this.label}: call`, callOptions, ['training']);
      return call.call(this, x, callOptions);
    }, call);
    this.computeOutputShape = asMethod((inputShape, named) => {
      checkInputShape(this.#getLabel, 'computeOutputShape', inputShape, this.inputSpec);
      return computeOutputShape.call(this, inputShape, named);
    }, computeOutputShape);
  }

  /**
   * The value of `training` in an outermost call that does not set it. False, except for layers that augment images, and
   * for layers and models that contain such layers and have no weights.
   */
  get trainsByDefault(): boolean {
    return this.subLayers().some((layer) => layer.trainsByDefault) && this.weights.length === 0;
  }

  /** Dtype of the layer's output. */
  get dtype(): ValueType {
    return 'float32';
  }

  /** Whether the weights exist. */
  override get built(): boolean {
    return this.#builtFor !== undefined;
  }

  /** The batch shape that the layer was built for, with `null` on the batch axis; undefined before the layer is built. */
  get inputShape(): ShapesOf<In> | undefined {
    return this.#builtFor;
  }

  /**
   * The batch shape of the output; undefined before the layer is built. For a class with `callArguments` but without
   * `computeOutputShape`, the shape of the first output.
   */
  get outputShape(): ShapesOf<Out> | undefined {
    if (this.#builtFor === undefined) return undefined;
    return this.#firstOutput ?? this.computeOutputShape(this.#builtFor);
  }

  /**
   * Creates the weights for input of a batch shape such as `[null, 784]`. The first `apply` calls it automatically; a
   * second call for the same sample shape does nothing. If layers inside are not built, the default implementation builds
   * them by calling the layer on zeros.
   *
   * @param inputShape shape of a batch, with `null` for any length; for several inputs, a list or an object of shapes
   * @throws ShapeError if the layer does not support the shape, or was built for a different one.
   */
  build(inputShape: ShapesOf<In>): void {
    const call = (x: unknown, named: object): Out =>
      this.call(x as In, { ...NOT_TRAINING, ...named } as never);
    buildInnerLayers(this, inputShape, call, this.#named);
  }

  #buildOnce(build: (inputShape: ShapesOf<In>) => void, inputShape: ShapesOf<In>): void {
    if (this.#builtFor !== undefined) {
      if (this.weights.length === 0 || sameSamples(this.#builtFor, inputShape)) return;
      throw new ShapeError(
        `${this.label} was built for input of shape ${formatShapes(this.#builtFor as Nest<PartialShape>)} and cannot be ` +
          `built again for ${formatShapes(inputShape as Nest<PartialShape>)}. Make a new layer.`,
      );
    }
    if (isShape(inputShape)) checkInput(this.#getLabel, this.inputSpec, { shape: inputShape });
    this.makingWeights(() => {
      build(inputShape);
    });
    this.#builtFor = mapNest(inputShape, isShape, (shape) =>
      Object.freeze([...shape]),
    ) as ShapesOf<In>;
    const { inputSpec } = this;
    if (inputSpec !== undefined) this.inputSpec = frozenSpec(inputSpec);
  }

  /** Forgets the input shape, for a container whose layers have changed since it was built. */
  protected forgetBuild(): void {
    this.#builtFor = undefined;
  }

  /**
   * Computes the layer's output. Subclasses override this method. To call a layer, use `apply`, which first checks the
   * input and builds the layer.
   *
   * @param x the input: a tensor, or a list or an object of tensors
   * @param options `training`, `mask` and the layer's other named arguments
   */
  call(_x: In, _options?: CallOptions & Named): Out {
    throw new ValueError(
      `${this.label} has no call(). A layer class needs call(x, { training }) that returns a tensor.`,
    );
  }

  /**
   * Adds the layer to a graph and returns its symbolic output. Nothing is computed, but shapes are checked, and the layer is
   * built if necessary.
   *
   * @param x the input: a tensor, a value that stands for one, or in a graph a symbolic tensor; or a list or an object of
   * these
   * @throws ShapeError, naming the layer, for input that it does not support.
   */
  apply(x: Symbolic<In>, options?: ApplyOptions & GraphNamed<Named>): Symbolic<Out>;
  /**
   * The layer's output for a batch `x`. The first call builds the layer. Outside `tidy`, only the output and the tensors
   * that `build` creates remain. Instead of a tensor you can give a number, a nested array or a typed array.
   *
   * @throws ShapeError or DTypeError, naming the layer, for input that it does not support.
   */
  apply(x: TensorsLike<In>, options?: ApplyOptions & Partial<Named>): Out;
  apply(x: unknown, options: ApplyOptions = NO_OPTIONS): unknown {
    checkCallOptions(this.#getLabel, options, this.callArguments);
    const { training = this.trainsByDefault, cache } = options;
    if (cache !== undefined) {
      const rest = { ...options, cache: undefined };
      return withCache(this.label, cache, x, () => this.apply(x as never, rest as never));
    }
    if (typeof training !== 'boolean') checkBoolean(this.label, 'training', training);
    if (!(x instanceof Tensor) && holdsSymbolic(x)) return this.applyInGraph(x, options);
    if (options.mask !== undefined && holdsSymbolic(options.mask)) refuseMixed(this.label);
    return hasScope()
      ? this.#applied(x, training, options)
      : this.leavingNothing(() => this.#applied(x, training, options));
  }

  /** Runs a call so that nothing is left of it but the result, and what is to be added to the loss. @internal */
  leavingNothing<T>(call: () => T): T {
    return tidy((): readonly [T, ...unknown[]] => {
      const y = call();
      return [y, takeLogits(flattenNest(y, isTensor)), this.addedLosses()];
    })[0];
  }

  #applied(x: unknown, training: boolean, options: ApplyOptions): Out {
    const input = x instanceof Tensor ? x : this.givenTensors(x as TensorsLike<In>);
    checkGiven(this.#getLabel, this.inputSpec, input, this.#builtFor);
    const cache = currentCache();
    cache?.admit(this.#getLabel, this.supportsCaching, training, input);
    if (!this.built) {
      const shapes = mapNest(input, isValue, batchShape) as ShapesOf<In>;
      buildToCall(this, () => {
        this.build(shapes);
      });
    }
    if (this.isOutermost) this.clearLosses();
    if (options.mask !== undefined) checkMask(`${this.label}: mask`, input, options.mask);
    // Masks are rare, so that a tensor without one costs no more than this look.
    const mask =
      options.mask !== undefined
        ? options.mask
        : input instanceof Tensor && input.mask === undefined
          ? null
          : masksOf(input);
    const own = mask as Mask | null;
    const told = cache === undefined ? { training, mask: own } : { training, mask: own, cache };
    const named = this.callArguments.length > 0 ? { ...options, ...told } : told;
    let y = this.#callNamed(input as In, named as CallOptions & Named);
    if (mask !== null || this.#makesMasks)
      y = passMasks(this, this.#getLabel, input, y, mask as Mask | null) as Out;
    if (this.activityRegularizer !== null) this.addLoss(activityLoss(this.activityRegularizer, y));
    if (this.#dependsOnNames) {
      this.#firstOutput ??= mapNest(y, isValue, batchShape) as ShapesOf<Out>;
    }
    return y;
  }

  /**
   * The input of `apply` as tensors: one tensor, or a structure of tensors.
   *
   * @param x the input of `apply`
   */
  protected givenTensors(x: TensorsLike<In>): unknown {
    return toTensors(this.label, x, this.readsStrings);
  }

  /** `call` with its errors naming the layer and its result checked. */
  #callNamed(x: In, options: CallOptions & Named): Out {
    this.beginWork();
    try {
      const y: unknown = this.call(x, options);
      this.#hasRun = true;
      if (!(y instanceof Tensor)) checkResult(y);
      return y as Out;
    } catch (error) {
      throw withOwner(this.label, error);
    } finally {
      endWork();
    }
  }

  /** Whether the class has masks of its own for what it gives. */
  get #makesMasks(): boolean {
    return this.supportsMasking && this.computeMask !== Layer.prototype.computeMask;
  }

  /**
   * The masks of the output, given the input and its masks; by default those of the input. `apply` calls this method if
   * `supportsMasking` is true, and frees intermediate tensors.
   *
   * @param x the input
   * @param mask the mask of the input, or for several inputs a structure of masks; null if all elements count
   */
  computeMask(_x: In, mask: Mask | null): Mask | null {
    return mask;
  }

  /**
   * Shape and dtype of the output for symbolic input; builds the layer. By default, the result of `computeOutputShape`
   * and the layer's dtype.
   *
   * @param x a symbolic tensor, or a list or an object of them
   * @throws ShapeError or DTypeError, naming the layer, for input that it does not support.
   */
  override computeOutputSpec(
    x: Symbolic<In>,
    options?: ApplyOptions & Partial<Named>,
  ): Nest<TensorSpec> {
    checkGiven(this.#getLabel, this.inputSpec, x, this.#builtFor);
    const shapes = mapNest(x, isSymbolicOrValue, ({ shape }) => shape) as ShapesOf<In>;
    const named = this.#ownArguments(options);
    if (!this.built) this.#buildWith(named, shapes);
    const { dtype } = this;
    const output = this.computeOutputShape(shapes, named);
    if (this.#dependsOnNames) this.#firstOutput ??= output;
    return mapNest(output, isShape, (shape) => ({ shape, dtype }));
  }

  /** Whether only a call tells what shape the output has. */
  get #dependsOnNames(): boolean {
    return this.callArguments.length > 0 && this.#findsShapes;
  }

  /** The arguments of a call that `callArguments` names. */
  #ownArguments(options?: object | null): NamedSpecs<Named> {
    const own = Object.entries(options ?? {}).filter(
      ([name, value]) => value !== undefined && this.callArguments.includes(name),
    );
    return Object.fromEntries(own) as NamedSpecs<Named>;
  }

  /**
   * The batch shape of the output for input of batch shape `inputShape`. The default implementation calls the layer on zeros, twice if
   * lengths are unknown: where the lengths of the two outputs differ, the length is unknown too.
   *
   * @param inputShape shape of a batch, with `null` for an unknown length; for several inputs, a list or an object of shapes
   * @param named the named arguments of a call in a graph in addition to `training` and `mask`, with `{ shape, dtype }` in place of each
   * symbolic tensor
   * @throws ShapeError if the shape cannot be determined: then override this method.
   */
  override computeOutputShape(inputShape: ShapesOf<In>, named?: NamedSpecs<Named>): ShapesOf<Out> {
    if (isPutIntoWords()) {
      throw new ShapeError(
        `${this.label}: the output shape for input ${formatShapes(inputShape as Nest<PartialShape>)} is unknown. Give the ` +
          `class a computeOutputShape(inputShape).`,
      );
    }
    const own = this.#ownArguments(named);
    if (!this.built) this.#buildWith(own, inputShape);
    const call = (x: unknown, more: object): Out =>
      this.#callNamed(x as In, { ...NOT_TRAINING, ...more } as unknown as CallOptions & Named);
    return withoutCache(probeOutputShape, inputShape, call, own) as ShapesOf<Out>;
  }

  /** Builds the layer for calls with named arguments. */
  #buildWith(named: object, inputShape: ShapesOf<In>): void {
    this.#named = named;
    try {
      this.build(inputShape);
    } finally {
      this.#named = undefined;
    }
  }

  override subLayers(): readonly AnyLayer[] {
    if (this.#subLayers !== undefined) return this.#subLayers;
    const found: AnyLayer[] = [];
    for (const value of Object.values(this) as unknown[]) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const item of list) if (item instanceof Layer) found.push(item);
    }
    // Looked for until it has run once: then a layer has all the layers it will have, and each step asks for them.
    if (this.#hasRun) this.#subLayers = found;
    return found;
  }

  /** A one-line description of the layer: class, name, shapes, number of weights. */
  override toString(): string {
    return layerText(this);
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
   * Creates a layer from the config that `getConfig` returns. By default, calls the constructor with one options object
   * whose keys are in camelCase.
   */
  static fromConfig(config: Config): AnyLayer {
    // Keras's base class writes it: whether inputs of other float types are converted, of which there are none here.
    const { autocast: _, ...rest } = requireObject('fromConfig', 'config', config);
    const options = Object.entries(rest).map(([key, value]) => [camelCase(key), value] as const);
    return new this(Object.fromEntries(options));
  }
}

showAs(Layer, (layer, depth) => layer.describe(depth));

/** Keras: the penalty of what a layer gives, divided by the batch size. */
function activityLoss(regularizer: Regularizer, outputs: unknown): Tensor {
  let loss: Tensor | undefined;
  for (const y of flattenNest(outputs, isTensor)) {
    const penalty = regularizer.call(y);
    const batchSize = y.shape[0] ?? 1;
    const share = y.ndim === 0 || batchSize === 0 ? penalty : div(penalty, batchSize);
    loss = loss === undefined ? share : add(loss, share);
  }
  return loss ?? zeros([]);
}
