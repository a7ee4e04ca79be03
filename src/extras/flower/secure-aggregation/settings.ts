import { describeValue, printable } from '../../../config/describe-value.js';
import { checkNumber, isUint8Array } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import type { ConfigRecord, ConfigValue } from '../records.js';

// What a server says in the record 'secaggplus_configs', stage by stage. All of it is checked and bounded before it is used.

type Bytes = Uint8Array<ArrayBuffer>;

/** The stages of an exchange, in their order. */
export const STAGES = ['setup', 'share_keys', 'collect_masked_vectors', 'unmask'] as const;
export type Stage = (typeof STAGES)[number];

/** Whose settings messages name. */
const OWNER = 'secure aggregation';
/** Shares of a secret at most. Each costs time and a message. */
const MAX_SHARES = 1024;
/** Bytes of a key or of a token at most. */
const MAX_BYTES = 4096;

/** What a server sets for an exchange. */
export interface Settings {
  /** Into how many shares a secret is split: one for each neighbour, and one that stays. */
  readonly shareCount: number;
  /** How many shares give a secret back. */
  readonly threshold: number;
  /** Weights are clipped to ± this. */
  readonly clippingRange: number;
  /** The number of steps from one end of the range to the other. */
  readonly targetRange: number;
  /** Sums are taken modulo this power of 2. */
  readonly modRange: number;
  /** The number of samples that counts as 1. */
  readonly maxWeight: number;
}

/** The stage that a server asks for. */
export function stageOf(config: ConfigRecord): Stage {
  const given = config.get('stage');
  const found = STAGES.find((stage) => stage === given);
  if (found !== undefined) return found;
  throw new FormatError(
    `${OWNER}: stage must be one of ${STAGES.join(', ')}, got ${describeValue(given)}.`,
  );
}

/** The settings of the stage `setup`. @throws FormatError, ValueError for what SecAggPlusWorkflow would not send. */
export function settingsOf(config: ConfigRecord): Settings {
  const names = [
    'sample_num',
    'share_num',
    'threshold',
    'clipping_range',
    'target_range',
    'mod_range',
    'max_weight',
  ];
  requireNames(config, names);
  const number = (name: string, range: object): number =>
    checkNumber(OWNER, name, config.get(name), range);
  const whole = (name: string, min: number, max: number): number =>
    number(name, { min, max, integer: true });
  whole('sample_num', 2, 2 ** 31);
  const shareCount = whole('share_num', 2, MAX_SHARES);
  const targetRange = whole('target_range', 1, 2 ** 31 - 1);
  const modRange = whole('mod_range', 2, 2 ** 32);
  if (modRange <= targetRange || !Number.isInteger(Math.log2(modRange))) {
    throw new FormatError(
      `${OWNER}: mod_range must be a power of 2 above target_range, which is ${targetRange}, got ${modRange}.`,
    );
  }
  return {
    shareCount,
    // With 1, a share would be the secret.
    threshold: whole('threshold', 2, shareCount),
    clippingRange: number('clipping_range', { above: 0, max: 2 ** 100 }),
    targetRange,
    modRange,
    maxWeight: number('max_weight', { above: 0 }),
  };
}

/** The public keys of the stage `share_keys` by node. */
export function keysOf(
  config: ConfigRecord,
): Map<bigint, readonly [masking: Bytes, sealing: Bytes]> {
  const keys = new Map<bigint, readonly [Bytes, Bytes]>();
  for (const [name, value] of config) {
    if (name === 'stage') continue;
    const [masking, sealing] = isBytesList(value) && value.length === 2 ? value : [];
    if (!/^(0|[1-9]\d{0,19})$/.test(name) || masking === undefined || sealing === undefined) {
      throw new FormatError(
        `${OWNER}: stage share_keys: expected two public keys under the number of a node, got ` +
          `${describeValue(value)} under '${printable(name)}'.`,
      );
    }
    keys.set(requireId(BigInt(name)), [masking, sealing]);
    requireCount(keys.size, 'share_keys');
  }
  return keys;
}

/** The encrypted shares of the stage `collect_masked_vectors` by the node that made them. */
export function tokensOf(config: ConfigRecord): Map<bigint, Bytes> {
  requireNames(config, ['ctxts', 'srcs']);
  const ids = idsOf(config, 'srcs');
  const tokens = config.get('ctxts');
  if (!isBytesList(tokens) || tokens.length !== ids.length) {
    throw new FormatError(
      `${OWNER}: ctxts must have ${ids.length} encrypted shares, as many as srcs, got ${describeValue(tokens)}.`,
    );
  }
  return new Map(tokens.map((token, i) => [ids[i] ?? 0n, token]));
}

/** The nodes whose vectors the server has, and those whose it has not, of the stage `unmask`. */
export function nodesOf(config: ConfigRecord): {
  readonly active: bigint[];
  readonly dead: bigint[];
} {
  requireNames(config, ['active_nids', 'dead_nids']);
  const [active, dead] = [idsOf(config, 'active_nids'), idsOf(config, 'dead_nids')];
  const both = active.find((id) => dead.includes(id));
  if (both === undefined) return { active, dead };
  throw new FormatError(
    `${OWNER}: node ${both} is in active_nids and in dead_nids. Both secrets of a node would unmask what it has sent.`,
  );
}

/** Numbers of nodes, none of them twice. */
function idsOf(config: ConfigRecord, name: string): bigint[] {
  const list = config.get(name);
  const isIds =
    Array.isArray(list) &&
    (list as readonly unknown[]).every(
      (id) => typeof id === 'bigint' || (typeof id === 'number' && Number.isSafeInteger(id)),
    );
  if (!isIds) {
    throw new FormatError(
      `${OWNER}: ${name} must be a list of numbers of nodes, got ${describeValue(list)}.`,
    );
  }
  requireCount(list.length, name);
  const ids = (list as readonly (number | bigint)[]).map((id) => requireId(BigInt(id)));
  if (new Set(ids).size === ids.length) return ids;
  throw new FormatError(`${OWNER}: ${name} names a node twice.`);
}

/** A number of a node has 64 bits. */
function requireId(id: bigint): bigint {
  if (id >= 0n && id < 2n ** 64n) return id;
  throw new FormatError(`${OWNER}: ${id} is not the number of a node.`);
}

function requireCount(count: number, label: string): void {
  if (count <= MAX_SHARES) return;
  throw new FormatError(`${OWNER}: ${label} has more than ${MAX_SHARES} entries.`);
}

function isBytesList(value: ConfigValue | undefined): value is readonly Bytes[] {
  return (
    Array.isArray(value) &&
    (value as readonly unknown[]).every((one) => isUint8Array(one) && one.length <= MAX_BYTES)
  );
}

/** @throws FormatError unless the record has these values and the stage alone. */
function requireNames(config: ConfigRecord, names: readonly string[]): void {
  const expected = ['stage', ...names];
  if (config.size === expected.length && expected.every((name) => config.has(name))) return;
  const found = [...config.keys()].slice(0, 20).map((name) => printable(name));
  throw new FormatError(
    `${OWNER}: expected the values ${expected.join(', ')}, got ${found.join(', ') || 'none'}.`,
  );
}
