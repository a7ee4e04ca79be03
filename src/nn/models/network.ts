import { describeValue } from '../../config/describe-value.js';
import { checkOptions, didYouMean, mapNest } from '../../config/index.js';
import type { Config, Nest } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { graphBuilder } from '../layers/core/graph-builder.js';
import type { Graph } from '../layers/core/graph.js';
import { Layer } from '../layers/core/layer.js';
import type { Mask } from '../layers/core/mask.js';
import type {
  Concrete,
  ShapesOf,
  Symbolic,
  SymbolicTensor,
  TensorsLike,
  TensorSpec,
} from '../layers/core/symbolic-tensor.js';
import type { ApplyOptions, CallOptions } from '../layers/core/layer-options.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { namedTensor, namedValue } from '../layers/core/layer-checks.js';
import { packByPorts, flattenByPorts, portsOf } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import { isSymbolic } from '../layers/core/symbolic-tensor.js';
import { graphFunction } from './graph-registry.js';
import { isStrings } from '../../engine/tensor/index.js';
import { saving } from '../training/saving.js';
import type {
  LoraReport,
  ModelLoraOptions,
  QuantizationReport,
  QuantizeOptions,
} from '../training/file-options.js';
import type { SamplesOf } from '../training/types.js';
import { CapturedSteps } from '../training/captured-steps.js';

/** Options of `Model`. */
export interface ModelOptions<I = SymbolicTensor, O = SymbolicTensor> {
  /** The inputs of the model: a symbolic tensor, or a list or an object of them. */
  readonly inputs?: I;
  /** The outputs of the model: a symbolic tensor that is computed from the inputs, or a list or an object of such tensors. */
  readonly outputs?: O;
  /** The model's name. Default: `functional`, `functional_1`, … */
  readonly name?: string;
  /** Whether training changes the weights. Default true. */
  readonly trainable?: boolean;
}

/** A layer that is the graph between its inputs and outputs: a model without the methods that train and save it. */
export abstract class Network<I, O> extends Layer<Concrete<I>, Concrete<O>> {
  /** The captured predictions. @internal */
  readonly predictions = new CapturedSteps();
  readonly #graph: Graph | undefined;
  /** The layers of the graph, and the layers in properties of a subclass. */
  #inside: { readonly held: readonly AnyLayer[]; readonly all: readonly AnyLayer[] } | undefined;

