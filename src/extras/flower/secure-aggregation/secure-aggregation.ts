import { FormatError } from '../../../errors.js';
import { trainedRecords } from '../answers.js';
import type { Training } from '../answers.js';
import { refusing, refusingLater } from '../errors.js';
import { SECURE_AGGREGATION } from '../message.js';
import type { FlowerMessage } from '../message.js';
import type { ObjectWriter, OutgoingObject } from '../object-writer.js';
import { ConfigRecord } from '../records.js';
import type { ConfigValue, FlowerRecord } from '../records.js';
import { ownEntropy } from './entropy.js';
import type { Entropy } from './entropy.js';
import { maskedArrays } from './masked.js';
import { STAGES, stageOf } from './settings.js';
import type { Stage } from './settings.js';
import { collect, prepare, publicKeys, share, unmask } from './stages.js';
import type { Collected, Prepared, Shared } from './stages.js';

/** Exchanges in which a node can be at a time. */
const MAX_EXCHANGES = 16;

/** An exchange, after the stage that it names. */
type Exchange =
  | { readonly after: 'setup'; readonly state: Prepared }
  | { readonly after: 'share_keys'; readonly state: Shared }
  | { readonly after: 'collect_masked_vectors'; readonly state: Collected };

type Values = Readonly<Record<string, ConfigValue>>;
type Records = Readonly<Record<string, FlowerRecord | OutgoingObject>>;

/** What a stage leaves behind, and what the server is told. */
interface Outcome {
  /** undefined when the exchange is over. */
  readonly exchange: Exchange | undefined;
  readonly values: Values;
  readonly records?: Records;
}

/** The exchanges of a node, one for each run of the server. */
export class SecureAggregation {
  /** The one that was used last stands last. */
  readonly #exchanges = new Map<bigint, Exchange>();

  /** @param entropy what differs from one exchange to the next */
  constructor(private readonly entropy: Entropy = ownEntropy) {}

  /**
   * Answers a message of one stage. If it throws, the exchange is where it was.
   *
   * @param train trains the model as the message asks
   * @throws FormatError for a stage out of order, and for what the stage cannot be done with.
   */
  async answer(
    message: FlowerMessage,
    writer: ObjectWriter,
    train: Training,
  ): Promise<OutgoingObject> {
    const { runId, nodeId } = message;
    const before = this.#exchanges.get(runId);
    const { stage, config } = refusing(() => {
      const found = configOf(message);
      const next = stageOf(found);
      requireNext(next, before, nodeId);
      return { stage: next, config: found };
    });
    const { exchange, values, records } =
      before === undefined || stage === 'setup'
        ? await this.#begin(nodeId, config)
        : await this.#goOn(before, config, message, writer, train);
    // Whether the server gets the answer or not: masks hide one vector alone, and secrets are told once.
    this.#keep(runId, exchange);
    return writer.records('secure aggregation', {
      ...records,
      [SECURE_AGGREGATION]: new ConfigRecord(values),
    });
  }

  async #begin(nodeId: bigint, config: ConfigRecord): Promise<Outcome> {
    const state = await refusingLater(() => prepare(nodeId, config, this.entropy));
    return { exchange: { after: 'setup', state }, values: await publicKeys(state) };
  }

  async #goOn(
    before: Exchange,
    config: ConfigRecord,
    message: FlowerMessage,
    writer: ObjectWriter,
    train: Training,
  ): Promise<Outcome> {
    switch (before.after) {
      case 'setup': {
        const { state, ...values } = await refusingLater(() =>
          share(before.state, config, this.entropy),
        );
        return { exchange: { after: 'share_keys', state }, values };
      }
      case 'share_keys': {
        const { state, masks } = await refusingLater(() => collect(before.state, config));
        return train(async (trained) => ({
          exchange: { after: 'collect_masked_vectors', state },
          values: { masked_params: maskedArrays(trained, state.settings, masks, this.entropy) },
          records: await trainedRecords(message, writer, { ...trained, arrays: [] }),
        }));
      }
      case 'collect_masked_vectors':
        return { exchange: undefined, values: refusing(() => unmask(before.state, config)) };
    }
  }

  #keep(runId: bigint, exchange: Exchange | undefined): void {
    this.#exchanges.delete(runId);
    if (exchange !== undefined) this.#exchanges.set(runId, exchange);
    const [oldest] = this.#exchanges.keys();
    if (oldest !== undefined && this.#exchanges.size > MAX_EXCHANGES) {
      this.#exchanges.delete(oldest);
    }
  }
}

function configOf({ records }: FlowerMessage): ConfigRecord {
  const config = records.get(SECURE_AGGREGATION);
  if (config instanceof ConfigRecord) return config;
  throw new FormatError(`record '${SECURE_AGGREGATION}' must be a ConfigRecord.`);
}

/** @throws FormatError unless the stage begins an exchange, or is the next one of the same node. */
function requireNext(stage: Stage, exchange: Exchange | undefined, nodeId: bigint): void {
  if (stage === 'setup') return;
  const next = exchange === undefined ? 'setup' : STAGES[STAGES.indexOf(exchange.after) + 1];
  if (stage !== next) {
    throw new FormatError(
      `secure aggregation: the stage must be ${next}, got ${stage}. A server begins again with setup.`,
    );
  }
  if (exchange !== undefined && exchange.state.node !== nodeId) {
    throw new FormatError(
      `secure aggregation: the exchange was begun as node ${exchange.state.node}, and this is node ${nodeId} now.`,
    );
  }
}
