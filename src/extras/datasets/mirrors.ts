import type { DownloadCache } from '../../files/locations/cache.js';
import { download, type DownloadProgress } from '../../files/locations/download.js';
import {
  downloadResumably,
  forgetPartialDownload,
} from '../../files/locations/resumable-download.js';
import { DatasetError, LanegradError } from '../../errors.js';
import { advice } from './directory.js';
import { nameAsStored, storedNames, verifiedContents } from './dataset-files.js';
import type { DatasetFile, DatasetFiles } from './dataset-files.js';

/** Everything the fetching of one file needs in addition to the file. */
export interface FetchContext {
  readonly dataset: DatasetFiles;
  readonly cache: DownloadCache;
  /** URLs of folders; empty when the network is not to be used. */
  readonly mirrors: readonly string[];
  /** Why there are no mirrors, if there are none. */
  readonly noMirrors: string;
  /** Attempts made before the cache, for the message of the last resort. */
  readonly earlier: readonly string[];
  readonly stallTimeout: number;
  readonly signal: AbortSignal;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

/** The time for all downloads is over: the reason that ends those under way. */
export class TimeLimitReached extends DatasetError {}

/**
 * The verified contents of a file: from the cache, else from the mirrors in turn. What comes from a mirror
 * is verified first and only then kept; a bad file in the cache is deleted and downloaded again.
 *
 * Throws DatasetError with every attempt and why it failed.
 */
export async function fetchFile(
  file: DatasetFile,
  context: FetchContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { dataset, cache, mirrors, noMirrors, earlier } = context;
  const attempts = [...earlier];
  const cached = await fromCache(file, context, attempts);
  if (cached !== undefined) return cached;

  const [usual] = storedNames(file);
  for (const mirror of mirrors) {
    const url = `${mirror.endsWith('/') ? mirror : `${mirror}/`}${usual}`;
    const key = `${dataset.folders[0]}/${usual}`;
    const arrived = await fromMirror(url, file, key, context);
    if (arrived instanceof LanegradError) {
      attempts.push(
        arrived instanceof TimeLimitReached ? `${url}: ${arrived.message}` : arrived.message,
      );
      if (arrived instanceof TimeLimitReached) break;
      continue;
    }
    const { stored, contents } = arrived;
    await cache.put(`${dataset.folders[0]}/${nameAsStored(file, stored)}`, stored);
    await forgetPartialDownload(cache, key);
    return contents;
  }
  if (mirrors.length === 0) attempts.push(noMirrors);
  throw new DatasetError(
    `${dataset.name}: cannot get ${file.name}. Tried:\n` +
      attempts.map((attempt) => `  - ${attempt}\n`).join('') +
      advice(dataset),
  );
}

interface Arrived {
  /** As the mirror sent it. */
  readonly stored: Uint8Array<ArrayBuffer>;
  /** Inflated and verified. */
  readonly contents: Uint8Array<ArrayBuffer>;
}

/**
 * One attempt at one mirror: what arrived, or the error if the mirror is to blame or the time is over. An
 * abort, or an exception of the caller's own onProgress, is thrown.
 */
async function fromMirror(
  url: string,
  file: DatasetFile,
  key: string,
  { cache, signal, stallTimeout, onProgress }: FetchContext,
): Promise<Arrived | LanegradError> {
  // Gzip adds less than this to what it cannot compress.
  const maxBytes = file.maxBytes + (file.maxBytes >> 10) + 1024;
  const options = { signal, stallTimeout, maxBytes, onProgress };
  try {
    const { bytes, isResumed } = await downloadResumably(url, cache, key, options);
    try {
      return { stored: bytes, contents: await verifiedContents(bytes, file, url) };
    } catch (error) {
      await forgetPartialDownload(cache, key);
      // The parts may be of different files; then the whole file is not to blame.
      if (!isResumed) throw error;
    }
    const stored = await download(url, options);
    return { stored, contents: await verifiedContents(stored, file, url) };
  } catch (error) {
    if (error instanceof TimeLimitReached) return error;
    if (signal.aborted || !(error instanceof LanegradError)) throw error;
    return error;
  }
}

async function fromCache(
  file: DatasetFile,
  { dataset, cache, signal }: FetchContext,
  attempts: string[],
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (cache.location === undefined) {
    attempts.push('cache: this host has none');
    return undefined;
  }
  let found = false;
  for (const name of storedNames(file)) {
    const key = `${dataset.folders[0]}/${name}`;
    const stored = await cache.get(key);
    signal.throwIfAborted();
    if (stored === undefined) continue;
    found = true;
    try {
      return await verifiedContents(stored, file, `${key} in the cache ${cache.location}`);
    } catch (error) {
      if (!(error instanceof LanegradError)) throw error;
      await cache.remove(key);
      attempts.push(`${error.message} (It has been deleted from the cache.)`);
    }
  }
  if (!found) attempts.push(`cache ${cache.location}: not there`);
  return undefined;
}