  /**
   * @throws ValueError for anything but symbolic tensors, for outputs that need an input that is not in `inputs`, and for
   * layers that share a name.
   */
  constructor(options: ModelOptions<I, O> = {}) {
    if (isSymbolic(options)) {
      throw new ValueError(
        'Model: inputs and outputs are options, got a symbolic tensor. Write new models.Model({ inputs, outputs }).',
      );
    }
    checkOptions('Model', options, ['inputs', 'outputs', 'name', 'trainable']);
    const { inputs, outputs, ...rest } = options;
    super(rest);
    this.supportsMasking =
      inputs !== undefined || this.computeMask !== Network.prototype.computeMask;
    this.supportsCaching = inputs !== undefined;
    if (inputs === undefined && outputs === undefined) return;
    if (inputs === undefined || outputs === undefined) {
      throw new ValueError(
        `${this.label}: ${inputs === undefined ? 'inputs' : 'outputs'} are missing. Give inputs and outputs, or neither in a ` +
          `class that computes in call().`,
      );
    }
    this.#graph = graphBuilder(this.label).graph(this.label, inputs, outputs);
    this.build(
      mapNest(this.#graph.input, isSymbolic, ({ shape }) => shape) as ShapesOf<Concrete<I>>,
    );
  }

  /** The graph of layers that the model computes; undefined if it computes in `call`, and before a Sequential is built. @internal */
  get graph(): Graph | undefined {
    return this.#graph;
  }

  /** What the model takes; undefined if only data tell. @internal */
  get inputPorts(): Ports | undefined {
    const { graph, inputShape } = this;
    if (graph !== undefined) return { structure: graph.input, names: graph.inputNames };
    return inputShape === undefined ? undefined : portsOf(inputShape, 'input');
  }

  /** What the model gives; undefined if only running it tells. @internal */
  get outputPorts(): Ports | undefined {
    const { graph } = this;
    return graph && { structure: graph.output, names: graph.outputNames };
  }

  /** The layers of the model, in order. */
  get layers(): readonly AnyLayer[] {
    return this.#graph?.layers ?? this.subLayers();
  }

  /** The layers of the graph, and the layers in properties of a subclass. */
  override subLayers(): readonly AnyLayer[] {
    const held = super.subLayers();
    if (this.#graph === undefined) return held;
    if (this.#inside?.held !== held) {
      this.#inside = { held, all: [...new Set([...this.#graph.layers, ...held])] };
    }
    return this.#inside.all;
  }

  /** Whether one of the inputs is an array of strings. Always true for a model that computes in `call`. */
  override get readsStrings(): boolean {
    const { graph } = this;
    return graph === undefined || graph.inputs.some(({ dtype }) => dtype === 'string');
  }

  /**
   * Adds the model to a graph, like a layer, and returns its symbolic output.
   *
   * @param x a symbolic tensor, or a list or an object of them, in the structure of the model's inputs
   */
  override apply(x: Symbolic<Concrete<I>>, options?: ApplyOptions): Symbolic<Concrete<O>>;
  /**
   * The model's output for a batch. `predict` takes any number of samples, batch by batch.
   *
   * @param x a batch in the structure of the model's inputs: tensors, values that stand for tensors, or strings
   */
  override apply(
    x: TensorsLike<Concrete<I>> | SamplesOf<Concrete<I>>,
    options?: ApplyOptions,
  ): Concrete<O>;
  override apply(x: unknown, options?: ApplyOptions): unknown {
    return super.apply(x as never, options);
  }

  /** The input of `apply` in the structure of the model's inputs, with tensors in place of arrays. */
  protected override givenTensors(x: TensorsLike<Concrete<I>>): unknown {
    if (this.#graph === undefined) return super.givenTensors(x);
    const { inputPorts, inputs } = this.#graph;
    const tensors = flattenByPorts(this.label, inputPorts, x).map((leaf, i) => {
      const toValue = inputs[i]?.dtype === 'string' || isStrings(leaf) ? namedValue : namedTensor;
      return toValue(`${this.label}: input '${inputPorts.names[i] ?? ''}'`, leaf);
    });
    return packByPorts(inputPorts, tensors);
  }

  /**
   * Stores the input shape. The layers of a graph are built already; those of a class that computes in `call` are built by the
   * first batch.
   */
  override build(_inputShape: ShapesOf<Concrete<I>>): void {
    // The first batch is at hand wherever a model is built, and tells more than zeros.
  }

  override call(x: Concrete<I>, options: CallOptions): Concrete<O> {
    if (this.#graph === undefined) return super.call(x, options);
    return this.#graph.run(this.label, x, options) as Concrete<O>;
  }

  /**
   * The masks of the outputs. Null unless a subclass computes in `call`, as the layers have attached masks to the
   * outputs.
   */
  override computeMask(_x: Concrete<I>, mask: Mask | null): Mask | null {
    return this.#graph === undefined ? mask : null;
  }

  override computeOutputShape(inputShape: ShapesOf<Concrete<I>>): ShapesOf<Concrete<O>> {
    if (this.#graph === undefined) return super.computeOutputShape(inputShape);
    return this.#graph.shapesFor(this.label, inputShape) as ShapesOf<Concrete<O>>;
  }

  override computeOutputSpec(x: Symbolic<Concrete<I>>, options?: ApplyOptions): Nest<TensorSpec> {
    if (this.#graph === undefined) return super.computeOutputSpec(x, options);
    return this.#graph.specsFor(this.label, x);
  }

  override dispose(): void {
    super.dispose();
    this.predictions.dispose();
  }

  /**
   * The layer with a name or at an index.
   *
   * @param nameOrIndex the name of a layer, or its index in `layers`; −1 is the last
   * @throws ValueError if there is no such layer.
   */
  getLayer(nameOrIndex: string | number): Layer {
    const { layers } = this;
    const found =
      typeof nameOrIndex === 'number'
        ? layers.at(nameOrIndex)
        : layers.find((layer) => layer.name === nameOrIndex);
    if (found !== undefined) return found as Layer;
    const near =
      typeof nameOrIndex === 'string'
        ? didYouMean(
            nameOrIndex,
            layers.map((layer) => layer.name),
          )
        : '';
    throw new ValueError(
      `${this.label} has no layer ${describeValue(nameOrIndex)}.${near} Its layers: ` +
        `${layers.map((layer, i) => `${i} '${layer.name}'`).join(', ') || 'none'}.`,
    );
  }

  /** The symbolic inputs of the model, in order; empty before they are known. */
  get inputs(): readonly SymbolicTensor[] {
    return this.graph?.inputs ?? [];
  }

  /** The symbolic outputs of the model, in order; empty before they are known. */
  get outputs(): readonly SymbolicTensor[] {
    return this.graph?.outputs ?? [];
  }

  /** The symbolic input, or the structure of symbolic inputs. @throws ValueError if the model has no graph. */
  override get input(): Symbolic<Concrete<I>> {
    return (this.graph?.input ?? super.input) as Symbolic<Concrete<I>>;
  }

  /** The symbolic output, or the structure of symbolic outputs. @throws ValueError if the model has no graph. */
  override get output(): Symbolic<Concrete<O>> {
    return (this.graph?.output ?? super.output) as Symbolic<Concrete<O>>;
  }

  /** Names of the input layers, in order; empty before they are known. */
  get inputNames(): readonly string[] {
    return this.graph?.inputNames ?? [];
  }

  /** Names of the outputs, in order: the keys of an object, otherwise the names of the output layers. */
  get outputNames(): readonly string[] {
    return this.graph?.outputNames ?? [];
  }

  /**
   * Quantizes the large weights for inference: those of `Dense`, `EinsumDense`, `Embedding`, `ReversibleEmbedding` and the
   * convolutions. Other weights, including biases, stay float32. Keras: `quantize`.
   *
   * - `'int8'`: w = q / scale with a scale for each column of a kernel and each row of a table: scale = 127 / max |w|, q = round(w
   *   · scale). Takes a quarter of the memory.
   * - `'float16'`: the nearest float16. Takes half of the memory.
   *
   * The layers compute in float32 with the rounded values, which `layer.kernel.value` and `getWeights` return. Quantized layers
   * cannot be trained. `setWeights` and `loadWeights` round new values in the same way.
   *
   * @param mode the form of the stored weights, `'int8'` or `'float16'`
   * @returns the names of the quantized layers, and of layers with weights that were not quantized
   * @throws ValueError for an unknown mode, before the model is built, for layers that are quantized already, for weights that are
   * not finite or too large for float16, and while the model is in use.
   * @example
   * await model.quantize('int8');
   * await model.save('small.keras');
   */
  async quantize(
    mode: 'int8' | 'float16',
    options: QuantizeOptions = {},
  ): Promise<QuantizationReport> {
    return saving.use(async ({ quantizeModel }) => quantizeModel(this, mode, options));
  }

  /**
   * Tunes the model by LoRA, low-rank adaptation: calls `enableLora` of all its `Dense`, `EinsumDense`, `Embedding`,
   * `ReversibleEmbedding`, `Conv1D`, `Conv2D` and `Conv3D`, also of those inside other layers, and freezes all other layers. Biases
   * of tuned layers are trained as well. Call `compile` afterwards. `saveWeights` with `trainableOnly` saves what is trained.
   *
   * @param rank the rank of the matrices that are trained: a whole number above 0
   * @returns the names of the tuned layers, and of the other layers with weights
   * @throws ValueError before the model is built, for layers that have LoRA already or a constraint, if no layer is left, and while
   * the model is in use. Then nothing has changed.
   * @example
   * const { adapted } = await model.enableLora(4, { filters: /query|value/ });
   */
  async enableLora(rank: number, options: ModelLoraOptions = {}): Promise<LoraReport> {
    return saving.use(async ({ adaptModel }) => adaptModel(this, rank, options));
  }

  /**
   * Keras's config: the layers with their configs, and their connections.
   *
   * @throws ValueError for a model that computes in `call`, as its layers do not describe that.
   */
  override getConfig(): Config {
    const { name, trainable } = this;
    if (this.#graph !== undefined)
      return { name, trainable, ...graphFunction(this.label, 'graphConfig')(this.#graph) };
    throw new ValueError(
      `${this.label} computes in call(), so it has no config and cannot be saved. Save its weights with saveWeights, or make ` +
        `the model of a graph: new models.Model({ inputs, outputs }).`,
    );
  }
}
