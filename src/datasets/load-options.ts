import { isUrl } from '../config/brands.js';
import { checkFunction, checkBoolean } from '../config/check-number.js';
import { describeValue } from '../config/describe-value.js';
import { checkOptions } from '../config/index.js';
import type { DownloadProgress } from '../places/download.js';
import { ValueError } from '../errors.js';

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
export function checkLoadOptions(owner: string, options: LoadDataOptions): void {
  checkOptions(owner, options, knownOptions);
  const { directory, mirrors, cacheDirectory, timeout, onProgress, offline } = options;
  for (const [name, value] of Object.entries({ directory, cacheDirectory })) {
    if (value === '') {
      throw new ValueError(`${owner}: ${name} is an empty string; name a folder or leave it out.`);
    }
    if (value !== undefined && typeof value !== 'string' && !isUrl(value)) {
      throw new ValueError(`${owner}: ${name} must name a folder, got ${describeValue(value)}.`);
    }
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) {
    throw new ValueError(
      `${owner}: timeout must be a positive number of ms, got ${describeValue(timeout)}.`,
    );
  }
  if (mirrors !== undefined && !Array.isArray(mirrors)) {
    throw new ValueError(
      `${owner}: mirrors must be a list of URLs, got ${describeValue(mirrors)}.`,
    );
  }
  for (const mirror of mirrors ?? []) {
    if (typeof mirror !== 'string' || !/^https?:\/\//i.test(mirror)) {
      throw new ValueError(
        `${owner}: a mirror must be an http(s) URL, got ${describeValue(mirror)}.`,
      );
    }
  }
  if (onProgress !== undefined) checkFunction(owner, 'onProgress', onProgress);
  if (offline !== undefined) checkBoolean(owner, 'offline', offline);
}
