import {
  checkFunction,
  checkOptions,
  classNameOf,
  didYouMean,
  indent,
  mapNest,
  requireObject,
} from '../config/index.js';
import type { Config, Nest } from '../config/index.js';
import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import type { History, TrainingProgress } from '../callbacks/index.js';
import type { Source } from '../places/source.js';
import type { Target } from '../places/target.js';
import { Layer } from '../layers/index.js';
import type {
  AnyLayer,
  ApplyOptions,
  CallOptions,
  Concrete,
  Mask,
  ShapesOf,
  Symbolic,
  SymbolicTensor,
  TensorSpec,
} from '../layers/index.js';
import { graphBuilder } from '../layers/graph-builder.js';
import type { Graph } from '../layers/graph.js';
import { portsOf } from '../layers/parts.js';
import type { Ports } from '../layers/parts.js';
import { isSymbolic } from '../layers/symbolic-tensor.js';
import type { Metric } from '../metrics/index.js';
import type { Optimizer } from '../optimizers/index.js';
import { defaultWriter } from '../terminal/platform.js';
import { Activity } from './training/activity.js';
import { splitArguments } from './training/arguments.js';
import { predictOnBatch, testOnBatch, trainOnBatch } from './training/batch-methods.js';
import type { BatchOptions, TestBatchOptions } from './training/batch-methods.js';
import { Compiled } from './training/compiled.js';
import type { CompileOptions, Logs, Results } from './training/compiled.js';
import { evaluate, EVALUATE_OPTIONS } from './training/evaluate.js';
import type { EvaluateOptions } from './training/evaluate.js';
import { fit } from './training/fit.js';
import { FIT_OPTIONS } from './training/fit-options.js';
import type { FitOptions } from './training/fit-options.js';
import type {
  AnyData,
  DataOf,
  LossOf,
  PartialSamples,
  SamplesLike,
  SamplesOf,
  TargetsOf,
} from './training/data-types.js';
import { predict } from './training/predict.js';
import type { PredictOptions } from './training/predict.js';
import { graphFunctions } from './graph-registry.js';
import { formatSummary } from './summary.js';
import type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from './saving/options.js';

/** Any model, whatever it takes and gives. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyModel = Model<any, any>;

/** Options of `summary`. */
export interface SummaryOptions {
  /** Where the table goes. Default: the terminal or the console. */
  readonly printFn?: (text: string) => void;
}

/** Options of `Model`. */
export interface ModelOptions<I = SymbolicTensor, O = SymbolicTensor> {
  /** What the model takes: a symbolic tensor, or a list or an object of them. */
  readonly inputs?: I;
  /** What the model gives: a symbolic tensor that is computed from the inputs, or a list or an object of such tensors. */
  readonly outputs?: O;
  /** Default: `functional`, `functional_1`, … */
  readonly name?: string;
  /** Whether training changes the weights. Default true. */
  readonly trainable?: boolean;
}

/**
 * A layer made of layers that can be trained, measured and asked: all that lies between inputs and outputs in a graph of
 * layers. Keras: `Model`, `Functional`.
 *
 * Layers may be shared, models may stand in models, and any symbolic tensor may be an input or an output, also one in the
 * middle of another model. A class that extends `Model` may compute in `call` instead, like a layer.
 *
 * @typeParam I the structure of the inputs
 * @typeParam O the structure of the outputs
 * @example
 * const image = Input([28, 28]);
 * const flat = new layers.Flatten().apply(image);
 * const digit = new layers.Dense(10, { activation: 'softmax' }).apply(flat);
 * const model = new models.Model({ inputs: image, outputs: digit });
 */
export class Model<const I = SymbolicTensor, const O = SymbolicTensor> extends Layer<
  Concrete<I>,
  Concrete<O>
