import { printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { MetadataValues } from './messages.js';
import { ArrayRecord, ConfigRecord, onlyRecord } from './records.js';
import type { ConfigValue, RecordDict } from './records.js';

/** Settings of a node by name, as in `flower-supernode --node-config`. */
export type NodeConfig = Readonly<Record<string, string | number | boolean>>;

/** The name of the record by which a server asks for secure aggregation (SecAgg+). It holds keys and shares, no settings. */
export const SECURE_AGGREGATION = 'secaggplus_configs';

/**
 * A request of a server to a node. Flower: `Message`.
 *
 * @example
 * const train = (message) => {
 *   const { lr = 0.01 } = Object.fromEntries(message.config);
 *   show(lr, message.arrays.size);
 *   return { arrays: message.arrays, metrics: new flower.MetricRecord({ 'num-examples': 1 }) };
 * };
 */
export class FlowerMessage {
  /** `'train'`, `'evaluate'` or `'query'`, followed by a name if the server sends one: `'train.warm_up'`. */
  readonly messageType: string;
  /** Flower's number of the run to which the message belongs. */
  readonly runId: bigint;
  /** Flower's identifier of the message. */
  readonly messageId: string;
  /** The server's name for the group of the message; in Flower's strategies, the number of the round. */
  readonly groupId: string;
  /** When the server created the message, by its clock. */
  readonly createdAt: Date;
  /** When the server stops waiting for an answer, by its clock. */
  readonly expiresAt: Date;
  /** Records by name, in the order of the server. Their tensors belong to the handler. */
  readonly records: RecordDict;
  /** Aborted when the node leaves, or when the message expires. */
  readonly signal: AbortSignal;
  /** The settings of this node: the option `nodeConfig` of `join`. Flower: `context.node_config`. */
  readonly nodeConfig: NodeConfig;
  /** The number by which the server named the node. @internal */
  readonly nodeId: bigint;

  /** @internal */
  constructor(
    metadata: MetadataValues,
    records: RecordDict,
    signal: AbortSignal,
    nodeConfig: NodeConfig = {},
  ) {
    this.messageType = metadata.messageType;
    this.runId = metadata.runId;
    this.messageId = metadata.messageId;
    this.groupId = metadata.groupId;
    this.createdAt = new Date(metadata.createdAt * 1000);
    this.expiresAt = new Date((metadata.createdAt + metadata.ttl) * 1000);
    this.records = records;
    this.signal = signal;
    this.nodeConfig = nodeConfig;
    this.nodeId = metadata.dstNodeId;
  }

  /** The one record of arrays. @throws FormatError if there is none, or several: they are in `records`. */
  get arrays(): ArrayRecord {
    return this.#onlyArrays()[1];
  }

  /** The name of the one record of arrays. @throws FormatError if there is none, or several. */
  get arraysName(): string {
    return this.#onlyArrays()[0];
  }

  /**
   * The settings of the server. Of several records it has the settings of all; what two of them name, the first one sets. The
   * record of secure aggregation has no settings.
   */
  get config(): ConfigRecord {
    const settings = new Map<string, ConfigValue>();
    for (const [recordName, record] of this.records) {
      if (!(record instanceof ConfigRecord) || recordName === SECURE_AGGREGATION) continue;
      for (const [name, value] of record) if (!settings.has(name)) settings.set(name, value);
    }
    return new ConfigRecord(settings);
  }

  #onlyArrays(): readonly [name: string, record: ArrayRecord] {
    return onlyRecord(this.records, ArrayRecord, (count) => {
      const names = [...this.records.keys()].map((name) => `'${printable(name)}'`).join(', ');
      return new FormatError(
        `message '${printable(this.messageType)}': expected one ArrayRecord, got ${count} among the records ` +
          `${names || 'none'}. Handlers of your own find records by name in message.records.`,
      );
    });
  }
}
