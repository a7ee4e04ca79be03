import { ValueError } from '../../errors.js';
import type { ByteCache, FileHost } from './file-host.js';

// Cache Storage is keyed by http(s) URLs. The host `.invalid` can never exist (RFC 2606), so a key of
// ours is never taken for a page that was really fetched.
const keyPrefix = 'https://lanegrad.invalid/';

/** The adapter for browsers and their workers: files are URLs, downloads live in Cache Storage. */
export function webFileHost(): FileHost {
  const refuseWriting = async (path: string): Promise<never> => {
    throw new ValueError(
      `cannot write '${path}': a browser has no files. Write to 'downloads://', 'indexeddb://' or ` +
        `'localstorage://', or take the bytes yourself.`,
    );
  };
  return {
    hasFolders: false,
    environment: () => undefined,
    join: (folder, name) => (folder.endsWith('/') ? folder + name : `${folder}/${name}`),
    folderExists: async () => true,
    listFolder: async () => new Map(),
    async readFolder(folder) {
      throw new ValueError(
        `cannot list '${folder}': a browser has no folders. Let the user pick one: <input type="file" webkitdirectory>, or ` +
          `showDirectoryPicker().`,
      );
    },
    realLocation: async (folder) => folder,
    readFile,
    readPieces,
    writeFileAtomic: refuseWriting,
    writeFolder: refuseWriting,
    removeLeftovers: async () => undefined,
    async openCache(location = 'lanegrad') {
      // Missing on insecure pages and in some private windows.
      if (typeof globalThis.caches === 'undefined') return undefined;
      return storageCache(location);
    },
  };
}

async function readFile(
  location: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await get(location, signal);
  return response === undefined ? undefined : new Uint8Array(await response.arrayBuffer());
}

async function readPieces(location: string, _size: number, signal?: AbortSignal) {
  const response = await get(location, signal);
  return response === undefined ? undefined : piecesOf(response);
}

async function* piecesOf({ body }: Response) {
  const reader = body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** The answer to a request; undefined if there is nothing at that URL. */
async function get(location: string, signal?: AbortSignal): Promise<Response | undefined> {
  const response = await fetch(location, signal === undefined ? {} : { signal });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404 || response.status === 410) return undefined;
  throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
}

function storageCache(name: string): ByteCache {
  const open = (): Promise<Cache> => caches.open(name);
  return {
    location: `Cache Storage '${name}'`,
    async prepare() {
      await open();
    },
    async get(key) {
      const response = await (await open()).match(keyPrefix + key);
      return response === undefined ? undefined : new Uint8Array(await response.arrayBuffer());
    },
    async put(key, bytes) {
      await (await open()).put(keyPrefix + key, new Response(bytes));
    },
    async remove(key) {
      await (await open()).delete(keyPrefix + key);
    },
  };
}
