import type {
  CallbackParams,
  HookName,
  Logs,
  TrainingSnapshot,
} from '../../nn/callbacks/callback.js';
import type { Logs as Results } from '../../nn/training/compiled.js';
import type { Nest, SerializedObject } from '../../config/index.js';
import type { MetricDirection } from '../../nn/metrics/metric.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { RuntimeOptions } from '../../engine/runtime/index.js';
import type { ValueType } from '../../config/dtype.js';
import type { GeneratorState } from '../../nn/saving/backup.js';
import type { StateChanges } from './state-mirror.js';
import type { WireArray, WireValue } from './wire-value.js';

/** A part of a compile option: a name, a config, or the name of a function that a module exports. */
export type WireIdentifier = string | SerializedObject | WireFunction;

/** A function that a module exports. */
export interface WireFunction {
  readonly function: string;
  /** Tells it from a structure of names. */
  readonly isExported: true;
}

/** Parts of names, and positions among the weights, that weight decay leaves alone. */
interface Undecayed {
  readonly names: readonly string[];
  readonly weights: readonly number[];
}

/** An optimizer without its state. */
export interface WireOptimizer extends SerializedObject {
  /** What the weight decay of the optimizer leaves alone, then what that of each one inside does. */
  readonly undecayed: readonly Undecayed[];
}

/** An optimizer that a model holds in a property. */
export interface WireProperty {
  readonly property: string;
  /** The index in the list that the property holds; null where it holds the optimizer itself. */
  readonly index: number | null;
  /** Null for the optimizer of `compile`. */
  readonly optimizer: WireOptimizer | null;
}

/** How a model is compiled. */
export interface WireCompile {
  readonly optimizer: WireOptimizer;
  /** One, or of several outputs a structure; so for the metrics. */
  readonly loss: Nest<WireIdentifier | null>;
  readonly metrics: Nest<WireIdentifier | null>;
  readonly weightedMetrics: Nest<WireIdentifier | null>;
  readonly lossWeights: Nest<number | null>;
}

/** A model without its weights. */
export interface WireModel {
  readonly model: Readonly<Record<string, unknown>>;
  readonly compile: WireCompile | null;
  /** Optimizers in properties of a model of the user's class. */
  readonly optimizers: readonly WireProperty[];
  /** What layers keep in addition to weights. */
  readonly kept: readonly WireKept[];
}

/** What a layer keeps in addition to its weights: a vocabulary that it has learned. */
export interface WireKept {
  /** Where the layer stands in the model, as files say it. */
  readonly path: string;
  readonly assets: ReadonlyMap<string, string>;
  readonly arrays: ReadonlyMap<string, FileArray>;
}

/** Samples: a tensor or strings that were sent before, by their number; or an iterable, by its number. */
export type WireData = { readonly tensor: number } | WireIterable;

/** An iterable of batches. */
export interface WireIterable {
  readonly iterable: number;
  /** Whether the batches come from an iterator that runs already. */
  readonly isIterator: boolean;
  /** Of a data set: its size, if it knows it. */
  readonly dataset?: { readonly size: number | undefined };
}

/** Whether a value is samples or an iterable that was sent, not a structure of them. */
export function isWireData(value: unknown): value is WireData | null {
  const { tensor, iterable } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return value === null || typeof tensor === 'number' || typeof iterable === 'number';
}

/** The data of one argument: of several inputs or outputs a structure. */
export type WireArgument = Nest<WireData | null>;

/** One batch of an iterable: a list of values, or one value alone; or there is none any more. */
export type WireBatch = (
  | { readonly values: readonly Nest<WireValue>[] }
  | { readonly alone: Nest<WireValue> }
  | { readonly isLast: true }
) & {
  readonly state: StateChanges;
};

/** A call of fit, evaluate or predict. */
export interface WireRun {
  readonly number: number;
  /** The options that are plain values. */
  readonly options: object;
  readonly x: WireArgument;
  readonly y?: WireArgument | undefined;
  readonly sampleWeight?: WireArgument | undefined;
  /** An iterable, or [x, y] or [x, y, sampleWeight]. */
  readonly validation?: WireData | readonly WireArgument[] | undefined;
  /** Hooks that a callback listens to. */
  readonly hooks: readonly HookName[];
  /** Whether training waits for hooks around batches. */
  readonly waits: boolean;
  readonly state: StateChanges;
}

/** A metric as callbacks see it. */
export interface WireMetric {
  readonly name: string;
  readonly direction: MetricDirection | undefined;
}

/** A hook that is to be called. */
export interface WireHook {
  readonly name: HookName;
  readonly index: number | undefined;
  readonly logs: Logs | undefined;
  readonly params: CallbackParams;
  readonly metrics: readonly WireMetric[];
  /** What training has changed; around batches only the random generators. */
  readonly state: StateChanges;
}

/** What hooks want changed. */
export interface WireReply {
  readonly stopTraining: boolean;
  readonly state: StateChanges;
}

/** What a run comes to. */
export interface WireResult {
  readonly logs?: Results;
  readonly output?: Nest<WireArray>;
  readonly metrics: readonly WireMetric[];
}

/** A file that the worker has made. */
export interface WireFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the worker does. */
export interface WorkerMethods {
  start(runtime: RuntimeOptions, modules: readonly string[]): Promise<void>;
  setModel(model: WireModel): void;
  makeTensor(shape: readonly number[], dtype: ValueType): number;
  writeRows(tensor: number, first: number, rows: WireArray): void;
  dropTensor(tensor: number): void;
  fit(run: WireRun): Promise<WireResult>;
  evaluate(run: WireRun): Promise<WireResult>;
  predict(run: WireRun): Promise<WireResult>;
  abort(run: number): void;
  stopTraining(): void;
  pull(): StateChanges;
  /** Adds the proximal term of FedProx to the loss; null takes it away. */
  setProximalTerm(mu: number | null, state: StateChanges): Promise<void>;
  snapshot(): Promise<TrainingSnapshot>;
  restore(snapshot: TrainingSnapshot, label: string): Promise<void>;
  save(
    method: 'save' | 'saveWeights',
    location: string | undefined,
    options: object,
    state: StateChanges,
  ): Promise<readonly WireFile[]>;
}

/** An iterator that was begun. */
export interface WireReader {
  readonly number: number;
  readonly generator?: GeneratorState | undefined;
}

/** What the side of the caller does for the worker. */
export interface CallerMethods {
  hook(run: number, hook: WireHook): Promise<WireReply>;
  /** @param generator what a data set draws its order from; where it is then comes back */
  openIterator(iterable: number, generator?: GeneratorState): WireReader;
  /** The random generators go there and back, as iterables may draw; the weights if the batch has made them. */
  nextBatch(iterator: number, state: StateChanges): Promise<WireBatch>;
  closeIterator(iterator: number): Promise<void>;
}
