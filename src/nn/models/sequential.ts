import { describeValue } from '../../config/describe-value.js';
import {
  checkOptions,
  classNameOf,
  FLOAT32_POLICY,
  isSerializedObject,
  disposeOnError,
  optionsFromConfig,
  registeredNameOf,
  requireObject,
} from '../../config/index.js';
import type { Config, SerializedObject } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { graphBuilder } from '../layers/core/graph-builder.js';
import type { Graph } from '../layers/core/graph.js';
import { runPlan } from '../layers/core/plan.js';
import type { Plan } from '../layers/core/plan.js';
import { checkInput } from '../layers/core/input-spec.js';
import { SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import { Layer } from '../layers/core/layer.js';
import { InputLayer } from '../layers/input-layer.js';
import type { CallOptions } from '../layers/core/layer-options.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { withMask } from '../layers/core/mask.js';
import { deserializeLayer } from '../layers/registry.js';
import { formatShape, requireList, requireRoom, sameShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { describeLayer } from './describe-layer.js';
import { Model } from './model.js';
import type { Ports } from '../layers/core/ports.js';

/** Options of `Sequential`. */
export interface SequentialOptions {
  /** The model's name. Default: `sequential`, `sequential_1`, … */
  readonly name?: string;
  /** Whether training changes the weights. Default true. */
  readonly trainable?: boolean;
}

/** One tensor, whatever its shape. */
const ONE: PartialShape = [];

const OPTIONS = ['name', 'trainable'] as const;

/**
 * A model that is a stack of layers, each of which takes the output of the one before. Keras: `Sequential`.
 *
 * @example
 * const network = new Sequential();
 * network.add(new layers.Dense(512, { activation: 'relu', inputShape: [784] }));
 * network.add(new layers.Dense(10, { activation: 'softmax' }));
 */
export class Sequential extends Model {
  static override readonly className = 'Sequential';
  static override readonly isPure = true;
  override supportsMasking = true;
  override supportsCaching = true;
  readonly #stack: Layer[] = [];
  readonly #names = new Set<string>();
  /** Counts the changes of models that stand in others. */
  static #changesInside = 0;
  #isInside = false;
  /** Where models stand in the stack. */
  readonly #models: number[] = [];
  /** The changes of such models until which the shapes hold. */
  #changesSeen = 0;
  /** Batch shapes of what each layer gives, once they are known: asking all layers for each one would take their square. */
  #outputs: PartialShape[] = [];
  /** The layers as they are run: each over the output of the one before. */
  #plan: Plan | undefined;
  #graph: Graph | undefined;
  /** What the layers give in the graph, as far as it is drawn; the input first. */
  readonly #drawn: SymbolicTensor[] = [];

  /**
   * Takes layers and options, or options that contain the layers: `new Sequential({ name: 'digits', layers: […] })`.
   *
   * @param layers the first layers
   * @throws ValueError or ShapeError, like `add`.
   */
  constructor(layers?: readonly Stackable[] | Stackable, options?: SequentialOptions);
  constructor(options: SequentialOptions & { readonly layers?: readonly Stackable[] });
  constructor(
    first:
      | readonly Stackable[]
      | Stackable
      | (SequentialOptions & { readonly layers?: readonly Stackable[] }) = [],
    rest?: SequentialOptions,
  ) {
    const { layers, ...options } =
      rest === undefined && !Array.isArray(first) && !isStackable(first)
        ? checked(first as SequentialOptions, [...OPTIONS, 'layers'])
        : { ...checked(rest ?? {}, OPTIONS), layers: first };
    super(options);
    const stack = isStackable(layers) ? [layers] : (layers ?? []);
    requireList(this.label, 'layers', stack);
    for (const layer of stack as readonly Stackable[]) this.add(layer);
  }

  /** The layers in order, without an `InputLayer` at the beginning. */
  override get layers(): readonly Layer[] {
    return this.#stack.filter((layer) => !(layer instanceof InputLayer));
  }

  /** The layers in order, including an `InputLayer` at the beginning. */
  override subLayers(): Layer[] {
    return [...this.#stack];
  }

  /**
   * Adds a layer on top. If the shape of the input is known (from `Input`, from `inputShape` of the first layer, or
   * because the first layer is a built model), the layer's weights are created at once, otherwise at the first use.
   *
   * @throws ValueError for anything but a layer, for a name that is taken, and while `fit` or `evaluate` is running;
   * ShapeError for a layer that does not accept the output of the one before.
   */
  add(given: Stackable): void {
    if (!isStackable(given)) {
      throw new ValueError(
        `${this.label}: add takes a layer, such as new layers.Dense(10), got ${describeValue(given)}.`,
      );
    }
    // Each layer of a stack takes one tensor and gives one.
    const layer = (given instanceof SymbolicTensor ? this.#inputLayer(given) : given) as Layer;
    this.#requireIdle('add');
    if (this.#names.has(layer.name)) {
      throw new ValueError(
        `${this.label} has a layer '${layer.name}' already. Give each layer a name of its own.`,
      );
    }
    if (layer instanceof InputLayer && this.#stack.length > 0) {
      throw new ValueError(
        `${this.label}: an Input must be the first layer, but there are ${this.#stack.length} layers already.`,
      );
    }
    // A model that is built knows what it takes; of other layers the input may have additional axes.
    const first = layer.batchInputShape ?? (isModel(layer) ? layer.inputShape : undefined);
    const shape = this.#stack.length === 0 ? first : this.outputShape;
    const output = shape === undefined ? undefined : this.#buildLayer(layer, shape);
    if (layer instanceof Sequential) {
      this.#models.push(this.#stack.length);
      layer.#isInside = true;
    }
    this.#stack.push(layer);
    this.#names.add(layer.name);
    this.#forgetGraph();
    layer.drawGraph = () => {
      this.#draw();
    };
    if (output === undefined) return;
    this.#outputs.push(output);
    if (!this.built) this.build(layer.inputShape ?? shape ?? []);
  }

  /** What `Input` made, which may stand first. */
  #inputLayer({ node }: SymbolicTensor): InputLayer {
    if (node.layer instanceof InputLayer) return node.layer;
    throw new ValueError(
      `${this.label}: add takes layers and the result of Input(shape), got what layer '${node.layer.name}' gives. Make a ` +
        `model of a graph with new models.Model({ inputs, outputs }).`,
    );
  }

  /** Removes the top layer and returns it; undefined if there is none. @throws ValueError while `fit` or `evaluate` is running. */
  pop(): Layer | undefined {
    this.#requireIdle('pop');
    const layer = this.#stack.pop();
    if (layer !== undefined) {
      this.#names.delete(layer.name);
      layer.drawGraph = undefined;
    }
    this.#forgetGraph();
    if (this.#models.at(-1) === this.#stack.length) this.#models.pop();
    this.#outputs = this.#outputs.slice(0, this.#stack.length);
    if (this.#stack.length === 0) this.forgetBuild();
    return layer;
  }

  #forgetGraph(): void {
    this.structureRevision++;
    if (this.#isInside) Sequential.#changesInside++;
    this.#plan = undefined;
    this.#graph = undefined;
    // The layers go on being called where they were, so that their outputs stay what they are.
    this.#drawn.length = Math.min(this.#drawn.length, this.#stack.length + 1);
  }

  /** The graph of the layers, drawn when it is first asked for. @internal */
  override get graph(): Graph | undefined {
    return this.#draw();
  }

  #draw(): Graph | undefined {
    const { inputShape } = this;
    if (this.#graph !== undefined || inputShape === undefined) return this.#graph;
    const builder = graphBuilder(this.label);
    const [first] = this.#stack;
    if (this.#drawn.length === 0) {
      this.#drawn.push(
        first instanceof InputLayer
          ? first.output
          : builder.input(inputShape, this.readsStrings ? 'string' : 'float32'),
      );
    }
    for (let i = this.#drawn.length - 1; i < this.#stack.length; i++) {
      const layer = this.#stack[i];
      const x = this.#drawn[i];
      if (layer === undefined || x === undefined) break;
      this.#drawn.push(layer === first && layer instanceof InputLayer ? x : layer.apply(x));
    }
    this.#graph = builder.graph(this.label, this.#drawn[0], this.#drawn.at(-1));
    return this.#graph;
  }

  /** Whether the first layer accepts strings. */
  override get readsStrings(): boolean {
    return this.#stack[0]?.readsStrings ?? false;
  }

  /** @internal */
  override get inputPorts(): Ports {
    return { structure: ONE, names: [this.#stack[0]?.name ?? 'input'] };
  }

  /** @internal */
  override get outputPorts(): Ports | undefined {
    const last = this.#stack.at(-1);
    return last && { structure: ONE, names: [last.name] };
  }

  /** Others may not change the stack while it trains; a subclass may make its layers when it is built. */
  #requireIdle(method: string): void {
    if (!this.isAtWork) this.activity.requireIdle(method);
  }

  override get outputShape(): PartialShape | undefined {
    const { inputShape } = this;
    if (inputShape === undefined) return undefined;
    // A model inside may have got or lost layers since; a subclass may have added some while it was built.
    const isKnown =
      this.#outputs.length === this.#stack.length &&
      (this.#changesSeen === Sequential.#changesInside ||
        this.#models.every((at) => sameSample(this.#stack[at]?.outputShape, this.#outputs[at])));
    this.#changesSeen = Sequential.#changesInside;
    if (!isKnown) {
      this.#outputs = this.#outputsFor(inputShape, (layer, shape) =>
        layer.computeOutputShape(shape),
      );
    }
    return this.#outputs.at(-1);
  }

  /** @returns the batch shape of what the layer gives. */
  #buildLayer(layer: Layer, shape: PartialShape): PartialShape {
    const label = (): string => `${classNameOf(layer)} layer '${layer.name}'`;
    const given = { shape, layer, stack: this.#stack };
    checkInput(label, layer.inputSpec, given, layer.inputShape);
    // Within the model, so that paths of weights start with its name however they are made.
    if (!layer.built) {
      this.within(() => {
        layer.build(shape);
      });
    }
    // Asked for here, so that a layer which does not fit is named when it is added.
    const output = layer.computeOutputShape(shape);
    requireRoom(output, 'float32', label, ShapeError);
    return output;
  }

  /** Creates the weights of all layers for input of the given batch shape. */
  override build(inputShape: PartialShape): void {
    this.#requireLayers();
    const [first] = this.#stack;
    this.#outputs = this.#outputsFor(
      first instanceof InputLayer ? first.batchShape : inputShape,
      (layer, shape) => this.#buildLayer(layer, shape),
    );
  }

  override call(x: Tensor, options: CallOptions = { training: false }): Tensor {
    const { training, mask } = options;
    this.#requireLayers();
    this.#plan ??= chain(this.#stack);
    const input = mask === undefined ? x : withMask(x, mask as Tensor | null);
    return runPlan(this.#plan, [input], training)[0] as Tensor;
  }

  /** Null, as the layers have attached a mask to the output. */
  override computeMask(): null {
    return null;
  }

  #requireLayers(): void {
    if (this.#stack.length > 0) return;
    throw new ValueError(
      `${this.label} has no layers. Add some first: model.add(new layers.Dense(10)).`,
    );
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const outputOf = (layer: Layer, shape: PartialShape): PartialShape =>
      layer.computeOutputShape(shape);
    return this.#outputsFor(inputShape, outputOf).at(-1) ?? inputShape;
  }

  #outputsFor(
    inputShape: PartialShape,
    outputOf: (layer: Layer, shape: PartialShape) => PartialShape,
  ): PartialShape[] {
    let shape = inputShape;
    return this.#stack.map((layer) => (shape = outputOf(layer, shape)));
  }

  /** Keras's config: the layers with their configs. */
  override getConfig(): Config {
    const { name, trainable } = this;
    return {
      name,
      trainable,
      dtype: FLOAT32_POLICY,
      layers: this.#stack.map(describeLayer),
      ...(this.inputShape === undefined ? {} : { build_input_shape: this.inputShape }),
    };
  }

  /** @internal */
  override serialized(): SerializedObject {
    const { inputShape } = this;
    const isKeras = this.constructor === Sequential;
    return {
      module: isKeras ? 'keras' : null,
      class_name: classNameOf(this),
      config: this.getConfig(),
      registered_name: isKeras ? null : (registeredNameOf(this.constructor) ?? classNameOf(this)),
      ...(inputShape === undefined ? {} : { build_config: { input_shape: inputShape } }),
    };
  }

  /**
   * Creates the model that a Keras config describes, with new weights.
   *
   * @throws ValueError for a layer class that is not registered.
   */
  static override fromConfig(config: Config): Sequential {
    const {
      layers,
      build_input_shape: shape,
      ...rest
    } = requireObject('Sequential', 'config', config);
    if (!Array.isArray(layers) || !layers.every(isSerializedObject)) {
      throw new ValueError(
        'Sequential: a config needs `layers`, a list of objects with class_name and config.',
      );
    }
    const neutral = { dtype: [] };
    const { dtype: _policy, ...own } = rest;
    return disposeOnError(() => {
      const model = new Sequential(
        layers.map(layerOfConfig),
        optionsFromConfig('Sequential', own, OPTIONS, neutral, (name) => name === 'trainable'),
      );
      if (!model.built && Array.isArray(shape) && model.layers.length > 0) {
        model.build(shape as PartialShape);
      }
      return model;
    });
  }

  /** @throws ShapeError if the model does not know its input yet. @internal */
  requireShapes(): { readonly input: PartialShape; readonly output: PartialShape } {
    if (this.inputShape !== undefined && this.outputShape !== undefined) {
      return { input: this.inputShape, output: this.outputShape };
    }
    throw new ShapeError(
      `${this.label} does not know its input shape ${formatShape([null])} yet. Give the first layer inputShape, or ` +
        `call build([null, …]).`,
    );
  }
}

/** What can stand in a `Sequential`: a layer, or what `Input` gives. */
type Stackable = AnyLayer | SymbolicTensor;

const isStackable = (value: unknown): value is Stackable =>
  value instanceof Layer || value instanceof SymbolicTensor;

const isModel = (layer: AnyLayer): boolean => layer instanceof Model;

/** The plan of layers that work one after the other: consecutive slots. */
function chain(layers: readonly Layer[]): Plan {
  const steps = layers.map((layer, i) => ({
    layer,
    from: i,
    named: undefined,
    to: [i + 1],
    release: [i],
  }));
  return { steps, outputs: [layers.length] };
}

function sameSample(a: PartialShape = [], b: PartialShape = []): boolean {
  return sameShape(a.slice(1), b.slice(1));
}

function checked(
  options: SequentialOptions,
  known: readonly string[],
): SequentialOptions & { readonly layers?: readonly Layer[] | Layer } {
  checkOptions('Sequential', options, known);
  return options;
}

/** A layer, or a model inside of the model. Weights come with the shape of the whole model's input. */
function layerOfConfig(described: SerializedObject): AnyLayer {
  const { module, class_name, config, registered_name = null } = described;
  if (class_name === Sequential.className) return Sequential.fromConfig(config);
  if (class_name === Model.className) return Model.fromConfig(config);
  return deserializeLayer({ class_name, config, module: module ?? null, registered_name });
}
