import {
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
  flattenNest,
  indent,
  mapNest,
  naming,
  packNest,
  requireObject,
  showAs,
  withOwner,
} from '../config/index.js';
import type { Config, Nest } from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { add, div } from '../ops/index.js';
import { takeLogits } from '../ops/logits.js';
import { probeShapes } from '../ops/probe-shapes.js';
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
import { flatMasks, masksOf, withMask } from './mask.js';
import type { Mask } from './mask.js';
import { formatShapes, GraphNode, holdsSymbolic, isShape, isSymbolic } from './symbolic-tensor.js';
import type {
  ShapesOf,
  Symbolic,
  SymbolicTensor,
  TensorsLike,
  TensorSpec,
} from './symbolic-tensor.js';
import { WeightHolder } from './weight-holder.js';

/** True while a layer is put into words: it must not run for that. */
let isLookedAt = false;

const NOT_TRAINING = { training: false, mask: null };

/** What `call` is told beside its input. */
export interface CallOptions {
  /** True while fitting: Dropout drops, normalization uses the batch. */
  readonly training: boolean;
  /**
   * Which elements of the input count, for layers that heed it: the argument of that name, else what travels with the input;
   * null if all count. Of several inputs a structure of masks.
   */
  readonly mask?: Mask | null;
}

/** What `apply` takes beside its input. */
export interface ApplyOptions {
  /** Default false. */
  readonly training?: boolean;
  /** Which elements of the input count. Default: the masks that travel with the input. */
  readonly mask?: Nest<Tensor | SymbolicTensor | null> | null;
}

