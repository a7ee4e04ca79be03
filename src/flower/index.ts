/**
 * A node of Flower, in Node and in pages: federated training, in which the data stay where they are.
 *
 * @module lanegrad/flower
 */

export { FlowerError } from './errors.js';
export { exportKey, exportPublicKey, generateKey, importKey } from './identity.js';
export { join } from './join.js';
export type { JoinOptions, NodeOptions } from './join.js';
export type { FlowerMessage } from './message.js';
export type { FlowerNode } from './node.js';
export type { FederatedModel, ModelOptions } from './of-model.js';
export type { FlowerHandler, FlowerProgress } from './progress.js';
export { ArrayRecord, ConfigRecord, MetricRecord } from './records.js';
export type {
  ConfigValue,
  FlowerRecord,
  MetricValue,
  RecordDict,
  RecordNumber,
  RecordsLike,
} from './records.js';
