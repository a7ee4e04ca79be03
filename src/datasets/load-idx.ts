import { describeValue } from '../config/describe-value.js';
import { checkBoolean, checkFunction, checkOptions, checkSignal, isUrl } from '../config/index.js';
import { openDownloadCache } from '../places/cache.js';
import type { DownloadProgress } from '../places/download.js';
import { parseIdx } from '../formats/idx.js';
import type { IdxArray } from '../formats/idx.js';
import { DatasetError, ValueError } from '../errors.js';
import type { FileHost } from '../places/file-host.js';
import { fileHost } from '../places/platform.js';
import { absence, readDirectory } from './directory.js';
import { requireSha256, type IdxDataset, type IdxFile } from './idx-files.js';
import { fetchFile, TimeLimitReached, type FetchContext } from './mirrors.js';

export { FASHION_MNIST, MNIST } from './idx-files.js';

/** Where a data set that is too large to embed comes from. */
export interface LoadDataOptions {
  /**
   * The folder with the data set's files (`.gz` or plain), or one that holds it under the data set's
   * name, as in `<directory>/mnist/`; in a browser the URL of one. Nothing else is tried then.
   */
  readonly directory?: string | URL | undefined;
  /** URLs of folders to download from, tried in turn. Default: the data set's own list. */
  readonly mirrors?: readonly string[] | undefined;
  /**
   * Folder that keeps downloads, also the parts of those that broke off. Default: LANEGRAD_CACHE_DIR, else `~/.cache/lanegrad`. In a browser the
   * name of the Cache Storage cache, `lanegrad` by default.
   */
  readonly cacheDirectory?: string | undefined;
  /**
   * Milliseconds for all downloads of this call together; 300 000 by default. A mirror that sends
   * nothing for 10 seconds, or for its share of the time if that is less (the time divided by the
   * number of mirrors), is left for the next one.
   */
  readonly timeout?: number | undefined;
  /** Ends the loading: the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called for every piece that arrives from a mirror. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Never use the network: only the directories and the cache. Default: false. */
  readonly offline?: boolean | undefined;
}

/** The four arrays of a data set. */
export interface IdxDatasetArrays {
  readonly trainImages: IdxArray;
  readonly trainLabels: IdxArray;
  readonly testImages: IdxArray;
  readonly testLabels: IdxArray;
}

const defaultTimeout = 300_000;
const maxStallTimeout = 10_000;

/**
 * Loads the files of a data set: `directory`, then LANEGRAD_DATA_DIR, then for each file the cache and the
 * mirrors in turn. Each is verified, wherever it comes from. Errors: see `mnist.loadData`.
 */
export async function loadIdxDataset(
  dataset: IdxDataset,
  options: LoadDataOptions = {},
  host: FileHost = fileHost(),
): Promise<IdxDatasetArrays> {
  checkLoadOptions(`datasets.${dataset.name}.loadData`, options);
  checkSignal(`datasets.${dataset.name}.loadData`, options.signal);
  requireSha256();
  const files = [
    dataset.trainImages,
    dataset.trainLabels,
    dataset.testImages,
    dataset.testLabels,
  ] as const;
  const contents = await readContents(host, dataset, files, options);
  const [trainImages, trainLabels, testImages, testLabels] = contents.map((bytes, index) =>
    parseIdx(bytes, files[index]?.name),
  );
  if (!trainImages || !trainLabels || !testImages || !testLabels) {
    throw new DatasetError(`${dataset.name}: expected four files, got ${contents.length}.`);
  }
  return { trainImages, trainLabels, testImages, testLabels };
}

/** The inflated files, in order. */
type Contents = readonly Uint8Array<ArrayBuffer>[];

async function readContents(
  host: FileHost,
  dataset: IdxDataset,
  files: readonly IdxFile[],
  options: LoadDataOptions,
): Promise<Contents> {
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
    const found = await readDirectory(host, dataset, files, String(folder), settings);
    if (found !== undefined) return found;
    earlier.push(`${origin} ${String(folder)}: ${absence(dataset)}`);
  }
  return fetchFiles(dataset, files, options, earlier, host);
}

/** All files at once. The first failure ends the others, and nothing is under way when this returns. */
async function fetchFiles(
  dataset: IdxDataset,
  files: readonly IdxFile[],
  options: LoadDataOptions,
  earlier: readonly string[],
  host: FileHost,
): Promise<Contents> {
  const { signal, onProgress, offline = false, timeout = defaultTimeout } = options;
  const mirrors = offline ? [] : (options.mirrors ?? dataset.mirrors);
  const cache = await openDownloadCache(options.cacheDirectory, host);
  signal?.throwIfAborted();

  const all = new AbortController();
  const forward = (): void => all.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const overtime = (): void => {
    all.abort(new TimeLimitReached(`the time limit of ${timeout} ms was over`));
  };
  // A longer time than timers can hold (25 days) is no limit.
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
  const fetchOne = async (file: IdxFile): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    try {
      return await fetchFile(file, context);
    } catch (error) {
      failures.push(error);
      all.abort(error);
      return undefined;
    }
  };
  try {
    const contents = await Promise.all(files.map(fetchOne));
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
function checkLoadOptions(owner: string, options: LoadDataOptions): void {
  checkOptions(owner, options, knownOptions);
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
