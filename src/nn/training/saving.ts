import { Chunk } from '../../config/chunk.js';
import type { NestedArray, Tensor } from '../../engine/tensor/index.js';
import type { SeedGenerator } from '../../engine/random/seed-generator.js';
import type { Source } from '../../files/locations/source.js';
import type { Target } from '../../files/locations/target.js';
import type { TrainingSnapshot } from '../callbacks/callback.js';
import type { BatchPosition, BatchSource } from '../data/batches/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { CompilableModel } from './compilable-model.js';
import type { Compiled } from './compiled.js';
import type { ModelState, PartialModelState, StateTreeOptions } from './state-tree.js';
import type {
  LoadWeightsOptions,
  LoraReport,
  ModelLoraOptions,
  QuantizationReport,
  QuantizeOptions,
  SaveOptions,
  SaveWeightsOptions,
} from './file-options.js';

/** Where a `fit` was interrupted. */
export interface InterruptedFit {
  /** The epoch that runs, or the next one. */
  readonly epoch: number;
  readonly position: BatchPosition;
  /** The state of the generator that the orders of samples come from. */
  readonly generator: { readonly seed: number; readonly blocks: number };
  /** Loss and metrics of the running epoch; null between epochs. */
  readonly metrics: readonly (readonly number[])[] | null;
  /** The metrics in properties of a subclass; null between epochs. */
  readonly ownMetrics: readonly (readonly number[])[] | null;
  /** Loss and metrics as numbers, by their names. */
  readonly logs: Readonly<Record<string, number>> | null;
}

/** A `fit` as a backup sees it. */
export interface RunningFit {
  readonly model: CompilableModel;
  readonly compiled: Compiled;
  readonly source: BatchSource;
  readonly generator: SeedGenerator;
  /** The epoch that runs, or the next one. */
  readonly epoch: number;
  goOnFrom(interrupted: InterruptedFit): void;
}

/** What models and `fit` take of `nn/saving`, which lies above them, since it makes models. */
export interface Saving {
  readonly saveModel: (
    model: CompilableModel,
    target: Target,
    options: SaveOptions,
  ) => Promise<void>;
  readonly saveWeights: (
    model: CompilableModel,
    target: Target,
    options: SaveWeightsOptions,
  ) => Promise<void>;
  readonly loadWeights: (
    model: CompilableModel,
    source: Source,
    options: LoadWeightsOptions,
  ) => Promise<void>;
  readonly quantizeModel: (
    model: AnyLayer,
    mode: 'int8' | 'float16',
    options: QuantizeOptions,
  ) => QuantizationReport;
  readonly adaptModel: (model: AnyLayer, rank: number, options: ModelLoraOptions) => LoraReport;
  readonly stateTreeOf: (
    model: CompilableModel,
    options: StateTreeOptions,
  ) => ModelState<Tensor | NestedArray>;
  readonly setStateTree: (model: CompilableModel, tree: PartialModelState) => void;
  readonly snapshotOf: (run: RunningFit) => TrainingSnapshot;
  readonly restoreTraining: (run: RunningFit, snapshot: TrainingSnapshot, label: string) => void;
}

/** What reads and writes files of models and backups, loaded when a program first does either. `src/chunks.ts` says from where. */
export const saving = new Chunk<Saving>();
