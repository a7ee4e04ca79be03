import { DatasetError } from '../../errors.js';
import type { DownloadCache } from './cache.js';
import { BrokenOff, downloadChunks, type DownloadOptions, type PartialFile } from './download.js';
import { concatenate, lengthOf } from '../formats/bytes.js';
import { parseJsonObject } from '../formats/json.js';

/** Bytes after which what has arrived is kept, in case the process ends. */
const CHECKPOINT = 1 << 22;

/** A download that breaks off is taken up again at once as long as it brings something, but not for ever. */
const MAX_RESUMES = 5;

/** A file that arrived, in one piece or in several. */
export interface DownloadedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the file was put together from several answers. */
  readonly isResumed: boolean;
}

/**
 * Downloads a file that may break off: what has arrived is kept in the cache, under `key` and `.part`, and the next
 * attempt, of this call or of another process, asks the same URL for the rest only (HTTP Range). A partial file is written as a
 * whole together with what it is a part of, so processes that do this at the same time do not disturb each other.
 * Whether the pieces belong together is for the caller to verify.
 *
 * Errors: see `downloadChunks`. The partial file is there until `forgetPartialDownload`.
 */
export async function downloadResumably(
  url: string,
  cache: DownloadCache,
  key: string,
  options: DownloadOptions,
): Promise<DownloadedFile> {
  const saved = await loadPartial(cache, key, url);
  let chunks: Uint8Array[] = saved === undefined ? [] : [saved.bytes];
  let after: PartialFile | undefined = saved && { ...saved, length: saved.bytes.length };
  let isResumed = false;
  for (let resumes = 0; ; resumes++) {
    const before = lengthOf(chunks);
    let validator: string | null | undefined;
    let unsaved = 0;
    const save = async (): Promise<void> => {
      // Bytes that were encoded on the way are not the file's.
      if (validator === undefined) return;
      await savePartial(cache, key, { url, validator, bytes: concatenate(chunks) });
      unsaved = 0;
    };
    try {
      const onResponse = (start: number, name: string | null | undefined): void => {
        if (start === 0) chunks = [];
        else isResumed = true;
        validator = name;
      };
      for await (const chunk of downloadChunks(url, { ...options, after, onResponse })) {
        chunks.push(chunk);
        unsaved += chunk.length;
        if (unsaved >= CHECKPOINT) await save();
      }
      return { bytes: concatenate(chunks), isResumed };
    } catch (error) {
      const isBrokenOff = error instanceof BrokenOff;
      const isRefused = error instanceof DatasetError && !isBrokenOff;
      const isAborted = options.signal?.aborted === true;
      if (unsaved > 0 && (!isRefused || isAborted)) await save();
      const length = lengthOf(chunks);
      const goesOn = isBrokenOff && !error.isStalled && validator !== undefined && length > before;
      if (!goesOn || isAborted || resumes === MAX_RESUMES) throw error;
      after = { length, validator: validator ?? null };
    }
  }
}

/** Forgets what has arrived of a file. */
export async function forgetPartialDownload(cache: DownloadCache, key: string): Promise<void> {
  await cache.remove(`${key}.part`);
}

/** What has arrived of a file, from where, and what the server called its contents. */
interface PartialDownload {
  readonly url: string;
  readonly validator: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

// A partial file is a line of JSON, then the bytes.
const NEWLINE = 10;

async function savePartial(
  cache: DownloadCache,
  key: string,
  partial: PartialDownload,
): Promise<void> {
  const { url, validator, bytes } = partial;
  const head = new TextEncoder().encode(`${JSON.stringify({ url, validator })}\n`);
  const whole = concatenate([head, bytes]);
  // A convenience: where it cannot be kept, the download starts over next time.
  await cache.put(`${key}.part`, whole).catch(() => undefined);
}

async function loadPartial(
  cache: DownloadCache,
  key: string,
  url: string,
): Promise<PartialDownload | undefined> {
  const whole = await cache.get(`${key}.part`);
  const end = whole?.indexOf(NEWLINE) ?? -1;
  if (whole === undefined || end === -1) return undefined;
  try {
    const head: Partial<PartialDownload> = parseJsonObject(whole.subarray(0, end), key);
    const bytes = whole.slice(end + 1);
    if (head.url !== url || bytes.length === 0) return undefined;
    return { url, validator: head.validator ?? null, bytes };
  } catch {
    return undefined;
  }
}
