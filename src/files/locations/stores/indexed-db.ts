import { formatBytes, isError, isUint8Array } from '../../../config/index.js';
import { FormatError, ValueError } from '../../../errors.js';
import { describeFiles } from './store.js';
import type { FileStore, NamedFile, StoredInfo } from './store.js';

// Database 'lanegrad', version 1:
//
//     files   name → [[file name, Uint8Array], …]
//     info    name → { dateSaved: Date, files: [file names], bytes }
//
// Both are written in one transaction; listing reads the small one alone.

const DATABASE = 'lanegrad';
const FILES = 'files';
const INFO = 'info';

/** Files in the browser's IndexedDB. @throws ValueError where there is none. */
export function openIndexedDb(label: string): FileStore {
  // Absent in Node, and not what its type says on some private pages.
  const factory = globalThis.indexedDB as IDBFactory | undefined;
  if (factory === undefined) {
    throw new ValueError(`${label}: there is no IndexedDB here. In Node give a path.`);
  }

  /** Resolves when the transaction is complete, with what `work` asked for. */
  async function transact<T>(
    mode: IDBTransactionMode,
    work: (files: IDBObjectStore, info: IDBObjectStore) => IDBRequest<T>,
    bytes = 0,
  ): Promise<T> {
    let database: IDBDatabase | undefined;
    try {
      database = await openDatabase(factory as IDBFactory);
      const transaction = database.transaction([FILES, INFO], mode, { durability: 'strict' });
      const request = work(transaction.objectStore(FILES), transaction.objectStore(INFO));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(asError(transaction.error));
      });
      return request.result;
    } catch (error) {
      throw await explain(label, error, bytes);
    } finally {
      database?.close();
    }
  }

  return {
    async put(name, files) {
      const info = describeFiles(files);
      const record = files.map(([file, bytes]) => [file, whole(bytes)]);
      await transact(
        'readwrite',
        (toFiles, toInfo) => {
          toInfo.put(info, name);
          return toFiles.put(record, name);
        },
        info.bytes,
      );
    },
    async get(name) {
      const record: unknown = await transact('readonly', (files) => files.get(name));
      if (record === undefined) return undefined;
      if (isRecord(record)) return record;
      throw new FormatError(`${label}: the stored data were not written by lanegrad.`);
    },
    async list() {
      const names = await transact('readonly', (_, info) => info.getAllKeys());
      const infos = (await transact('readonly', (_, info) => info.getAll())) as StoredInfo[];
      return new Map(
        names.flatMap((name, i) => {
          const info = infos[i];
          return info === undefined ? [] : [[name as string, info] as const];
        }),
      );
    },
    async remove(name) {
      const count = await transact('readwrite', (files, info) => {
        const found = files.count(name);
        files.delete(name);
        info.delete(name);
        return found;
      });
      return count > 0;
    },
  };
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FILES);
      request.result.createObjectStore(INFO);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(asError(request.error));
  });
}

/** Cloning a view clones all of its memory. */
function whole(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function isRecord(value: unknown): value is NamedFile[] {
  return (
    Array.isArray(value) &&
    value.every(
      (file: unknown) =>
        Array.isArray(file) && typeof file[0] === 'string' && isUint8Array(file[1]),
    )
  );
}

function asError(error: unknown): Error {
  return isError(error) ? error : new Error(String(error));
}

async function explain(label: string, error: unknown, bytes: number): Promise<ValueError> {
  const { name, message } = asError(error);
  const reason = name === 'QuotaExceededError' ? await quotaReason(bytes) : message || name;
  return new ValueError(`${label}: ${reason}`, { cause: error });
}

async function quotaReason(bytes: number): Promise<string> {
  // Only on secure pages.
  const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
  const room =
    quota === undefined || usage === undefined
      ? ''
      : `; of the ${formatBytes(quota)} that the browser allows this site, ${formatBytes(usage)} are in use`;
  return `its ${formatBytes(bytes)} do not fit into the browser's storage${room}. Remove what is no longer needed.`;
}
