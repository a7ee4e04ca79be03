import type { FitOptions, ValidationData } from '../../nn/training/types.js';
import type { MetricNames } from './metric-names.js';
import type { FederatedModel } from './trained.js';

/** Options of `fit` that are no options of a node, or that `join` takes for itself. */
export const NOT_OF_FIT = ['validationData', 'sampleWeight', 'initialEpoch', 'signal'] as const;

/** The options of `fit` that a node passes on. */
export type PassedOptions = Omit<FitOptions, (typeof NOT_OF_FIT)[number]>;

/** What a node trains, and with what. */
export interface ModelOptions extends PassedOptions {
  /** A compiled model. Its weights are those of the last round that it took part in. */
  readonly model: FederatedModel;
  /** The samples of this node, as `fit` takes them: `[x, y]`, `[x, y, sampleWeight]`, or an iterable of batches. */
  readonly data?: ValidationData;
  /** The samples for messages of type `'evaluate'`. Default: the node does not evaluate. */
  readonly validationData?: ValidationData;
  /** The `num-examples` of an answer. Default: counted, of an iterable in a pass of its own. */
  readonly numExamples?: number;
  /** The largest number of epochs that a server may request in one round. Default 100. */
  readonly maxEpochs?: number;
  /**
   * What the server calls metrics, by their names here: `{ accuracy: 'train-acc' }`; null leaves one out. All nodes of a
   * federation have to use the same names. Default: the names of the model, and `num-examples`.
   */
  readonly metricNames?: MetricNames;
  /** Whether each round starts with the optimizer's current state, discarding what it has learned since. Default false. */
  readonly resetOptimizer?: boolean;
  /** Whether the model trains only if the server asks for secure aggregation (SecAgg+), and refuses all else. Default false. */
  readonly requireSecureAggregation?: boolean;
}

/** Names of the options of `ModelOptions` that are not those of `fit`. */
export const MODEL_OPTIONS = [
  'model',
  'data',
  'validationData',
  'numExamples',
  'maxEpochs',
  'metricNames',
  'resetOptimizer',
  'requireSecureAggregation',
] as const;
