import type { DownloadProgress } from '../../../files/locations/download.js';
import type { LimitedReadOptions } from '../../../files/locations/source.js';

/** An archive format that `getFile` extracts. */
export type ArchiveFormat = 'tar' | 'zip';

/** Options of `getFile`. */
export interface GetFileOptions extends LimitedReadOptions {
  /**
   * The name of the file in the folder, without `/`. If an archive is extracted, the name of the folder; with a dot, as in
   * `'flowers.tgz'`, the folder is called `flowers_extracted`. Default: the last part of the path of `origin`.
   */
  readonly fname?: string | undefined;
  /** Whether to extract the file, an archive; the result is then the path of the folder. Default false. */
  readonly extract?: boolean | undefined;
  /** The checksum of the file, in hexadecimal: 64 digits of SHA-256 or 32 of MD5. Default: the file is not verified. */
  readonly fileHash?: string | undefined;
  /** The algorithm of `fileHash`. Default `'auto'`: determined by its length. */
  readonly hashAlgorithm?: 'auto' | 'sha256' | 'md5' | undefined;
  /**
   * The accepted archive formats: `'tar'` (also gzipped), `'zip'`, or a list of both. Default `'auto'`: either, determined by
   * the bytes.
   */
  readonly archiveFormat?: 'auto' | ArchiveFormat | readonly ArchiveFormat[] | undefined;
  /**
   * The folder for downloads; `~/` at the beginning is the user's home. Default: LANEGRAD_CACHE_DIR, otherwise
   * `~/.cache/lanegrad`, which also holds the data sets.
   */
  readonly cacheDir?: string | URL | undefined;
  /** The folder in `cacheDir` for the file; an absolute path replaces `cacheDir`. Default `'datasets'`. */
  readonly cacheSubdir?: string | undefined;
  /** Whether to download the file again if it exists already. Default false. */
  readonly forceDownload?: boolean | undefined;
  /** Called for each piece that arrives. Default: shows a progress bar on a terminal. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}
