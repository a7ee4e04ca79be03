import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import type { FlowerMessage } from './message.js';
import type { LentArray, ObjectWriter, OutgoingObject } from './object-writer.js';
import { ConfigRecord, MetricRecord } from './records.js';
import type { FlowerRecord } from './records.js';

// The records of a model's answer. A server of today's API names its record of arrays as it likes. One of the legacy API
// (`DefaultWorkflow`) has records with names of its own, in questions and answers:
//
//     fitins.parameters, fitins.config            → fitres.parameters, .num_examples, .metrics, .status
//     evaluateins.parameters, evaluateins.config  → evaluateres.loss, .num_examples, .metrics, .status
//     getparametersins.config                     → getparametersres.parameters, .status

/** Arrays with their names, to be read when they are written. */
export type NamedArrays = readonly (readonly [name: string, array: LentArray])[];

type Metrics = readonly (readonly [name: string, value: number])[];

/** What a model was measured to be. */
export interface EvaluationResult {
  /** Losses and metrics, the loss first. */
  readonly metrics: Metrics;
  /** The number of samples. */
  readonly count: number;
}

/** What a round of training gave. */
export interface TrainingResult extends EvaluationResult {
  /** The name of the server's record of arrays. */
  readonly arraysName: string;
  readonly arrays: NamedArrays;
}

type Records = Record<string, FlowerRecord | OutgoingObject>;

/** The records that tell what a round of training gave. */
export async function trainedRecords(
  message: FlowerMessage,
  writer: ObjectWriter,
  { arraysName, arrays, metrics, count }: TrainingResult,
): Promise<Records> {
  if (!message.records.has('fitins.parameters')) {
    return { [arraysName]: await writer.arrays(arrays), metrics: counted(metrics, count) };
  }
  return {
    'fitres.parameters': await writer.arrays(arrays),
    ...legacyRecords('fitres', metrics, count),
  };
}

/** The records that tell what a model was measured to be. */
export function measuredRecords(
  message: FlowerMessage,
  { metrics, count }: EvaluationResult,
): Records {
  if (!message.records.has('evaluateins.parameters')) return { metrics: counted(metrics, count) };
  const [, loss = NaN] = metrics.find(([name]) => name === 'loss') ?? [];
  return {
    'evaluateres.loss': new MetricRecord({ loss }),
    ...legacyRecords(
      'evaluateres',
      metrics.filter(([name]) => name !== 'loss'),
      count,
    ),
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

function counted(metrics: Metrics, count: number): MetricRecord {
  return new MetricRecord([...metrics, ['num-examples', count]]);
}

function legacyRecords(name: string, metrics: Metrics, count: number): Records {
  return {
    [`${name}.num_examples`]: new MetricRecord({ num_examples: count }),
    [`${name}.metrics`]: new ConfigRecord(metrics),
    [`${name}.status`]: success(),
  };
}

/** Flower's `Status(Code.OK, 'Success')`. */
function success(): ConfigRecord {
  return new ConfigRecord({ code: 0, message: 'Success' });
}
