// What a server sets for a round: names and bounds of the settings that a node heeds, and those that it refuses.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkNumber } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isLegacyFit } from './answers.js';
import { SECURE_AGGREGATION } from './message.js';
import type { FlowerMessage } from './message.js';
import { ConfigRecord } from './records.js';
import type { ConfigValue } from './records.js';

/** In what type the float32 arrays of an answer travel, as differences from what the server sent. */
export type UpdateDtype = 'float16' | 'int8';

/** What a server may set for a round. */
export interface RoundSettings {
  epochs?: number;
  batchSize?: number;
  lr?: number;
  /** Weight of FedProx's term. */
  proximalMu?: number;
  updateDtype?: UpdateDtype;
}

const OWNER = 'the config of the server';
const MAX_FLOAT32 = 2 ** 128 - 2 ** 104;
const UPDATE_DTYPES: readonly unknown[] = ['float16', 'int8'];
/** Seconds between two questions for a message that a server may advise. */
const ADVICE = { min: 0.1, max: 600 };

/**
 * Settings by which a server demands privacy in a way that a node of lanegrad does not have: those of Flower's DPFedAvg, and the
 * usual names of DP-SGD. Trained without, the weights would be less private than the server believes.
 */
const REFUSED: ReadonlySet<string> = new Set([
  'dpfedavg-clip-norm',
  'dpfedavg-noise-stddev',
  'dpfedavg-adaptive-clip-enabled',
  'noise-multiplier',
  'noise-stddev',
  'max-grad-norm',
  'l2-norm-clip',
  'target-epsilon',
  'target-delta',
]);

/** The spelling of a setting, of which Flower's examples use several. */
function spellingOf(name: string): string {
  return name.replaceAll('_', '-').replace(/^local-/, '');
}

const check = (name: string, value: ConfigValue | undefined, range: object): number =>
  checkNumber(OWNER, name, value, range);

/**
 * The settings of a round that a model heeds.
 *
 * @throws ValueError for a value that cannot be, one that two records set differently, and demands that a node cannot meet.
 */
export function settingsOf(message: FlowerMessage, maxEpochs: number): RoundSettings {
  const settings: RoundSettings = {};
  for (const [name, value] of distinctSettings(message)) {
    switch (spellingOf(name)) {
      case 'lr':
      case 'learning-rate':
        settings.lr = check(name, value, { min: 0, max: MAX_FLOAT32 });
        break;
      case 'epochs':
        settings.epochs = check(name, value, { min: 1, max: maxEpochs, integer: true });
        break;
      case 'batch-size':
        settings.batchSize = check(name, value, { min: 1, max: 2 ** 20, integer: true });
        break;
      case 'proximal-mu':
        settings.proximalMu = check(name, value, { min: 0, max: MAX_FLOAT32 });
        break;
      case 'update-dtype':
        settings.updateDtype = updateDtypeOf(message, name, value);
        break;
      default:
        requireNoDemand(name, value);
      // Others, such as the number of the round, are for handlers of the caller's own.
    }
  }
  return settings;
}

function updateDtypeOf(message: FlowerMessage, name: string, value: ConfigValue): UpdateDtype {
  if (!UPDATE_DTYPES.includes(value)) {
    throw new ValueError(
      `${OWNER}: ${name} must be 'float16' or 'int8', got ${describeValue(value)}.`,
    );
  }
  if (message.records.has(SECURE_AGGREGATION)) {
    throw new ValueError(
      `${OWNER} has ${name} = ${describeValue(value)}, which does not go with secure aggregation: masked weights are whole ` +
        `numbers of the server's modulus_range. Leave ${name} out.`,
    );
  }
  if (isLegacyFit(message)) {
    throw new ValueError(
      `${OWNER} has ${name} = ${describeValue(value)}, which does not go with Flower's legacy API: its answers have no record ` +
        `for the scales that undo such an update. Leave ${name} out, or use messages of today's API.`,
    );
  }
  return value as UpdateDtype;
}

function requireNoDemand(name: string, value: ConfigValue): void {
  if (!REFUSED.has(spellingOf(name)) || value === 0 || value === false) return;
  throw new ValueError(
    `${OWNER} has ${printable(name)} = ${describeValue(value)}, a demand for privacy that this node does not know. It knows ` +
      `clipping_norm (DifferentialPrivacyClientSideFixedClipping and …AdaptiveClipping). A handler of your own may meet it: { train }.`,
  );
}

/** The settings of all records. @throws ValueError if two of them contradict each other. */
function distinctSettings({ records }: FlowerMessage): ReadonlyMap<string, ConfigValue> {
  const settings = new Map<string, ConfigValue>();
  for (const [recordName, record] of records) {
    if (!(record instanceof ConfigRecord) || recordName === SECURE_AGGREGATION) continue;
    for (const [name, value] of record) {
      const before = settings.get(name);
      if (before !== undefined && describeValue(before) !== describeValue(value)) {
        throw new ValueError(
          `${OWNER}: two records set ${printable(name)}: ${describeValue(before)} and ${describeValue(value)}.`,
        );
      }
      settings.set(name, value);
    }
  }
  return settings;
}

/** The norm to which the server wants updates clipped; undefined if it wants none. @throws ValueError for one that cannot be. */
export function clippingNormOf(config: ConfigRecord): number | undefined {
  for (const [name, value] of config) {
    if (spellingOf(name) === 'clipping-norm') return check(name, value, { above: 0 });
  }
  return undefined;
}

/** Seconds between two questions for a message, as the server advises; undefined if it does not. @throws ValueError */
export function pollAdvice(config: ConfigRecord): number | undefined {
  for (const [name, value] of config) {
    if (spellingOf(name) === 'poll-interval') return check(name, value, ADVICE);
  }
  return undefined;
}
