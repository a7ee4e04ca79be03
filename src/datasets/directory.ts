import { messageOf } from '../config/index.js';
import { DatasetError, LanegradError } from '../errors.js';
import type { FileHost } from '../places/file-host.js';
import { storedNames, type IdxDataset, type IdxFile, verifiedContents } from './idx-files.js';

/**
 * Reads and verifies `files` from the folder in `directory` that has the data set's name, or from `directory`
 * itself; each may be gzipped or plain. Undefined if there is none of them and `optional` is set. A file of other
 * contents is passed over if a good one is found after it.
 *
 * Throws DatasetError when the directory does not exist, lacks a file, or holds one of other contents, and
 * FormatError when a gzip file is damaged. Files of the user are never deleted.
 */
export async function readDirectory(
  host: FileHost,
  dataset: IdxDataset,
  files: readonly IdxFile[],
  directory: string,
  { origin, optional, signal }: DirectoryOptions,
): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
  if (!(await host.folderExists(directory))) {
    throw new DatasetError(
      `${dataset.name}: the directory '${directory}' (${origin}) does not exist. ${advice(dataset)}`,
    );
  }
  const pages: string[] = [];
  const found = await Promise.all(
    files.map((file) => readStored(host, dataset, file, directory, { optional, signal, pages })),
  );
  const missing = files.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return found.filter((contents) => contents !== undefined);
  if (optional && missing.length === files.length) return undefined;
  throw new DatasetError(
    `${dataset.name}: the directory '${directory}' (${origin}) lacks ` +
      `${missing.map((file) => `${file.name}[.gz]`).join(', ')}; also not in its folder ` +
      `${folderNames(dataset)}. ` +
      (pages[0] === undefined ? '' : `'${pages[0]}' is a web page instead. `) +
      advice(dataset),
  );
}

export interface DirectoryOptions {
  /** Where the directory was named, for messages. */
  readonly origin: string;
  /** Whether the directory may be without the data set. */
  readonly optional: boolean;
  readonly signal: AbortSignal | undefined;
}

async function readStored(
  host: FileHost,
  dataset: IdxDataset,
  file: IdxFile,
  directory: string,
  { optional, signal, pages }: Omit<DirectoryOptions, 'origin'> & { readonly pages: string[] },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const own = dataset.folders.map((name) => host.join(directory, name));
  let firstError: LanegradError | undefined;
  for (const folder of [...own, directory]) {
    for (const name of storedNames(file)) {
      const location = host.join(folder, name);
      const bytes = await readFile(host, dataset, location, signal);
      if (bytes === undefined) continue;
      if (isWebPage(bytes)) {
        pages.push(location);
        continue;
      }
      try {
        return await verifiedContents(bytes, file, location);
      } catch (error) {
        if (!(error instanceof LanegradError)) throw error;
        // MNIST and Fashion-MNIST name their files alike: a folder that was not named for this data set may be
        // the other's.
        const isOthers = optional && folder === directory && error instanceof DatasetError;
        if (!isOthers) firstError ??= error;
      }
    }
  }
  if (firstError !== undefined) throw firstError;
  return undefined;
}

/**
 * Whether the bytes are HTML: many servers (of single-page apps, of development) answer so, with status 200, for files
 * that they do not have. Neither IDX nor gzip begins with `<`.
 */
function isWebPage(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 256)).trimStart().startsWith('<');
}

async function readFile(
  host: FileHost,
  dataset: IdxDataset,
  location: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await host.readFile(location, signal);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = messageOf(error);
    throw new DatasetError(`${dataset.name}: cannot read '${location}': ${reason}`, {
      cause: error,
    });
  }
}

/** What to do about a directory, or about having none. */
export function advice(dataset: IdxDataset): string {
  return (
    `Give loadData({ directory }) or LANEGRAD_DATA_DIR the folder that holds the four files ` +
    `(.gz or plain), or a folder that holds them in ${folderNames(dataset)}.`
  );
}

/** What to say of a directory that has none of the files. */
export function absence(dataset: IdxDataset): string {
  return `not there, nor in its ${folderNames(dataset)}`;
}

function folderNames({ folders }: IdxDataset): string {
  return folders.map((name) => `${name}/`).join(' or ');
}
