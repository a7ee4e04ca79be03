import { printable } from '../../config/describe-value.js';
import { fileHost } from '../../files/locations/platform.js';
import { atLocation } from '../../files/locations/write.js';
import { FormatError } from '../../errors.js';
import { encodeSafetensors, parseSafetensors } from '../../files/formats/safetensors.js';
import type { TrainingSnapshot } from './callback.js';

/** The backup of a `fit`. What the host cannot do is a ValueError that names the callback and the file. */
export interface BackupFile {
  /** The name in messages. */
  readonly label: string;
  /** What was written last; undefined if there is nothing. @throws FormatError for a damaged file. */
  read(): Promise<TrainingSnapshot | undefined>;
  /** Replaces what was written before, once all of the new is there. */
  write(snapshot: TrainingSnapshot): Promise<void>;
  remove(): Promise<void>;
}

const OWNER = 'BackupAndRestore';
const FILE = 'training.safetensors';

/**
 * The backup in the folder of that name, or in what a browser has in its place; undefined if it has none.
 *
 * @throws ValueError for a folder in which nothing can be written: now, rather than after the first epoch.
 */
export async function openBackup(directory: string): Promise<BackupFile | undefined> {
  const host = fileHost();
  const cache = await host.openCache(directory);
  if (cache === undefined) return undefined;
  const file = `'${FILE}' in '${printable(directory)}'`;
  const label = `${OWNER}: ${file}`;
  await atLocation(OWNER, `write into '${printable(directory)}'`, () => cache.prepare());
  return {
    label,
    async read() {
      const bytes = await atLocation(OWNER, `read ${file}`, () => cache.get(FILE));
      return bytes === undefined ? undefined : parseBackup(bytes, label);
    },
    async write(snapshot) {
      const bytes = encodeBackup(snapshot);
      await atLocation(OWNER, `write ${file}`, () => cache.put(FILE, bytes));
    },
    remove: () => atLocation(OWNER, `remove ${file}`, () => cache.remove(FILE)),
  };
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
