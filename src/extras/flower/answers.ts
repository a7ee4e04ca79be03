import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import type { FlowerMessage } from './message.js';
import { metricsOf } from './metric-names.js';
import type { MetricNames } from './metric-names.js';
import type { LentArray, ObjectWriter, OutgoingObject } from './object-writer.js';
import { ConfigRecord, MetricRecord } from './records.js';
import type { FlowerRecord } from './records.js';
import { UPDATE_SCALES } from './small-updates.js';

// The records of a model's answer. A server of today's API names its record of arrays as it likes. One of the legacy API
// (`DefaultWorkflow`) has records with names of its own, in questions and answers:
//
//     fitins.parameters, fitins.config            → fitres.parameters, .num_examples, .metrics, .status
//     evaluateins.parameters, evaluateins.config  → evaluateres.loss, .num_examples, .metrics, .status
//     getparametersins.config                     → getparametersres.parameters, .status

/** Arrays with their names, to be read when they are written. */
export type NamedArrays = readonly (readonly [name: string, array: LentArray])[];

/** What a model was measured to be. */
export interface EvaluationResult {
  /** Losses and metrics by their names here. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the server calls them. */
  readonly metricNames: MetricNames;
  /** The number of samples. */
  readonly count: number;
}

/** What a round of training gave. */
export interface TrainingResult extends EvaluationResult {
  /** The name of the server's record of arrays. */
  readonly arraysName: string;
  readonly arrays: NamedArrays;
  /** The scales of arrays that are an update in int8; undefined if they are none. */
  readonly scales: readonly number[] | undefined;
}

/** Trains a round, and gives the result to `use`. If that fails, the model has what it had before the round. */
export type Training = <T>(use: (result: TrainingResult) => Promise<T>) => Promise<T>;

type Records = Record<string, FlowerRecord | OutgoingObject>;

/** Whether a message asks for training in the records of the legacy API. */
export function isLegacyFit({ records }: FlowerMessage): boolean {
  return records.has('fitins.parameters');
}

/** The records that tell what a round of training gave. */
export async function trainedRecords(
  message: FlowerMessage,
  writer: ObjectWriter,
  result: TrainingResult,
): Promise<Records> {
  const { arraysName, arrays, scales } = result;
  if (isLegacyFit(message)) {
    return {
      'fitres.parameters': await writer.arrays(arrays),
      ...legacyRecords('fitres', result),
    };
  }
  const metrics = counted(result);
  if (scales !== undefined) metrics.set(UPDATE_SCALES, scales);
  return { [arraysName]: await writer.arrays(arrays), metrics };
}

/** The records that tell what a model was measured to be. */
export function measuredRecords(message: FlowerMessage, result: EvaluationResult): Records {
  if (!message.records.has('evaluateins.parameters')) return { metrics: counted(result) };
  const { loss = NaN, ...metrics } = result.metrics;
  return {
    'evaluateres.loss': new MetricRecord({ loss }),
    ...legacyRecords('evaluateres', { ...result, metrics }),
  };
}

/** The records of an answer to a server of the legacy API that asks one node for the weights to begin with. */
export async function parametersRecords(
  message: FlowerMessage,
  writer: ObjectWriter,
  arrays: NamedArrays,
): Promise<Records> {
  if (!message.records.has('getparametersins.config')) {
    throw new ValueError(
      `a message of type 'get_parameters' must have the record 'getparametersins.config', got ` +
        `${describeValue([...message.records.keys()])}.`,
    );
  }
  return {
    'getparametersres.parameters': await writer.arrays(arrays),
    'getparametersres.status': success(),
  };
}

function counted({ metrics, metricNames, count }: EvaluationResult): MetricRecord {
  return metricsOf({ ...metrics, 'num-examples': count }, metricNames);
}

/** The number of samples has a record of its own, whatever the server calls it elsewhere. */
function legacyRecords(name: string, { metrics, metricNames, count }: EvaluationResult): Records {
  return {
    [`${name}.num_examples`]: new MetricRecord({ num_examples: count }),
    [`${name}.metrics`]: new ConfigRecord(metricsOf(metrics, metricNames)),
    [`${name}.status`]: success(),
  };
}

/** Flower's `Status(Code.OK, 'Success')`. */
function success(): ConfigRecord {
  return new ConfigRecord({ code: 0, message: 'Success' });
}