> {
  static override readonly className: string = 'Functional';
  /** Whether `fit` ends after the current batch. A callback, for instance, sets it true. */
  stopTraining = false;
  /** The loss and metrics of each epoch of the last `fit`, or of the one that runs. */
  history: History | undefined;
  /** How far the `fit` that runs has come; undefined while none does. @internal */
  training: TrainingProgress | undefined;
  #compiled: Compiled | undefined;
  readonly #graph: Graph | undefined;
  /** The layers of the graph, and those that a subclass holds in its properties. */
  #inside: { readonly held: readonly AnyLayer[]; readonly all: readonly AnyLayer[] } | undefined;
  /** What the model does at the moment. @internal */
  readonly activity = new Activity(() => this.label);

  /**
   * @throws ValueError for what is no symbolic tensor, for outputs that need an input which is not among `inputs`, and for
   * layers that share a name.
   */
  constructor(options: ModelOptions<I, O> = {}) {
    checkOptions('Model', options, ['inputs', 'outputs', 'name', 'trainable']);
    const { inputs, outputs, ...rest } = options;
    super(rest);
    this.supportsMasking = inputs !== undefined || this.computeMask !== Model.prototype.computeMask;
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

  override subLayers(): readonly AnyLayer[] {
    const held = super.subLayers();
    if (this.#graph === undefined) return held;
    if (this.#inside?.held !== held) {
      this.#inside = { held, all: [...new Set([...this.#graph.layers, ...held])] };
    }
    return this.#inside.all;
  }

  override call(x: Concrete<I>, options: CallOptions): Concrete<O> {
    if (this.#graph === undefined) return super.call(x, options);
    return this.#graph.run(this.label, x, options) as Concrete<O>;
  }

  /**
   * The masks of the outputs: null, as layers of the model have given its outputs their masks, unless a subclass computes
   * in `call`.
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

  /**
   * Sets how the model is trained: optimizer, loss, metrics. Weights stay as they are.
   *
   * @throws ValueError for an unknown name or option, suggesting the nearest known one, and while `fit` or `evaluate`
   * runs.
   * @example model.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
   */
  compile(options: CompileOptions = {}): void {
    this.activity.requireIdle('compile');
    this.#compiled = new Compiled(options, this.outputPorts);
  }

  /** What `compile` made. @throws ValueError before it. @internal */
  requireCompiled(method: string): Compiled {
    if (this.#compiled !== undefined) return this.#compiled;
    throw new ValueError(
      `${this.label}: ${method} needs a compiled model. Call compile({ optimizer, loss, metrics }) first.`,
    );
  }

  /** What `compile` made; undefined before it. @internal */
  get compiled(): Compiled | undefined {
    return this.#compiled;
  }

  /** The optimizer; undefined before `compile`. */
  get optimizer(): Optimizer | undefined {
    return this.#compiled?.optimizer;
  }

  /**
   * The loss; undefined before `compile` and without one. Of several outputs the list or the object of losses that `compile`
   * was given, or the one for all.
   */
  get loss(): LossOf<Concrete<O>> | undefined {
    return this.#compiled?.losses.given as LossOf<Concrete<O>> | undefined;
  }

  /** Loss and metrics as objects; empty before `compile`. */
  get metrics(): readonly Metric[] {
    return this.#compiled?.metrics ?? [];
  }

  /** Names of loss and metrics, in the order in which `evaluate` gives their values. */
  get metricsNames(): string[] {
    return this.#compiled?.metricsNames ?? [];
  }

  /** Forgets the batches that loss and metrics have seen. */
  resetMetrics(): void {
    this.#compiled?.reset();
  }

  /**
   * Trains for a number of epochs. Callbacks get the results of each batch and epoch as `logs`.
   *
   * @param x samples along the first axis; of several inputs a list or an object of them
   * @param y their targets; of several outputs a list or an object of them, in which outputs without a loss may be missing
   * @returns the loss and metrics of each epoch
   * @throws ValueError before `compile`, for options out of range, for samples with NaN, for inputs and targets that are
   * missing or that the model does not have, and while `fit` or `evaluate` of the same model runs; ShapeError for samples
   * or targets that do not fit the model.
   * @example
   * const { history } = await model.fit(x, y, { epochs: 5, validationSplit: 0.1 });
   * console.log(history.loss, history.val_loss);
   */
  fit(
    x: DataOf<Concrete<I>>,
    y: TargetsOf<Concrete<O>> | undefined,
    options?: FitOptions,
  ): Promise<History>;
  /**
   * Trains on batches, or on samples without targets.
   *
   * @param batches a `Dataset` or another (async) iterable of batches [x, y] or [x, y, sampleWeight]
   */
  fit(batches: DataOf<Concrete<I>>, options?: FitOptions): Promise<History>;
  async fit(samples: unknown, second?: unknown, third?: FitOptions): Promise<History> {
    const { x, y, options } = splitArguments(samples, second, third, FIT_OPTIONS);
    return this.activity.fitting(() => fit(this, x, y, options));
  }

  /**
   * The loss and metrics on data that the model is not trained on: `[loss, ...metrics]`, or with
   * `returnDict` an object. A callback of `fit` may call it before or after an epoch; within an epoch it is refused.
   */
  evaluate<ReturnDict extends boolean = false>(
    x: DataOf<Concrete<I>>,
    y: TargetsOf<Concrete<O>> | undefined,
    options?: EvaluateOptions<ReturnDict>,
  ): Promise<Results<ReturnDict>>;
  /**
   * Loss and metrics on batches, or on samples without targets.
   *
   * @param batches a `Dataset` or another (async) iterable of batches [x, y] or [x, y, sampleWeight]
   */
  evaluate<ReturnDict extends boolean = false>(
    batches: DataOf<Concrete<I>>,
    options?: EvaluateOptions<ReturnDict>,
  ): Promise<Results<ReturnDict>>;
  async evaluate(
    samples: unknown,
    second?: unknown,
    third?: EvaluateOptions,
  ): Promise<number[] | Logs> {
    const { x, y, options } = splitArguments(samples, second, third, EVALUATE_OPTIONS);
    const logs = await evaluate(this, x, y, options);
    return options.returnDict === true ? logs : Object.values(logs);
  }

  /**
   * The outputs for all samples, one row each: a tensor, or a list or an object of tensors as the model has them. The
   * tensors belong to the caller.
   */
  async predict(x: DataOf<Concrete<I>>, options: PredictOptions = {}): Promise<Concrete<O>> {
    return (await predict(this, x as AnyData, options)) as Concrete<O>;
  }

  /** One step of training on one batch: `[loss, ...metrics]` over the batches since `resetMetrics()`. */
  trainOnBatch<ReturnDict extends boolean = false>(
    x: SamplesOf<Concrete<I>>,
    y?: TargetsOf<Concrete<O>>,
    options?: BatchOptions<ReturnDict>,
  ): Results<ReturnDict>;
  trainOnBatch(x: unknown, y?: unknown, options: BatchOptions = {}): number[] | Logs {
    const logs = trainOnBatch(this, x as SamplesLike, y as PartialSamples, options);
    return options.returnDict === true ? logs : Object.values(logs);
  }

  /** Loss and metrics on one batch: `[loss, ...metrics]` over the batches since `resetMetrics()`. */
  testOnBatch<ReturnDict extends boolean = false>(
    x: SamplesOf<Concrete<I>>,
    y?: TargetsOf<Concrete<O>>,
    options?: TestBatchOptions<ReturnDict>,
  ): Results<ReturnDict>;
  testOnBatch(x: unknown, y?: unknown, options: TestBatchOptions = {}): number[] | Logs {
    const logs = testOnBatch(this, x as SamplesLike, y as PartialSamples, options);
    return options.returnDict === true ? logs : Object.values(logs);
  }

  /** The outputs for one batch, in the structure of the model's outputs. The tensors belong to the caller. */
  predictOnBatch(x: SamplesOf<Concrete<I>>): Concrete<O> {
    return predictOnBatch(this, x as SamplesLike) as Concrete<O>;
  }

  /**
   * Writes the model for `models.loadModel`: as Keras's `.keras` file, with how it is compiled and the optimizer's state,
   * or, layers and weights alone, in the format of TensorFlow.js (`layers-model`).
   *
   * @param target the path of a `.keras` file, or of a folder for TensorFlow.js's format (what was there stays whole
   * until the new model is complete); indexeddb://, localstorage:// or downloads:// and a name; or
   * { write(name, bytes) }, which gets one file or, of TensorFlow.js's format, `weights.bin` and then `model.json`
   * @throws ValueError for another format and for a layer that no file can hold; in TensorFlow.js's format
   * also for a model that is not built or holds models, and for what it has no words for.
   * @example await model.save('digits.keras');
   */
  async save(target: Target, options: SaveOptions = {}): Promise<void> {
    const { saveModel } = await import('./saving/index.js');
    await saveModel(this, target, options);
  }

  /**
   * Writes all weights, under their paths, into a `.safetensors` or `.npz` file, without the optimizer's state; or with
   * it into Keras's `.weights.h5`.
   *
   * @param target a path (the old file stays whole until the new one is complete); indexeddb://, localstorage:// or
   * downloads:// and a name; or { write(name, bytes) }
   * @throws ValueError for a model that is not built, and for another format.
   * @example await model.saveWeights('digits.safetensors');
   */
  async saveWeights(target: Target, options: SaveWeightsOptions = {}): Promise<void> {
    const { saveWeights } = await import('./saving/index.js');
    await saveWeights(this, target, options);
  }

  /**
   * Reads weights into the model: by structure, or by the names of layers with `byName`. Nothing changes if the file
   * does not fit.
   *
   * @param source a path, a URL, indexeddb:// or localstorage:// and a name, a Blob, or the bytes of a `.safetensors`,
   * `.npz`, `.weights.h5`, `.keras` or legacy `.h5` file. With the last three, an optimizer that has been built takes
   * its state, if the file has as much of it
   * @throws FormatError for a damaged file, DatasetError for one that cannot be read, ShapeError or ValueError for
   * weights that are not the model's.
   */
  async loadWeights(source: Source, options: LoadWeightsOptions = {}): Promise<void> {
    const { loadWeights } = await import('./saving/index.js');
    await loadWeights(this, source, options);
  }

  /**
   * The layer of that name or index.
   *
   * @throws ValueError if there is none.
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

  /** The symbolic tensors that the model takes, in order; empty before they are known. */
  get inputs(): readonly SymbolicTensor[] {
    return this.graph?.inputs ?? [];
  }

  /** The symbolic tensors that the model gives, in order; empty before they are known. */
  get outputs(): readonly SymbolicTensor[] {
    return this.graph?.outputs ?? [];
  }

  /** The symbolic tensor, or the structure of them, that the model takes. @throws ValueError if it has no graph. */
  override get input(): Symbolic<Concrete<I>> {
    return (this.graph?.input ?? super.input) as Symbolic<Concrete<I>>;
  }

  /** The symbolic tensor, or the structure of them, that the model gives. @throws ValueError if it has no graph. */
  override get output(): Symbolic<Concrete<O>> {
    return (this.graph?.output ?? super.output) as Symbolic<Concrete<O>>;
  }

  /** Names of the layers that take the inputs, in order; empty before they are known. */
  get inputNames(): readonly string[] {
    return this.graph?.inputNames ?? [];
  }

  /** Names of the outputs, in order: keys of an object, else those of the layers that give them. */
  get outputNames(): readonly string[] {
    return this.graph?.outputNames ?? [];
  }

  /** Prints a table of the layers, their output shapes and numbers of weights. */
  summary(options: SummaryOptions = {}): void {
    checkOptions('summary', options, ['printFn']);
    const printFn = checkFunction('summary', 'printFn', options.printFn ?? writeLine);
    const { optimizer } = this;
    printFn(formatSummary(this, optimizer?.isBuilt === true ? optimizer.variables : []));
  }

  /**
   * Keras's config: the layers with theirs, and how they are called.
   *
   * @throws ValueError for a model that computes in `call`, whose layers say nothing of that.
   */
  override getConfig(): Config {
    const { name, trainable } = this;
    if (this.#graph !== undefined)
      return { name, trainable, ...graphFunctions(this.label).graphConfig(this.#graph) };
    throw new ValueError(
      `${this.label} computes in call(), so it has no config and cannot be saved. Save its weights with saveWeights, or make ` +
        `the model of a graph: new models.Model({ inputs, outputs }).`,
    );
  }

  /**
   * The model that a Keras config describes, with new weights.
   *
   * @throws FormatError for layers that are not connected as a graph; ValueError for a layer class that nobody registered.
   * @example const copy = models.Model.fromConfig(model.getConfig());
   */
  static override fromConfig(config: Config): AnyModel {
    const { modelFromConfig } = graphFunctions(`${this.className}: fromConfig`);
    return modelFromConfig(this, requireObject('fromConfig', 'config', config));
  }

  /** The model as Keras writes it into `config.json`: what `JSON.stringify(model)` gives. */
  toJSON(): Record<string, unknown> {
    const className = classNameOf(this);
    const isKeras = this.constructor === Model;
    return {
      module: isKeras ? 'keras.src.models.functional' : null,
      class_name: className,
      config: this.getConfig(),
      registered_name: className,
      build_config: { input_shape: null },
    };
  }

  /** @internal */
  override describe(depth: number): string {
    const compiled = depth < 0 ? undefined : this.#compiled;
    const line = compiled === undefined ? [] : [`compiled with ${String(compiled)}`];
    return super.describe(depth) + indent(line);
  }
}

function writeLine(text: string): void {
  defaultWriter().write(`${text}\n`);
}