/** Any layer, whatever it takes and gives. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyLayer = Layer<any, any, any>;

const APPLY_OPTIONS: readonly string[] = ['training', 'mask'];
const NO_OPTIONS: Readonly<Record<string, unknown>> = {};

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/**
 * A function of tensors with weights. A subclass computes in `call`, makes its weights in `build`,
 * and holds other layers in ordinary properties (or arrays in them), where their weights are found.
 *
 * @typeParam In what `call` takes: a tensor, or a list or an object of tensors
 * @typeParam Out what `call` gives, likewise
 * @typeParam Named what `call` takes by name beside `training` and `mask`
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
export class Layer<In = Tensor, Out = Tensor, Named extends object = object> extends WeightHolder {
  static override readonly className: string = 'Layer';
  static override readonly declared = LAYER_DECLARATION;

  /** Shape of a batch, as the options `inputShape` or `batchInputShape` say it. */
  readonly batchInputShape: PartialShape | undefined;
  /** The penalty of what the layer computes, divided by the batch size and added to the loss. */
  activityRegularizer: Regularizer | null;
  /** What `apply` checks its input against. */
  inputSpec: InputSpec = {};
  /**
   * Whether masks that travel with the input travel on with the output, as `computeMask` says. Default: whether the class has a
   * `computeMask` of its own. Keras: `supports_masking`.
   */
  supportsMasking: boolean = this.computeMask !== Layer.prototype.computeMask;
  /** Names of what `call` takes by name beside `training` and `mask`. */
  readonly callArguments: readonly string[] = [];
  /** The calls of the layer in graphs, in order. @internal */
  readonly inboundNodes: GraphNode[] = [];
  readonly #getLabel = (): string => this.label;
  #builtFor: ShapesOf<In> | undefined;
  #addedLosses: Tensor[] = [];
  #hasRun = false;
  #subLayers: readonly AnyLayer[] | undefined;

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
    this.call = (x, callOptions) => {
      if (!(x instanceof Tensor)) this.#requireTensors(x);
      if (callOptions === undefined) return call(x, NOT_TRAINING as CallOptions & Named);
      if (!callOptions) checkOptions(`${this.label}: call`, callOptions, ['training']);
      return call(x, callOptions);
    };
    this.computeOutputShape = (inputShape) => {
      this.#checkShape('computeOutputShape', inputShape);
      return computeOutputShape(inputShape);
    };
  }

  #requireTensors(x: unknown): void {
    const owner = `${this.label}: call`;
    if (typeof x !== 'object' || x === null || flattenNest(x, isTensor).length === 0) {
      requireTensor(owner, x);
    }
    mapNest(
      x,
      isTensor,
      (tensor) => tensor,
      (value) => requireTensor(owner, value),
    );
  }

  #checkShape(method: string, shapes: unknown): void {
    if (typeof shapes !== 'object' || shapes === null || isShape(shapes)) {
      requireList(`${this.label}: ${method}`, 'inputShape', shapes);
    }
    let count = 0;
    mapNest(
      shapes,
      isShape,
      (shape) => {
        count++;
        if (shape.every((length) => length === null || (Number.isInteger(length) && length >= 0)))
          return;
        throw this.#noShape(method, shape);
      },
      (value) => {
        throw this.#noShape(method, value);
      },
    );
    if (count === 0) throw this.#noShape(method, shapes);
  }

  #noShape(method: string, shape: unknown): ShapeError {
    return new ShapeError(
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
  get inputShape(): ShapesOf<In> | undefined {
    return this.#builtFor;
  }

  /** The batch shape of what the layer gives; undefined before it is built. */
  get outputShape(): ShapesOf<Out> | undefined {
    return this.#builtFor === undefined ? undefined : this.computeOutputShape(this.#builtFor);
  }

  /**
   * Makes the weights for input of that batch shape, `[null, 784]`. Runs by itself at the first
   * `apply`; a second call for the same sample shape does nothing.
   *
   * @throws ShapeError if the layer cannot take that shape, or was built for another one.
   */
  build(_inputShape: ShapesOf<In>): void {
    // A layer without weights has nothing to make.
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
    this.#builtFor = mapNest(inputShape, isShape, (shape) => [...shape]) as ShapesOf<In>;
  }

  /** Forgets the input shape, for a container that no longer holds what was built for it. */
  protected forgetBuild(): void {
    this.#builtFor = undefined;
  }

  /**
   * Computes the layer's output. Subclasses override it; callers use `apply`, which checks and
   * builds first.
   */
  call(_x: In, _options?: CallOptions & Named): Out {
    throw new ValueError(
      `${this.label} has no call(). A layer class needs call(x, { training }) that returns a tensor.`,
    );
  }

  /**
   * The layer in a graph: what it gives for symbolic tensors, as `Input` makes them. Nothing is computed; the layer is built
   * if it is not, and shapes are checked.
   *
   * @throws ShapeError, naming the layer, for input that it does not take.
   */
  apply(x: Symbolic<In>, options?: ApplyOptions & Partial<Named>): Symbolic<Out>;
  /**
   * The layer's output for a batch `x`; builds the layer at first use. Outside of `tidy` it leaves no other tensor behind.
   * What stands for a tensor may stand in its place: numbers, nested arrays, typed arrays.
   *
   * @throws ShapeError or DTypeError, naming the layer, for input that it does not take.
   */
  apply(x: TensorsLike<In>, options?: ApplyOptions & Partial<Named>): Out;
  apply(
    x: unknown,
    options: ApplyOptions & Partial<Named> = NO_OPTIONS as Partial<Named>,
  ): unknown {
    this.#checkNamed(options);
    const { training = false } = options;
    if (typeof training !== 'boolean') checkBoolean(this.label, 'training', training);
    if (!(x instanceof Tensor) && holdsSymbolic(x)) return this.#symbolic(x, options);
    if (options.mask !== undefined && holdsSymbolic(options.mask)) this.#refuseMixed();
    if (hasScope()) return this.#applied(x, training, options);
    // Outside of scopes nothing is left but the result, and what is to be added to the loss.
    return tidy((): unknown[] => {
      const y = this.#applied(x, training, options);
      const tensors = flattenNest(y, isTensor);
      return [y, tensors.flatMap(takeLogits), this.#allAddedLosses()];
    })[0];
  }

  #checkNamed(options: object): void {
    const known = (): readonly string[] => [...APPLY_OPTIONS, ...this.callArguments];
    if (!options) checkOptions(this.label, options, known());
    for (const key in options) {
      if (key !== 'training' && key !== 'mask' && !this.callArguments.includes(key)) {
        checkOptions(this.label, options, known());
      }
    }
  }

  #refuseMixed(): never {
    throw new ValueError(
      `${this.label}: the input is a tensor, but the mask is a symbolic tensor. Give tensors, or symbolic tensors, for all ` +
        `arguments.`,
    );
  }

  /** A call in a graph. */
  #symbolic(x: unknown, options: ApplyOptions & Partial<Named>): Nest<SymbolicTensor> {
    const given = mapNest(
      x,
      isSymbolicOrTensor,
      (leaf) => leaf,
      (value, place) => {
        if (typeof value === 'number') return value;
        throw new ValueError(
          `${this.label}: the input${place} must be a symbolic tensor like the others, got ${describeValue(value)}. Symbolic ` +
            `tensors come from Input(shape) and from layers that are applied to symbolic tensors.`,
        );
      },
    );
    const named = Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    );
    return this.recordCall(given, named);
  }

  /** Makes the node of a call in a graph, and returns what the call gives. @internal */
  protected recordCall(
    given: unknown,
    named: Readonly<Record<string, unknown>>,
  ): Nest<SymbolicTensor> {
    const specs = this.computeOutputSpec(
      given as Symbolic<In>,
      named as ApplyOptions & Partial<Named>,
    );
    const node = new GraphNode(this, given, named, specs);
    this.inboundNodes.push(node);
    return node.output;
  }

  #applied(x: unknown, training: boolean, options: ApplyOptions & Partial<Named>): Out {
    const input = x instanceof Tensor ? x : this.givenTensors(x as TensorsLike<In>);
    if (input instanceof Tensor) {
      checkInput(this.#getLabel, this.inputSpec, input, this.#builtFor as PartialShape | undefined);
    }
    if (!this.built) this.build(mapNest(input, isTensor, batchShape) as ShapesOf<In>);
    if (this.isOutermost) this.clearLosses();
    if (options.mask !== undefined) this.#checkMask(input, options.mask);
    // Masks are rare, so that a tensor without one costs no more than this look.
    const mask = options.mask !== undefined ? options.mask : hasMask(input) ? masksOf(input) : null;
    let y = this.#callNamed(
      input as In,
      {
        ...(this.callArguments.length > 0 ? options : undefined),
        training,
        mask: mask as Mask | null,
      } as CallOptions & Named,
    );
    if (mask !== null || this.#makesMasks) y = this.#passMasks(input as In, y, mask as Mask | null);
    if (this.activityRegularizer !== null) this.addLoss(this.#activityLoss(y));
    return y;
  }

  /** What was given to `apply`, as tensors: here one tensor, or a structure that holds tensors. */
  protected givenTensors(x: TensorsLike<In>): unknown {
    if (typeof x !== 'object' || x === null || ArrayBuffer.isView(x))
      return toTensor(x as TensorLike);
    if (flattenNest(x, isTensor).length === 0) return toTensor(x as TensorLike);
    return mapNest(
      x,
      isTensor,
      (tensor) => tensor,
      (value) => toTensor(value as TensorLike),
    );
  }

  /** `call` with its errors naming the layer and its result checked. */
  #callNamed(x: In, options: CallOptions & Named): Out {
    try {
      const y: unknown = this.within(() => this.call(x, options));
      this.#hasRun = true;
      if (y instanceof Tensor) return y as Out;
      let count = 0;
      mapNest(y, isTensor, () => count++, refuseResult);
      if (count === 0) refuseResult(y);
      return y as Out;
    } catch (error) {
      throw withOwner(this.label, error);
    }
  }

  /** Whether the class has masks of its own for what it gives. */
  get #makesMasks(): boolean {
    return this.supportsMasking && this.computeMask !== Layer.prototype.computeMask;
  }

  /** @throws ValueError unless there is a mask, or null, for each tensor of the input. */
  #checkMask(input: unknown, mask: unknown): void {
    if (mask === null) return;
    const owner = `${this.label}: mask`;
    if (input instanceof Tensor) requireTensor(owner, mask);
    else {
      mapNest(
        mask,
        isTensor,
        (tensor) => tensor,
        (value) => value === null || requireTensor(owner, value),
      );
    }
  }

  /**
   * As Keras: `y` with the masks that `computeMask` makes of those of the input, where `call` has not given masks of its own.
   * An output that is the input itself becomes another tensor: the input keeps the mask that it has.
   */
  #passMasks(x: In, y: Out, mask: Mask | null): Out {
    if (!this.supportsMasking) {
      if (flatMasks(mask).some((own) => own !== null)) warnOfLostMask(this, this.label);
      return y;
    }
    const inputs = flattenNest(x, isTensor);
    const outputs = flattenNest(y, isTensor);
    const hasOwn = (output: Tensor): boolean =>
      output.mask !== undefined && !inputs.includes(output);
    if (outputs.every(hasOwn)) return y;
    const masks = this.#computedMask(x, mask);
    if (masks === null) return y;
    const flat = flatMasks(masks);
    const masked = outputs.map((output, i) => {
      const own = flat[i] ?? null;
      if (own === null || hasOwn(output)) return output;
      if (inputs.includes(output)) return withMask(output, own);
      output.attachMask(own);
      return output;
    });
    return packNest(y, isTensor, masked) as Out;
  }

  #computedMask(x: In, mask: Mask | null): Mask | null {
    try {
      return this.computeMask(x, mask);
    } catch (error) {
      throw withOwner(`${this.label}: computeMask`, error);
    }
  }

  /**
   * The masks of the output, for the input and its masks: unless overridden those of the input. `apply` asks for them if
   * `supportsMasking` is true; what is made on the way may be left to it.
   */
  computeMask(_x: In, mask: Mask | null): Mask | null {
    return mask;
  }

  /** Keras: the penalty of the output, divided by the batch size. */
  #activityLoss(outputs: unknown): Tensor {
    let loss: Tensor | undefined;
    for (const y of flattenNest(outputs, isTensor)) {
      const penalty = this.activityRegularizer?.call(y) ?? zeros([]);
      const batchSize = y.shape[0] ?? 1;
      const share = y.ndim === 0 || batchSize === 0 ? penalty : div(penalty, batchSize);
      loss = loss === undefined ? share : add(loss, share);
    }
    return loss ?? zeros([]);
  }

  /**
   * Shape and dtype of the output for symbolic input, which builds the layer. Unless overridden it is the shape that
   * `computeOutputShape` gives, and the layer's dtype.
   *
   * @throws ShapeError or DTypeError, naming the layer, for input that it does not take.
   */
  computeOutputSpec(x: Symbolic<In>, _options?: ApplyOptions & Partial<Named>): Nest<TensorSpec> {
    if (isSymbolic(x)) {
      checkInput(this.#getLabel, this.inputSpec, x, this.#builtFor as PartialShape | undefined);
    }
    const shapes = mapNest(x, isSymbolicOrTensor, ({ shape }) => shape) as ShapesOf<In>;
    if (!this.built) this.build(shapes);
    const { dtype } = this;
    return mapNest(this.computeOutputShape(shapes), isShape, (shape) => ({ shape, dtype }));
  }

  /**
   * The batch shape of the output for input of batch shape `inputShape`. Unless overridden it is
   * found by calling the layer on zeros, twice where lengths are unknown: lengths of the output that differ are unknown too.
   *
   * @throws ShapeError if that cannot be found: then override this method.
   */
  computeOutputShape(inputShape: ShapesOf<In>): ShapesOf<Out> {
    if (isLookedAt) {
      throw new ShapeError(
        `${this.label}: the output shape for input ${formatShapes(inputShape as Nest<PartialShape>)} is unknown. Give the ` +
          `class a computeOutputShape(inputShape).`,
      );
    }
    if (!this.built) this.build(inputShape);
    const inputs = flattenNest(inputShape, isShape).map((shape) => ({
      shape,
      dtype: 'float32' as const,
    }));
    let output: unknown;
    const specs = probeShapes((...zeros) => {
      const x = packNest(inputShape, isShape, zeros) as In;
      output = this.#callNamed(x, NOT_TRAINING as unknown as CallOptions & Named);
      return flattenNest(output, isTensor);
    }, inputs);
    return packNest(
      output,
      isTensor,
      specs.map(({ shape }) => shape),
    ) as ShapesOf<Out>;
  }

  /** The calls of the layer in graphs. @throws ValueError if there is none, or `what` needs the index of one. */
  #onlyNode(what: 'input' | 'output'): GraphNode {
    const nodes = this.graphNodes();
    const [node] = nodes;
    if (node !== undefined && nodes.length === 1) return node;
    throw new ValueError(
      node === undefined
        ? `${this.label} has no symbolic ${what}: it is in no graph. Apply it to a symbolic tensor, as Input(shape) gives it.`
        : `${this.label} was called ${nodes.length} times in graphs, so it has as many ${what}s. Ask for one by ` +
            `get${what === 'input' ? 'Input' : 'Output'}At(index).`,
    );
  }

  #nodeAt(what: string, index: number): GraphNode {
    const nodes = this.graphNodes();
    const node = Number.isInteger(index) ? nodes.at(index) : undefined;
    if (node !== undefined) return node;
    throw new ValueError(
      `${this.label}: ${what} got index ${describeValue(index)}, but the layer was called ${nodes.length} times in graphs.`,
    );
  }

  /** The calls of the layer in graphs, those among them that are made when they are asked for. @internal */
  graphNodes(): readonly GraphNode[] {
    if (this.inboundNodes.length === 0) this.drawGraph?.();
    return this.inboundNodes;
  }

  /** Of a layer in a model that has no graph yet: draws the graph. @internal */
  drawGraph: (() => void) | undefined;

  /**
   * The symbolic tensor, or the structure of them, that the layer was applied to in a graph.
   *
   * @throws ValueError if it is in no graph, or was applied several times.
   */
  get input(): Symbolic<In> {
    return this.#onlyNode('input').given as Symbolic<In>;
  }

  /**
   * The symbolic tensor, or the structure of them, that the layer gives in a graph: an output for a model of your own.
   *
   * @throws ValueError if it is in no graph, or was applied several times.
   * @example const features = new models.Model({ inputs: model.inputs, outputs: model.getLayer('dense').output });
   */
  get output(): Symbolic<Out> {
    return this.#onlyNode('output').output as Symbolic<Out>;
  }

  /** What the layer was applied to at its call of that index in graphs. @throws ValueError if there was no such call. */
  getInputAt(index: number): Symbolic<In> {
    return this.#nodeAt('getInputAt', index).given as Symbolic<In>;
  }

  /** What the layer gives at its call of that index in graphs. @throws ValueError if there was no such call. */
  getOutputAt(index: number): Symbolic<Out> {
    return this.#nodeAt('getOutputAt', index).output as Symbolic<Out>;
  }

  override subLayers(): readonly AnyLayer[] {
    if (this.#subLayers !== undefined) return this.#subLayers;
    const found = Object.values(this)
      .flat()
      .filter((value: unknown): value is AnyLayer => value instanceof Layer);
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
      facts.push(`input=${formatShapes(inputShape as Nest<PartialShape>)}`);
      isLookedAt = true;
      try {
        facts.push(`output=${formatShapes((this.outputShape ?? []) as Nest<PartialShape>)}`);
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
  static fromConfig(config: Config): AnyLayer {
    // Keras's base class writes it: whether inputs of other float types are converted, of which there are none here.
    const { autocast: _, ...rest } = requireObject('fromConfig', 'config', config);
    const options = Object.entries(rest).map(([key, value]) => [camelCase(key), value] as const);
    return new this(Object.fromEntries(options));
  }
}

showAs(Layer, (layer, depth) => layer.describe(depth));

const isSymbolicOrTensor = (value: unknown): value is Tensor | SymbolicTensor =>
  isTensor(value) || isSymbolic(value);

const warnedOf = new WeakSet<AnyLayer>();

/** Says once that the output of a layer has no mask though the input had one, as Keras does. */
function warnOfLostMask(layer: AnyLayer, label: string): void {
  if (warnedOf.has(layer)) return;
  warnedOf.add(layer);
  // eslint-disable-next-line no-console
  console.warn(
    `lanegrad: ${label} was given input with a mask, but does not support masks: what it gives has none, so the ` +
      `layers, losses and metrics behind it count every element.`,
  );
}

function refuseResult(y: unknown): never {
  throw new ValueError(`call() must return a tensor, it returned ${describeValue(y)}.`);
}

/** The shape of a batch of any size. */
function batchShape({ ndim, shape }: Tensor): PartialShape {
  return ndim === 0 ? [] : [null, ...shape.slice(1)];
}

function hasMask(input: unknown): boolean {
  return input instanceof Tensor ? input.mask !== undefined : true;
}

/** Whether two structures of shapes differ in nothing but the batch. */
function sameSamples(a: unknown, b: unknown): boolean {
  const first = flattenNest(a, isShape);
  const second = flattenNest(b, isShape);
  return (
    first.length === second.length &&
    first.every((shape, i) => sameShape(shape.slice(1), (second[i] ?? []).slice(1)))
  );
}
