import { messageOf } from '../../config/index.js';
import { DatasetError } from '../../errors.js';
import type { FileHost } from './file-host.js';
import { fileHost } from './platform.js';

/** The cache of downloads. */
export interface DownloadCache {
  /** Where the cache is, for messages; undefined when this host has none. */
  readonly location: string | undefined;
  /** What is kept under `name`; undefined when there is nothing, or nothing that can be read. */
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keeps `bytes`. Throws DatasetError if that fails in a cache that the user chose. */
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets `name`. */
  remove(name: string): Promise<void>;
}

/** Where the cache is: at `directory`, or where LANEGRAD_CACHE_DIR says; undefined for the host's usual one. */
export function cacheLocation(directory: string | undefined, host: FileHost): string | undefined {
  return directory ?? host.environment('LANEGRAD_CACHE_DIR');
}

/**
 * Opens the cache: `directory`, or the folder named by LANEGRAD_CACHE_DIR, or `~/.cache/lanegrad`; in a
 * browser the Cache Storage cache named `directory`, or `lanegrad`.
 *
 * A cache that was not asked for is a convenience: where it cannot be written (read-only home, full quota)
 * the data still loads. A cache that the user named must work.
 */
export async function openDownloadCache(
  directory?: string,
  host: FileHost = fileHost(),
): Promise<DownloadCache> {
  const chosen = cacheLocation(directory, host);
  const cache = await host.openCache(chosen);
  if (cache === undefined && chosen !== undefined) {
    throw new DatasetError(
      `cannot open the cache '${chosen}': this host offers none (a browser has Cache Storage only on ` +
        `secure pages). Leave the option out, or serve the page over https.`,
    );
  }
  return {
    location: cache?.location,
    // An unreadable file counts as absent: the file is downloaded again.
    get: async (name) => cache?.get(name).catch(() => undefined),
    put: async (name, bytes) => {
      await cache?.put(name, bytes).catch((cause: unknown) => {
        if (chosen === undefined) return;
        throw new DatasetError(
          `cannot write '${name}' to the cache '${chosen}': ${messageOf(cause)}. Name a folder that can be written ` +
            `(cacheDirectory or LANEGRAD_CACHE_DIR), or none.`,
          { cause },
        );
      });
    },
    // A bad file that cannot be deleted is still never used: its check sum fails each time.
    remove: async (name) => cache?.remove(name).catch(() => undefined),
  };
}
