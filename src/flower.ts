/**
 * A node of Flower, in Node and in pages: federated training, in which the data stay where they are.
 *
 * @module lanegrad/flower
 */

export { FlowerError } from './extras/flower/errors.js';
export { exportKey, exportPublicKey, generateKey, importKey } from './extras/flower/identity.js';
export { join } from './extras/flower/join.js';
export type { JoinOptions, NodeOptions } from './extras/flower/join.js';
export type { FlowerMessage, NodeConfig } from './extras/flower/message.js';
export type { FlowerNode } from './extras/flower/node.js';
export type { ModelOptions } from './extras/flower/model-options.js';
export type { FederatedModel } from './extras/flower/trained.js';
export type { LocalDpOptions } from './extras/flower/privacy.js';
export type { MetricNames } from './extras/flower/metric-names.js';
export type { FlowerHandler, FlowerProgress } from './extras/flower/progress.js';
export { ArrayRecord, ConfigRecord, MetricRecord } from './extras/flower/records.js';
export type {
  ConfigValue,
  FlowerRecord,
  MetricValue,
  RecordDict,
  RecordNumber,
  RecordsLike,
} from './extras/flower/records.js';
