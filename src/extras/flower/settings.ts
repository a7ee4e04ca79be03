// What a server sets for a round: names and bounds of the settings that a node heeds, and those that it refuses.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkNumber } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isLegacyFit } from './answers.js';
import { SECURE_AGGREGATION } from './message.js';
import type { FlowerMessage } from './message.js';
import { ConfigRecord } from './records.js';
import type { ConfigValue } from './records.js';
import type { UpdateDtype } from './small-updates.js';

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

/** The one name of a setting, for which Flower's examples use several. */
function canonical(name: string): string {
  const spelling = name.replaceAll('_', '-').replace(/^local-/, '');
  return spelling === 'learning-rate' ? 'lr' : spelling;
}

/** A setting as the server has written it. */
interface Setting {
  readonly name: string;
  readonly value: ConfigValue;
}

const check = (name: string, value: ConfigValue | undefined, range: object): number =>
  checkNumber(OWNER, name, value, range);

/**
 * The settings of a round that a model heeds.
 *
 * @throws ValueError for a value that cannot be, settings that contradict each other, and demands that a node cannot meet.
 */
export function settingsOf(message: FlowerMessage, maxEpochs: number): RoundSettings {
  const settings: RoundSettings = {};
  for (const [setting, { name, value }] of distinctSettings(message)) {
    switch (setting) {
      case 'lr':
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
        if (REFUSED.has(setting)) requireNoDemand(name, value);
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
  if (value === 0 || value === false) return;
  throw new ValueError(
    `${OWNER} has ${printable(name)} = ${describeValue(value)}, a demand for privacy that this node does not know. It knows ` +
      `clipping_norm (DifferentialPrivacyClientSideFixedClipping and …AdaptiveClipping). A handler of your own may meet it: { train }.`,
  );
}

/**
 * The settings of all records by their canonical names.
 *
 * @param only the one setting that is looked for. Default: all
 * @throws ValueError if two of them contradict each other.
 */
function distinctSettings({ records }: FlowerMessage, only?: string): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [recordName, record] of records) {
    if (!(record instanceof ConfigRecord) || recordName === SECURE_AGGREGATION) continue;
    for (const [name, value] of record) {
      const key = canonical(name);
      if (only !== undefined && key !== only) continue;
      const before = settings.get(key);
      if (before !== undefined && !isSame(before.value, value)) {
        throw new ValueError(
          `${OWNER} has ${textOf(before)} and ${textOf({ name, value })}, which contradict each other. Send one of them.`,
        );
      }
      settings.set(key, { name, value });
    }
  }
  return settings;
}

function textOf({ name, value }: Setting): string {
  return `${printable(name)} = ${describeValue(value)}`;
}

/** Whether two values are equal, those of lists one by one. */
function isSame(a: unknown, b: unknown): boolean {
  if (!isList(a) || !isList(b)) return Object.is(a, b);
  return a.length === b.length && a.every((value, i) => isSame(value, b[i]));
}

function isList(value: unknown): value is readonly unknown[] | Uint8Array {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** The norm to which the server wants updates clipped; undefined if it wants none. @throws ValueError for one that cannot be. */
export function clippingNormOf(message: FlowerMessage): number | undefined {
  return numberOf(message, 'clipping-norm', { above: 0 });
}

/** Seconds between two questions for a message, as the server advises; undefined if it does not. @throws ValueError */
export function pollAdvice(message: FlowerMessage): number | undefined {
  return numberOf(message, 'poll-interval', ADVICE);
}

/** @throws ValueError for a value out of range, and for two that contradict each other. */
function numberOf(message: FlowerMessage, setting: string, range: object): number | undefined {
  const found = distinctSettings(message, setting).get(setting);
  return found === undefined ? undefined : check(found.name, found.value, range);
}
