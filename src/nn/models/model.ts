import {
  classNameOf,
  indent,
  KERAS_VERSION,
  registeredNameOf,
  requireObject,
} from '../../config/index.js';
import type { Config, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { TrainingProgress } from '../callbacks/callback.js';
import type { History } from '../callbacks/history.js';
import type { Source } from '../../files/locations/source.js';
import type { Target } from '../../files/locations/target.js';
import type { Concrete, ResultsOf, SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import { valueAndGrad } from '../../engine/ops/index.js';
import { requireTensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { Metric, metricsMade } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { Activity } from '../training/activity.js';
import { predictOnBatch, testOnBatch, trainOnBatch } from '../training/batch-methods.js';
import type { BatchOptions, TestBatchOptions } from '../training/batch-methods.js';
import { Compiled } from '../training/compiled.js';
import type { CompileOptions, Logs, Results } from '../training/compiled.js';
import type {
  AnyData,
  DataOf,
  EvaluateOptions,
  FitOptions,
  LossOf,
  PartialSamples,
  PredictOptions,
  SamplesLike,
  SamplesOf,
  StepBatch,
  StepLogs,
  StepOutputs,
  TargetsOf,
} from '../training/types.js';
import { loops } from '../training/loops/chunk.js';
import { saving } from '../training/saving.js';
import type {
  ModelState,
  PartialModelState,
  StateFormat,
  StateTreeOptions,
  StateValue,
} from '../training/state-tree.js';
import { hasOwnStep, lossOfBatch, measureBatch } from '../training/own-steps.js';
import { graphFunction } from './graph-registry.js';
import { Network } from './network.js';
import { printSummary } from './summary.js';
import type { SummaryOptions } from './summary.js';
import type {
  LoadWeightsOptions,
  SaveOptions,
  SaveWeightsOptions,
} from '../training/file-options.js';

/** Any model, regardless of the types of its inputs and outputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyModel = Model<any, any>;

/**
 * A graph of layers between inputs and outputs, which you can train, evaluate and use for predictions. A model is a layer
 * itself. Keras: `Model`, `Functional`.
 *
 * Layers may be shared, models may contain models, and any symbolic tensor may be an input or an output, even one in the
 * middle of another model. A class that extends `Model` may instead compute its output in `call`, like a layer.
 *
 * @typeParam I the structure of the inputs
 * @typeParam O the structure of the outputs
 * @example
 * const image = Input([28, 28]);
 * const flat = new layers.Flatten().apply(image);
 * const digit = new layers.Dense(10, { activation: 'softmax' }).apply(flat);
 * const model = new models.Model({ inputs: image, outputs: digit });
 */
export class Model<const I = SymbolicTensor, const O = SymbolicTensor> extends Network<I, O> {
  static override readonly className: string = 'Functional';
  static override readonly isPure: boolean = true;
  #stopTraining = false;
  #history: History | undefined;
  #training: TrainingProgress | undefined;
  #compiled: Compiled | undefined;
  /** The metrics in properties, and how many metrics there were when they were found. */
  #own: readonly Metric[] = [];
  #madeThen: number | undefined;
  /** What the model does at the moment. @internal */
  readonly activity = new Activity(() => this.label);

  // How far training has come is behind accessors: no step may depend on it, and steps depend on properties.

  /** Whether `fit` ends after the current batch. A callback may set it to true. */
  get stopTraining(): boolean {
    return this.#stopTraining;
  }

  set stopTraining(value: boolean) {
    this.#stopTraining = value;
  }

  /** The loss and metrics of each epoch of the last or running `fit`. */
  get history(): History | undefined {
    return this.#history;
  }

  set history(value: History | undefined) {
    this.#history = value;
  }

  /** How far the `fit` that runs has come; undefined while none does. @internal */
  get training(): TrainingProgress | undefined {
    return this.#training;
  }

  /** @internal */
  set training(value: TrainingProgress | undefined) {
    this.#training = value;
  }

  /**
   * Sets the optimizer, loss and metrics for training. Weights do not change.
   *
   * @throws ValueError for an unknown name or option, suggesting the nearest known one, and while `fit` or `evaluate` is
   * running.
   * @example model.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
   */
  compile(options: CompileOptions = {}): void {
    this.activity.requireIdle('compile');
    // A model that is compiled is about to be trained.
    loops.prefetch();
    this.#compiled?.dispose();
    this.#compiled = new Compiled(options, this.outputPorts, () => this.ownMetrics());
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
   * The loss; undefined before `compile` and without a loss. For several outputs, the list or the object of losses that was
   * given to `compile`, or the loss for all outputs.
   */
  get loss(): LossOf<Concrete<O>> | undefined {
    return this.#compiled?.losses.given as LossOf<Concrete<O>> | undefined;
  }

  /**
   * The loss and the metrics as objects, which are missing before `compile`, and the metrics in properties of a subclass
   * and of layers inside at any depth, but not those in properties of models inside.
   */
  get metrics(): readonly Metric[] {
    return [...new Set([...(this.#compiled?.metrics ?? []), ...this.ownMetrics()])];
  }

  /**
   * The metrics that a subclass and layers inside hold in their properties, as in `metrics`. The properties are looked through
   * when a metric was made since, or metrics were reset: that takes longer than a small step. @internal
   */
  ownMetrics(): readonly Metric[] {
    const made = metricsMade();
    if (this.#madeThen === made) return this.#own;
    this.#madeThen = made;
    const holders = layersWithin<AnyLayer>(this).filter(
      (layer) => layer === this || !(layer instanceof Model),
    );
    const held = holders.flatMap((layer) => Object.values(layer).flat() as unknown[]);
    return (this.#own = [...new Set(held.filter((value) => value instanceof Metric))]);
  }

  /** Names of the loss and metrics, in the order in which `evaluate` returns their values. A name that two outputs share occurs twice. */
  get metricsNames(): string[] {
    return this.#compiled?.metricsNames ?? [];
  }

  /** Resets the loss and the metrics, as at the beginning of an epoch. */
  resetMetrics(): void {
    this.#madeThen = undefined;
    this.#compiled?.reset();
    for (const metric of this.ownMetrics()) metric.resetState();
  }

  /** Whether a subclass has a step of its own, or what the built-in step is made of. @internal */
  hasOwnStep(step: 'trainStep' | 'testStep' | 'predictStep'): boolean {
    return hasOwnStep(this, Model.prototype, step);
  }

  /**
   * One training step, which `fit` and `trainOnBatch` run for each batch. Override it in a subclass to train in a different way.
   * All tensors created in the step are freed at its end. Written as below, a step gives the same bits as the built-in one:
   *
   * @returns results by name, numbers or tensors of one element. The results of the last batch become those of the epoch, so
   * return results of metrics if you want means; metrics in properties are reset at each epoch
   * @example
   * class Own extends models.Model {
   *   override trainStep({ x, y }: models.StepBatch) {
   *     const variables = this.trainableWeights;
   *     const { value, gradients, aux: yPred } = valueAndGrad(() => {
   *       const yPred = this.apply(x, { training: true });
   *       return [this.computeLoss({ x, y, yPred }), yPred];
   *     }, variables);
   *     this.optimizer?.apply(gradients, variables);
   *     return this.computeMetrics({ x, y, yPred }, value);
   *   }
   * }
   */
  trainStep(batch: StepBatch<Concrete<I>, Concrete<O>>): StepLogs {
    requireObject('trainStep', 'batch', batch);
    const { optimizer } = this.requireCompiled('trainStep');
    const variables = this.trainableWeights;
    const { value, gradients, aux } = valueAndGrad(() => {
      const yPred = this.apply(batch.x as never, { training: true }) as Concrete<O>;
      const outputs = { ...batch, yPred };
      return [this.computeLoss(outputs), outputs];
    }, variables);
    optimizer.apply(gradients, variables);
    return this.computeMetrics(aux, value);
  }

  /** One step of `evaluate` and of validation; otherwise like `trainStep`. */
  testStep(batch: StepBatch<Concrete<I>, Concrete<O>>): StepLogs {
    requireObject('testStep', 'batch', batch);
    const yPred = this.apply(batch.x as never, { training: false }) as Concrete<O>;
    const outputs = { ...batch, yPred };
    const total = this.#hasLoss() ? this.computeLoss(outputs) : undefined;
    return this.computeMetrics(outputs, total ?? 0);
  }

  #hasLoss(): boolean {
    return this.requireCompiled('testStep').losses.all.length > 0 || this.losses().length > 0;
  }

  /** One step of `predict` and `predictOnBatch`: the outputs for a batch. */
  predictStep(x: Concrete<I>): Concrete<O> {
    return this.apply(x as never, { training: false }) as Concrete<O>;
  }

  /**
   * The loss that training minimizes: that of `compile`, plus the losses that layers add. A subclass may override it.
   *
   * @throws ValueError if there are no losses.
   */
  computeLoss(outputs: StepOutputs<Concrete<I>, Concrete<O>>): Tensor {
    requireObject('computeLoss', 'outputs', outputs);
    return lossOfBatch('computeLoss', this, outputs);
  }

  /**
   * Adds a batch to the loss and metrics of `compile`. Returns their results over the batches of the epoch, and the results
   * of metrics in properties, which the subclass updates itself. A subclass may override it.
   *
   * @param loss the loss of the batch: a number, or a tensor of one element
   */
  computeMetrics(outputs: StepOutputs<Concrete<I>, Concrete<O>>, loss: Tensor | number): StepLogs {
    requireObject('computeMetrics', 'outputs', outputs);
    const value =
      typeof loss === 'number' ? loss : requireTensor('computeMetrics: loss', loss).item();
    return measureBatch('computeMetrics', this, outputs, value);
  }

  /**
   * Trains the model for a number of epochs. Callbacks get the results of each batch and epoch as `logs`.
   *
   * @param x samples along the first axis; for several inputs, a list or an object of them
   * @param y their targets; for several outputs, a list or an object of them, in which outputs without a loss may be
   * missing
   * @returns the loss and metrics of each epoch
   * @throws ValueError before `compile`, for options out of range, for samples with NaN, for missing or unknown inputs
   * and targets, and while `fit` or `evaluate` of the same model is running; ShapeError for samples or targets whose
   * shapes do not match the model.
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
   * Trains the model on batches, or on samples without targets.
   *
   * @param batches a `Dataset` or another (async) iterable of batches [x, y] or [x, y, sampleWeight]
   */
  fit(batches: DataOf<Concrete<I>>, options?: FitOptions): Promise<History>;
  async fit(x: unknown, yOrOptions?: unknown, options?: FitOptions): Promise<History> {
    return this.activity.fitting(() => loops.use(({ fit }) => fit(this, x, yOrOptions, options)));
  }

  /**
   * The loss and metrics on data, without training: `[loss, ...metrics]`, or with `returnDict` an object. A callback of
   * `fit` may call it before or after an epoch, but not during an epoch.
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
    x: unknown,
    yOrOptions?: unknown,
    options?: EvaluateOptions,
  ): Promise<number[] | Logs> {
    return this.activity.measuring('evaluate', () =>
      loops.use(({ evaluate }) => evaluate(this, x, yOrOptions, options)),
    );
  }

  /**
   * The outputs for all samples, one row for each: a tensor, or a list or an object of tensors like the model's outputs.
   * Dispose of the tensors when you no longer need them.
   *
   * @param x samples along the first axis, or for several inputs a list or an object of them; or an object of single
   * values, which is one row of a table: `{ age: 31, job: 'smith' }`
   */
  async predict(x: DataOf<Concrete<I>>, options: PredictOptions = {}): Promise<ResultsOf<O>> {
    const results = await loops.use(({ predict }) => predict(this, x as AnyData, options));
    return results as ResultsOf<O>;
  }

  /** One training step on one batch. Returns `[loss, ...metrics]` over the batches since `resetMetrics()`. */
  trainOnBatch<ReturnDict extends boolean = false>(
    x: SamplesOf<Concrete<I>>,
    y?: TargetsOf<Concrete<O>>,
    options?: BatchOptions<ReturnDict>,
  ): Results<ReturnDict>;
  trainOnBatch(x: unknown, y?: unknown, options: BatchOptions = {}): number[] | Logs {
    const logs = trainOnBatch(this, x as SamplesLike, y as PartialSamples, options);
    return options.returnDict === true ? logs : this.requireCompiled('trainOnBatch').listOf(logs);
  }

  /** Loss and metrics on one batch: `[loss, ...metrics]` over the batches since `resetMetrics()`. */
  testOnBatch<ReturnDict extends boolean = false>(
    x: SamplesOf<Concrete<I>>,
    y?: TargetsOf<Concrete<O>>,
    options?: TestBatchOptions<ReturnDict>,
  ): Results<ReturnDict>;
  testOnBatch(x: unknown, y?: unknown, options: TestBatchOptions = {}): number[] | Logs {
    const logs = testOnBatch(this, x as SamplesLike, y as PartialSamples, options);
    return options.returnDict === true ? logs : this.requireCompiled('testOnBatch').listOf(logs);
  }

  /**
   * The outputs for one batch, in the structure of the model's outputs. Dispose of the tensors when you no longer need
   * them. After some calls with the same shape, recorded kernels run instead of the layers, with the same bits;
   * docs/architecture.md lists the exceptions.
   */
  predictOnBatch(x: SamplesOf<Concrete<I>>): ResultsOf<O> {
    return predictOnBatch(this, x as SamplesLike) as ResultsOf<O>;
  }

  /**
   * Saves the model for `models.loadModel`: as a `.keras` file of Keras, with the arguments of `compile` and the states of its
   * optimizers, including those in properties of a subclass; or in the format of TensorFlow.js (`layers-model`), with layers and weights
   * only.
   *
   * @param target the path of a `.keras` file, or of a folder for TensorFlow.js's format (existing files stay intact until the new model
   * is complete); indexeddb://, localstorage:// or downloads:// and a name; or { write(name, bytes) }, which gets one file or, in
   * TensorFlow.js's format, `weights.bin` and then `model.json`
   * @throws ValueError for an unknown format and for a layer that cannot be saved; in TensorFlow.js's format also for a model that is
   * not built or contains models, and for anything that the format does not support.
   * @example await model.save('digits.keras');
   */
  async save(target: Target, options: SaveOptions = {}): Promise<void> {
    await saving.use(({ saveModel }) => saveModel(this, target, options));
  }

  /**
   * Saves all weights by their paths: in a `.safetensors` or `.npz` file, without the optimizer's state, or in Keras's
   * `.weights.h5`, with it.
   *
   * @param target a path (an existing file stays intact until the new one is complete); indexeddb://, localstorage://
   * or downloads:// and a name; or { write(name, bytes) }
   * @throws ValueError for a model that is not built, and for an unknown format.
   * @example await model.saveWeights('digits.safetensors');
   */
  async saveWeights(target: Target, options: SaveWeightsOptions = {}): Promise<void> {
    await saving.use(({ saveWeights }) => saveWeights(this, target, options));
  }

  /**
   * Loads weights into the model: by structure, or with `byName` by the names of layers. If the file does not match the
   * model, nothing changes.
   *
   * @param source a path, a URL, indexeddb:// or localstorage:// and a name, a Blob, or the bytes of a `.safetensors`,
   * `.npz`, `.weights.h5`, `.keras` or legacy `.h5` file; or the path or URL of the `.weights.json` that Keras writes with
   * `max_shard_size`, next to the files with the weights. Keras's files also restore the states of built optimizers,
   * including those in properties of a subclass, if the file contains states of the same size
   * @throws FormatError for a damaged file, DatasetError for a file that cannot be read, ShapeError or ValueError for
   * weights that do not match the model.
   */
  async loadWeights(source: Source, options: LoadWeightsOptions = {}): Promise<void> {
    await saving.use(({ loadWeights }) => loadWeights(this, source, options));
  }

  /**
   * All variables of the model, as nested objects by path: weights, the state of the optimizer, and the state of the loss and
   * metrics. Keras: `get_state_tree`. Unlike in Keras, the states of random generators are not included.
   *
   * @throws ValueError if two variables have the same path; give layers and metrics different names.
   * @example
   * const { trainableVariables } = await model.getStateTree({ valueFormat: 'numpy_array' });
   * const text = JSON.stringify(trainableVariables);
   */
  async getStateTree<Format extends StateFormat = 'backend_tensor'>(
    options: StateTreeOptions<Format> = {},
  ): Promise<ModelState<StateValue<Format>>> {
    return saving.use(
      async ({ stateTreeOf }) => stateTreeOf(this, options) as ModelState<StateValue<Format>>,
    );
  }

  /**
   * Sets variables to the values of a tree, which may be only a part of the tree that `getStateTree` returns. Keras:
   * `set_state_tree`. All values are checked before anything is changed.
   *
   * @param tree values by the paths of variables: tensors, numbers or nested arrays, also with Keras's keys
   * @throws ValueError for a path that no variable of the model has (Keras ignores it), ShapeError for a value of a wrong
   * shape.
   * @example
   * const copy = models.cloneModel(model);
   * await copy.setStateTree(await model.getStateTree());
   */
  async setStateTree(tree: PartialModelState): Promise<void> {
    await saving.use(async ({ setStateTree }) => setStateTree(this, tree));
  }

  /**
   * Prints a table of the layers with their output shapes and numbers of weights and, unless the layers form a chain, their
   * connections.
   */
  summary(options: SummaryOptions = {}): void {
    printSummary(this, options, super.graph);
  }

  /**
   * Creates the model that a Keras config describes, with new weights.
   *
   * @throws FormatError for layers that are not connected as a graph; ValueError for a layer class that is not registered.
   * @example const copy = models.Model.fromConfig(model.getConfig());
   */
  static override fromConfig(config: Config): AnyModel {
    const owner = `${this.className}: fromConfig`;
    const modelFromConfig = graphFunction(owner, 'modelFromConfig');
    const checked = requireObject('fromConfig', 'config', config);
    return modelFromConfig(this, checked);
  }

  /** Frees the weights and everything else that the layers hold, such as tensors among the arguments of operations. */
  override dispose(): void {
    super.dispose();
    this.#compiled?.dispose();
  }

  /**
   * The model as Keras writes it into `config.json`, which is the result of `JSON.stringify(model)`. `keras_version` is the
   * version of Keras whose format this is.
   */
  toJSON(): Record<string, unknown> {
    return { ...this.serialized(), keras_version: KERAS_VERSION };
  }

  /** The model as Keras writes it into files and into configs of layers around it. @internal */
  serialized(): SerializedObject {
    const className = classNameOf(this);
    const isKeras = this.constructor === Model;
    return {
      module: isKeras ? 'keras.src.models.functional' : null,
      class_name: className,
      config: this.getConfig(),
      registered_name: registeredNameOf(this.constructor) ?? className,
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
