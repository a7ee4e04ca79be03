import type { CallbackParams, HookName, Logs, TrainingSnapshot } from '../callbacks/index.js';
import type { Logs as Results } from '../models/index.js';
import type { SerializedObject } from '../config/index.js';
import type { MetricDirection } from '../metrics/index.js';
import type { FileArray } from '../formats/elements.js';
import type { RuntimeOptions } from '../runtime/index.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { StateChanges } from './state-mirror.js';

/** A part of a compile option: a name, a config, or the name of a function that a module exports. */
export type WireIdentifier = string | SerializedObject | { readonly function: string };

/** How a model is compiled. */
export interface WireCompile {
  readonly optimizer: SerializedObject;
  /** Parts of names, and places among the weights, that weight decay leaves alone. */
  readonly undecayed: { readonly names: readonly string[]; readonly weights: readonly number[] };
  readonly loss: WireIdentifier | null;
  readonly metrics: readonly WireIdentifier[];
  readonly weightedMetrics: readonly WireIdentifier[];
  readonly lossWeights: number | null;
}

/** A model without its weights. */
export interface WireModel {
  readonly model: Readonly<Record<string, unknown>>;
  readonly compile: WireCompile | null;
}

/** Samples: a tensor that was sent before, by its number; or an iterable, by its number. */
export type WireData =
  { readonly tensor: number } | { readonly iterable: number; readonly isIterator: boolean };

/** A part of a batch of an iterable. */
export type WirePart =
  { readonly array: FileArray } | { readonly typed: TypedArray } | { readonly nested: unknown };

/** One batch of an iterable: a list of parts, or one part alone; or there is none any more. */
export type WireBatch = (
  { readonly parts: readonly WirePart[] } | { readonly alone: WirePart } | { readonly isLast: true }
) & {
  readonly state: StateChanges;
};

/** A call of fit, evaluate or predict. */
export interface WireRun {
  readonly number: number;
  /** The options that are plain values. */
  readonly options: object;
  readonly x: WireData;
  readonly y?: WireData | undefined;
  readonly sampleWeight?: WireData | undefined;
  /** An iterable, or [x, y] or [x, y, sampleWeight]. */
  readonly validation?: WireData | readonly WireData[] | undefined;
  /** Hooks that somebody listens to. */
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
  readonly array?: FileArray;
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
  makeTensor(shape: readonly number[], dtype: FileArray['dtype']): number;
  writeRows(tensor: number, first: number, rows: FileArray): void;
  dropTensor(tensor: number): void;
  fit(run: WireRun): Promise<WireResult>;
  evaluate(run: WireRun): Promise<WireResult>;
  predict(run: WireRun): Promise<WireResult>;
  abort(run: number): void;
  stopTraining(): void;
  pull(): StateChanges;
  capture(): Promise<TrainingSnapshot>;
  restore(snapshot: TrainingSnapshot, label: string): Promise<void>;
  save(
    method: 'save' | 'saveWeights',
    location: string | undefined,
    options: object,
    state: StateChanges,
  ): Promise<readonly WireFile[]>;
}

/** What the side of the caller does for the worker. */
export interface CallerMethods {
  hook(run: number, hook: WireHook): Promise<WireReply>;
  openIterator(iterable: number): number;
  /** The random generators go there and back, as iterables may draw; the weights if the batch has made them. */
  nextBatch(iterator: number, state: StateChanges): Promise<WireBatch>;
  closeIterator(iterator: number): Promise<void>;
}
