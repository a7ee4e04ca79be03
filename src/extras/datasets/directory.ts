import { messageOf } from '../../config/index.js';
import { DatasetError, LanegradError } from '../../errors.js';
import type { FileHost } from '../../files/locations/file-host.js';
import { contentsOf, storedNames, verifiedContents } from './dataset-files.js';
import type { DatasetFile, DatasetFiles } from './dataset-files.js';

/** Files of a data set with their contents, in order. */
export interface Found {
  /** The data set's `files` or its `otherFiles`. */
  readonly files: readonly DatasetFile[];
  readonly contents: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Reads and verifies the files of a data set from the folder in `directory` that has its name, or from `directory`
 * itself; each may be gzipped or plain. Undefined if there is none of them and `optional` is set. A file of other
 * contents is passed over if a good one is found after it.
 *
 * Throws DatasetError when the directory does not exist, lacks a file, or holds one of other contents, and
 * FormatError when a gzip file is damaged. Files of the user are never deleted.
 */
export async function readDirectory(
  host: FileHost,
  dataset: DatasetFiles,
  directory: string,
  { origin, optional, signal }: DirectoryOptions,
): Promise<Found | undefined> {
  if (!(await host.folderExists(directory))) {
    throw new DatasetError(
      `${dataset.name}: the directory '${directory}' (${origin}) does not exist. ${advice(dataset)}`,
    );
  }
  const pages: string[] = [];
  const read = (files: readonly DatasetFile[]) =>
    Promise.all(
      files.map((file) => readStored(host, dataset, file, directory, { optional, signal, pages })),
    );
  const { files, otherFiles = [] } = dataset;
  const found = await read(files);
  const missing = files.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return { files, contents: found.filter((one) => one !== undefined) };
  const others = await read(otherFiles);
  if (others.length > 0 && !others.includes(undefined)) {
    return { files: otherFiles, contents: others.filter((one) => one !== undefined) };
  }
  if (optional && missing.length === files.length) return undefined;
  const names = (all: readonly DatasetFile[]): string =>
    all.map(({ name, isWhole }) => (isWhole === true ? name : `${name}[.gz]`)).join(', ');
  throw new DatasetError(
    `${dataset.name}: the directory '${directory}' (${origin}) lacks ${names(missing)}` +
      (otherFiles.length > 0 ? ` (or ${names(otherFiles)})` : '') +
      `; also not in its folder ${folderNames(dataset)}. ` +
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
  dataset: DatasetFiles,
  file: DatasetFile,
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
        const read = dataset.mayDiffer === true ? contentsOf : verifiedContents;
        return await read(bytes, file, location);
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
 * that they do not have. No file of a data set begins with `<`.
 */
function isWebPage(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 256)).trimStart().startsWith('<');
}

async function readFile(
  host: FileHost,
  dataset: DatasetFiles,
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

const COUNTS: Readonly<Record<number, string>> = { 4: 'four' };

/** What to do about a directory, or about having none. */
export function advice(dataset: DatasetFiles): string {
  const { files, mirrors } = dataset;
  const [file] = files;
  const isOne = file !== undefined && files.length === 1;
  const held = isOne ? file.name : `the ${COUNTS[files.length] ?? files.length} files`;
  const form = file?.isWhole === true ? '' : ' (.gz or plain)';
  return (
    `Give the option directory, or LANEGRAD_DATA_DIR, the folder that holds ${held}${form}, or a folder that holds ` +
    `${isOne ? 'it' : 'them'} in ${folderNames(dataset)}.` +
    (file?.isWhole === true ? ` It can be downloaded from ${mirrors[0] ?? ''}${file.name}.` : '')
  );
}

/** What to say of a directory that has none of the files. */
export function absence(dataset: DatasetFiles): string {
  return `not there, nor in its ${folderNames(dataset)}`;
}

function folderNames({ folders }: DatasetFiles): string {
  return folders.map((name) => `${name}/`).join(' or ');
}
