import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkSignal,
  isUrl,
} from '../../config/index.js';
import { openDownloadCache } from '../../files/locations/cache.js';
import type { DownloadProgress } from '../../files/locations/download.js';
import { ValueError } from '../../errors.js';
import type { FileHost } from '../../files/locations/file-host.js';
import { fileHost } from '../../files/locations/platform.js';
import { absence, readDirectory } from './directory.js';
import type { Found } from './directory.js';
import { requireSha256 } from './dataset-files.js';
import type { DatasetFile, DatasetFiles } from './dataset-files.js';
import { fetchFile, TimeLimitReached, type FetchContext } from './mirrors.js';

/** Where to find a data set that is not embedded in the package. */
export interface LoadDataOptions {
  /**
   * The folder with the data set's files, or a folder that contains it under the data set's name, as in
   * `<directory>/mnist/`; in a browser, the URL of such a folder. Nothing else is tried then.
   */
  readonly directory?: string | URL | undefined;
  /** URLs of folders to download from, tried in turn. Default: the data set's own list. */
  readonly mirrors?: readonly string[] | undefined;
  /**
   * The folder for downloads, including parts of interrupted downloads. Default: LANEGRAD_CACHE_DIR, otherwise `~/.cache/lanegrad`. In a
   * browser, the name of the cache in Cache Storage, `lanegrad` by default.
   */
  readonly cacheDirectory?: string | undefined;
  /**
   * The time limit in milliseconds for all downloads of this call together. Default 300 000. If a mirror sends nothing
   * for 10 seconds, or for its share of the time if that is less (the time divided by the number of mirrors), the next
   * one is tried.
   */
  readonly timeout?: number | undefined;
  /** A signal that stops loading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each piece that arrives from a mirror. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Whether to use only the directories and the cache, and never the network. Default false. */
  readonly offline?: boolean | undefined;
}

const defaultTimeout = 300_000;
const maxStallTimeout = 10_000;

/**
 * Loads the files of a data set: `directory`, then LANEGRAD_DATA_DIR, then for each file the cache and the
 * mirrors in turn. Each is verified, wherever it comes from, unless a folder may hold others.
 *
 * @param owner the function that was called, for messages
 * @param own options that it knows besides
 */
export async function loadFiles(
  owner: string,
  dataset: DatasetFiles,
  options: LoadDataOptions,
  own: readonly string[] = [],
  host: FileHost = fileHost(),
): Promise<Found> {
  checkLoadOptions(owner, options, own);
  checkSignal(owner, options.signal);
  if (dataset.mayDiffer !== true) requireSha256();
  const { directory, signal } = options;
  const named = host.environment('LANEGRAD_DATA_DIR');
  const folders = [
    { folder: directory, origin: 'option directory', optional: false },
    { folder: named, origin: 'LANEGRAD_DATA_DIR', optional: true },
  ];
  const earlier: string[] = [];
  for (const { folder, origin, optional } of folders) {
    if (folder === undefined) continue;
    const settings = { origin, optional, signal };
    const found = await readDirectory(host, dataset, String(folder), settings);
    if (found !== undefined) return found;
    earlier.push(`${origin} ${String(folder)}: ${absence(dataset)}`);
  }
  return { files: dataset.files, contents: await fetchFiles(dataset, options, earlier, host) };
}

/** The one file of a data set, or what a folder holds in its place: see `loadFiles`. */
export async function loadFile(
  owner: string,
  dataset: DatasetFiles,
  options: LoadDataOptions,
  own?: readonly string[],
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  const { files, contents } = await loadFiles(owner, dataset, options, own);
  return { name: files[0]?.name ?? dataset.name, bytes: contents[0] ?? new Uint8Array() };
}

/** All files at once. The first failure ends the others, and nothing is under way when this returns. */
async function fetchFiles(
  dataset: DatasetFiles,
  options: LoadDataOptions,
  earlier: readonly string[],
  host: FileHost,
): Promise<Found['contents']> {
  const { signal, onProgress, offline = false, timeout = defaultTimeout } = options;
  const mirrors = offline ? [] : (options.mirrors ?? dataset.mirrors);
  requireSha256();
  const cache = await openDownloadCache(options.cacheDirectory, host);
  signal?.throwIfAborted();

  const all = new AbortController();
  const forward = (): void => all.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const overtime = (): void => {
    all.abort(new TimeLimitReached(`the time limit of ${timeout} ms was over`));
  };
  // A longer time than timers can hold (25 days) is not a limit.
  const timer = timeout < 2 ** 31 ? setTimeout(overtime, timeout) : undefined;
  const context: FetchContext = {
    dataset,
    cache,
    mirrors,
    noMirrors: offline ? 'mirrors: not asked, as offline is set' : 'mirrors: none given',
    earlier,
    stallTimeout: Math.min(maxStallTimeout, timeout / Math.max(1, mirrors.length)),
    signal: all.signal,
    onProgress,
  };
  const failures: unknown[] = [];
  const fetchOne = async (file: DatasetFile): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    try {
      return await fetchFile(file, context);
    } catch (error) {
      failures.push(error);
      all.abort(error);
      return undefined;
    }
  };
  try {
    const contents = await Promise.all(dataset.files.map(fetchOne));
    if (failures.length > 0) throw failures[0];
    return contents.filter((bytes) => bytes !== undefined);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}

const knownOptions: readonly (keyof LoadDataOptions)[] = [
  'directory',
  'mirrors',
  'cacheDirectory',
  'timeout',
  'signal',
  'onProgress',
  'offline',
];

/** Throws ValueError for an unknown option or one of a useless value. `owner` is the function called. */
function checkLoadOptions(owner: string, options: LoadDataOptions, own: readonly string[]): void {
  checkOptions(owner, options, [...own, ...knownOptions]);
  const { directory, mirrors, cacheDirectory, timeout, onProgress, offline } = options;
  const refuse = (demand: string, value: unknown): never => {
    throw new ValueError(`${owner}: ${demand}, got ${describeValue(value)}.`);
  };
  for (const [name, value] of Object.entries({ directory, cacheDirectory })) {
    if (value === '') {
      throw new ValueError(`${owner}: ${name} is an empty string; name a folder or leave it out.`);
    }
    if (value !== undefined && typeof value !== 'string' && !isUrl(value)) {
      refuse(`${name} must name a folder`, value);
    }
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) {
    refuse('timeout must be a positive number of ms', timeout);
  }
  if (mirrors !== undefined && !Array.isArray(mirrors)) {
    refuse('mirrors must be a list of URLs', mirrors);
  }
  for (const mirror of mirrors ?? []) {
    if (typeof mirror !== 'string' || !/^https?:\/\//i.test(mirror)) {
      refuse('a mirror must be an http(s) URL', mirror);
    }
  }
  if (onProgress !== undefined) checkFunction(owner, 'onProgress', onProgress);
  if (offline !== undefined) checkBoolean(owner, 'offline', offline);
}

/**
 * How many samples of so many train, where a share of them tests; as Keras counts.
 *
 * @throws ValueError for anything but a share.
 */
export function trainingCut(owner: string, testSplit = 0.2): (count: number) => number {
  checkNumber(owner, 'testSplit', testSplit, { min: 0, below: 1 });
  return (count) => Math.floor(count * (1 - testSplit));
}
