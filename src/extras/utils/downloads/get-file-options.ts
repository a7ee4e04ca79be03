import type { DownloadProgress } from '../../../files/locations/download.js';
import type { LimitedReadOptions } from '../../../files/locations/source.js';

/** A format of archives that `getFile` extracts. */
export type ArchiveFormat = 'tar' | 'zip';

/** Options of `getFile`. */
export interface GetFileOptions extends LimitedReadOptions {
  /**
   * What the file is called in the folder, without `/`. Of an archive that is extracted, what the folder is called; with a dot,
   * as in `'flowers.tgz'`, the folder is called `flowers_extracted`. Default: the last part of the path of `origin`.
   */
  readonly fname?: string | undefined;
  /** Whether the file is an archive that is extracted; then the path is that of the folder. Default false. */
  readonly extract?: boolean | undefined;
  /** The check sum of the file, in hexadecimal: 64 digits of SHA-256 or 32 of MD5. Default: the file is not verified. */
  readonly fileHash?: string | undefined;
  /** What `fileHash` is. Default `'auto'`: its length tells. */
  readonly hashAlgorithm?: 'auto' | 'sha256' | 'md5' | undefined;
  /**
   * What the archive may be: `'tar'` (also gzipped), `'zip'`, or a list of both. Default `'auto'`: either, as the bytes tell.
   */
  readonly archiveFormat?: 'auto' | ArchiveFormat | readonly ArchiveFormat[] | undefined;
  /**
   * The folder that keeps downloads; `~/` at its beginning is the user's home. Default: LANEGRAD_CACHE_DIR, else
   * `~/.cache/lanegrad`, where the data sets are as well.
   */
  readonly cacheDir?: string | URL | undefined;
  /** The folder in `cacheDir` that gets the file; an absolute path takes the place of `cacheDir`. Default `'datasets'`. */
  readonly cacheSubdir?: string | undefined;
  /** Whether a file that is there already is downloaded again. Default false. */
  readonly forceDownload?: boolean | undefined;
  /** Called for every piece that arrives. Default: on a terminal a bar is drawn. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}
