import type { ByteCache } from '../places/file-host.js';
import { fileHost } from '../places/platform.js';
import { FormatError } from '../errors.js';
import { encodeSafetensors, parseSafetensors } from '../formats/safetensors.js';
import type { TrainingSnapshot } from './callback.js';

/** The folder of that name, or what a browser has in its place; undefined if it has none. */
export function openBackups(directory: string): Promise<ByteCache | undefined> {
  return fileHost().openCache(directory);
}

/** The key of the metadata under which the JSON lies. */
const STATE = 'lanegrad.training';

/**
 * A snapshot as one safetensors file, whose metadata hold the state as JSON: one file is replaced in one step, so
 * that weights and state always belong together.
 */
export function encodeBackup({ arrays, state }: TrainingSnapshot): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(arrays, { format: 'lanegrad', [STATE]: JSON.stringify(state, toJson) });
}

/** The snapshot in such a file. @throws FormatError */
export function parseBackup(bytes: Uint8Array<ArrayBuffer>, label: string): TrainingSnapshot {
  const { arrays, metadata } = parseSafetensors(bytes, label);
  const text = metadata.get(STATE);
  if (text === undefined) {
    throw new FormatError(`${label}: a safetensors file, but no backup of fit. Delete it.`);
  }
  try {
    return { arrays: [...arrays], state: JSON.parse(text, fromJson) };
  } catch (error) {
    throw new FormatError(`${label}: its state is no JSON. Delete it.`, { cause: error });
  }
}

/** JSON has no number for them; metrics may be any. */
const SPECIAL = new Map<string, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function toJson(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function fromJson(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? (SPECIAL.get(value) ?? value) : value;
}
