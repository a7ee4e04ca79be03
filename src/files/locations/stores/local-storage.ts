import { fromBase64, toBase64 } from '../../formats/base64.js';
import { formatBytes } from '../../../config/index.js';
import { FormatError, ValueError } from '../../../errors.js';
import { describeFiles } from './store.js';
import type { FileStore, NamedFile, StoredInfo } from './store.js';

// One entry a name, so that it is replaced in one step:
//
//     lanegrad/NAME → JSON { dateSaved: milliseconds, files: [[file name, base64], …] }

const PREFIX = 'lanegrad/';

/** Files in the browser's local storage, which holds texts of some 5 million characters. @throws ValueError */
export function openLocalStorage(label: string): FileStore {
  const storage = localStorageOf(label);
  const read = (name: string): Entry | undefined => {
    const text = storage.getItem(PREFIX + name);
    return text === null ? undefined : parseEntry(text, name, label);
  };
  return {
    async put(name, files) {
      const { dateSaved } = describeFiles(files);
      const encoded = files.map(([file, bytes]) => [file, toBase64(bytes)]);
      const text = JSON.stringify({ dateSaved: dateSaved.getTime(), files: encoded });
      try {
        storage.setItem(PREFIX + name, text);
      } catch (error) {
        throw new ValueError(`${label}: ${quotaReason(storage, PREFIX + name, text, files)}`, {
          cause: error,
        });
      }
    },
    get: async (name) => read(name)?.files,
    async list() {
      const found = new Map<string, StoredInfo>();
      for (const key of keysOf(storage).filter((key) => key.startsWith(PREFIX))) {
        const name = key.slice(PREFIX.length);
        const entry = read(name);
        if (entry === undefined) continue;
        found.set(name, { ...describeFiles(entry.files), dateSaved: entry.dateSaved });
      }
      return found;
    },
    async remove(name) {
      const isThere = storage.getItem(PREFIX + name) !== null;
      storage.removeItem(PREFIX + name);
      return isThere;
    },
  };
}

function localStorageOf(label: string): Storage {
  try {
    // Absent in Node; the getter throws on pages that may store nothing.
    const storage = globalThis.localStorage as Storage | undefined;
    if (typeof storage?.setItem === 'function') return storage;
  } catch (error) {
    throw new ValueError(`${label}: this page may not use local storage.`, { cause: error });
  }
  throw new ValueError(`${label}: there is no local storage here. In Node give a path.`);
}

interface Entry {
  readonly dateSaved: Date;
  readonly files: readonly NamedFile[];
}

function parseEntry(text: string, name: string, label: string): Entry {
  try {
    const { dateSaved, files } = JSON.parse(text) as {
      dateSaved: number;
      files: [name: string, base64: string][];
    };
    return {
      dateSaved: new Date(dateSaved),
      files: files.map(([name, base64]) => [name, fromBase64(base64)] as const),
    };
  } catch (error) {
    throw new FormatError(`${label}: '${name}' in local storage is damaged. Remove it.`, {
      cause: error,
    });
  }
}

function keysOf(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
}

function quotaReason(
  storage: Storage,
  own: string,
  text: string,
  files: readonly NamedFile[],
): string {
  const others = keysOf(storage)
    .filter((key) => key !== own)
    .reduce((sum, key) => sum + key.length + (storage.getItem(key)?.length ?? 0), 0);
  const { bytes } = describeFiles(files);
  return (
    `its ${formatBytes(bytes)} make a text of ${text.length} characters, which does not fit into local storage: ` +
    `browsers allow some 5 million characters a site, and other entries have ${others}. Use indexeddb://.`
  );
}
