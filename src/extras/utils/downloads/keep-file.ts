import { describeValue, printable } from '../../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkOptions,
  checkSignal,
  checkText,
  isUrl,
  oneOf,
} from '../../../config/index.js';
import { defaultWriter } from '../../../config/platform.js';
import { DatasetError, ValueError } from '../../../errors.js';
import { isInnerPath } from '../../../files/formats/inner-name.js';
import { cacheLocation } from '../../../files/locations/cache.js';
import { download } from '../../../files/locations/download.js';
import type { DownloadProgress } from '../../../files/locations/download.js';
import type { ByteCache, FileHost } from '../../../files/locations/file-host.js';
import { fileHost } from '../../../files/locations/platform.js';
import { maxBytesOf } from '../../../files/locations/source.js';
import { atLocation } from '../../../files/locations/write.js';
import { ProgressBar } from '../../../nn/callbacks/progress-bar.js';
import { md5, sha256 } from '../../datasets/dataset-files.js';
import { archiveFormats, unpackArchive } from './archives.js';
import type { GetFileOptions } from './get-file-options.js';

const owner = 'getFile';

/** Milliseconds without a byte after which the server is given up. */
const STALL_TIMEOUT = 60_000;

const OPTIONS: readonly (keyof GetFileOptions)[] = [
  'fname',
  'extract',
  'fileHash',
  'hashAlgorithm',
  'archiveFormat',
  'cacheDir',
  'cacheSubdir',
  'forceDownload',
  'maxBytes',
  'signal',
  'onProgress',
];

/** Keras's arguments that another one has replaced. */
const REPLACED: Readonly<Record<string, string>> = {
  untar: 'extract: true',
  md5Hash: 'fileHash',
  md5_hash: 'fileHash',
};

/** What `utils.getFile` does. */
export async function keepFile(origin: string | URL, options: GetFileOptions): Promise<string> {
  const url = checkOrigin(origin, options);
  checkKnown(options);
  const { extract = false, forceDownload = false, signal } = options;
  checkBoolean(owner, 'extract', extract);
  checkBoolean(owner, 'forceDownload', forceDownload);
  checkSignal(owner, signal);
  if (options.onProgress !== undefined) checkFunction(owner, 'onProgress', options.onProgress);
  const maxBytes = maxBytesOf(
    owner,
    options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes },
  );
  const check = checkSumOf(options);
  if (!extract && options.archiveFormat !== undefined) {
    throw new ValueError(
      `${owner}: archiveFormat is for an archive that is extracted. Give extract: true as well.`,
    );
  }
  const formats = archiveFormats(owner, options.archiveFormat);
  const names = namesOf(url, options.fname, extract);
  const host = fileHost();
  const { cache, folder } = await placeOf(host, options);
  const [file, unpacked] = [names.file, names.folder].map((name) => folder + name) as [
    string,
    string,
  ];
  const result = host.join(cache.location, extract ? unpacked : file);

  signal?.throwIfAborted();
  const isKept =
    !forceDownload && (await isInFolder(host, host.join(cache.location, folder), names.file));
  const isExtracted = extract && (await host.folderExists(result));
  const isRead = check !== undefined || (extract && !isExtracted);
  const kept = isKept && isRead ? await cache.get(file) : undefined;
  const isRight =
    isKept && (check === undefined || (kept !== undefined && (await check(kept)) === undefined));
  if (isRight && (!extract || isExtracted)) return result;

  const bytes = (isRight ? kept : undefined) ?? (await fetched(url, { ...options, maxBytes }));
  const problem = isRight ? undefined : await check?.(bytes);
  if (problem !== undefined) {
    throw new DatasetError(
      `${owner}: ${url}: ${problem}. Nothing was kept. Is the check sum that of this file?`,
    );
  }
  if (extract) {
    const label = isRight ? host.join(cache.location, file) : url;
    const files = await unpackArchive(bytes, { label: `${owner}: ${label}`, formats, maxBytes });
    await writing(result, () => host.writeFolder(result, files));
  }
  // Last, so that a call that was interrupted is repeated as a whole.
  if (!isRight) await writing(host.join(cache.location, file), () => cache.put(file, bytes));
  return result;
}

const writing = (location: string, write: () => Promise<void>): Promise<void> =>
  atLocation(owner, `write '${printable(location)}'`, write);

function checkOrigin(origin: unknown, second: unknown): string {
  const text = isUrl(origin) || typeof origin === 'string' ? String(origin) : '';
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  // As Keras's arguments stand.
  const isSwapped = typeof second === 'string' && typeof origin === 'string';
  throw new ValueError(
    `${owner}: origin must be an http(s) URL, got ${describeValue(origin)}.` +
      (isSwapped
        ? ` Give the URL first, and the name as an option: getFile(origin, { fname: ${describeValue(origin)} }).`
        : ''),
  );
}

function checkKnown(options: GetFileOptions): void {
  for (const name of Object.keys(REPLACED)) {
    if (typeof options !== 'object' || options === null || !Object.hasOwn(options, name)) continue;
    throw new ValueError(`${owner}: ${name} is replaced in Keras: give ${REPLACED[name]}.`);
  }
  checkOptions(owner, options, OPTIONS);
}

/** Gives what is wrong with bytes, in words; undefined without a check sum. */
function checkSumOf({
  fileHash,
  hashAlgorithm,
}: GetFileOptions): ((bytes: Uint8Array<ArrayBuffer>) => Promise<string | undefined>) | undefined {
  const algorithm = oneOf(owner, 'hashAlgorithm', hashAlgorithm ?? 'auto', [
    'auto',
    'sha256',
    'md5',
  ]);
  if (fileHash === undefined) {
    if (hashAlgorithm === undefined) return undefined;
    throw new ValueError(`${owner}: hashAlgorithm says what fileHash is. Give fileHash as well.`);
  }
  const digits =
    typeof fileHash === 'string' && /^[0-9a-f]+$/i.test(fileHash) ? fileHash.length : 0;
  const kind = algorithm === 'auto' ? (digits === 64 ? 'sha256' : 'md5') : algorithm;
  if (digits !== (kind === 'sha256' ? 64 : 32)) {
    const expected = {
      auto: '64 hexadecimal digits (SHA-256) or 32 (MD5)',
      sha256: '64 hexadecimal digits',
      md5: '32 hexadecimal digits',
    }[algorithm];
    throw new ValueError(
      `${owner}: fileHash must have ${expected}, got ${describeValue(fileHash)}.`,
    );
  }
  return async (bytes) => {
    const got = kind === 'sha256' ? await sha256(bytes) : md5(bytes);
    if (got === fileHash.toLowerCase()) return undefined;
    return `expected ${kind === 'sha256' ? 'SHA-256' : 'MD5'} ${fileHash}, got ${got} (${bytes.length} bytes)`;
  };
}

/** What the file and the folder of the archive are called, as Keras calls them. */
function namesOf(
  url: string,
  fname: string | undefined,
  extract: boolean,
): { readonly file: string; readonly folder: string } {
  if (fname !== undefined) checkText(owner, 'fname', fname);
  const name = fname ?? new URL(url).pathname.split('/').at(-1) ?? '';
  if (!isInnerPath(name) || name.includes('/')) {
    throw new ValueError(
      fname === undefined
        ? `${owner}: the path of '${printable(url)}' has no name for a file. Give fname.`
        : `${owner}: fname must be the plain name of a file, got ${describeValue(fname)}. Name folders in cacheDir and cacheSubdir.`,
    );
  }
  if (!extract) return { file: name, folder: name };
  const dot = fname === undefined ? -1 : name.indexOf('.');
  if (dot === -1) return { file: `${name}_archive`, folder: name };
  return { file: name, folder: `${name.slice(0, dot)}_extracted` };
}

/** The cache, and the folder in it with a `/` behind. */
async function placeOf(
  host: FileHost,
  { cacheDir, cacheSubdir = 'datasets' }: GetFileOptions,
): Promise<{ readonly cache: ByteCache; readonly folder: string }> {
  if (!host.hasFolders) {
    throw new ValueError(
      `${owner}: a browser has no folder for files. Give the URL itself to what reads the file, such as loadModel, readCsv ` +
        `or readNpz; data sets of the library are kept in Cache Storage.`,
    );
  }
  if (cacheDir !== undefined && !isUrl(cacheDir)) checkText(owner, 'cacheDir', cacheDir);
  if (typeof cacheSubdir !== 'string') {
    throw new ValueError(
      `${owner}: cacheSubdir must be a text, got ${describeValue(cacheSubdir)}.`,
    );
  }
  const isAbsolute = /^([/\\]|[a-z]:[/\\])/i.test(cacheSubdir);
  const subdir = isAbsolute ? '' : cacheSubdir.replace(/\/+$/, '');
  if (subdir !== '' && !isInnerPath(subdir)) {
    throw new ValueError(
      `${owner}: cacheSubdir must be a folder in cacheDir or an absolute path, got ${describeValue(cacheSubdir)}.`,
    );
  }
  const location = isAbsolute
    ? cacheSubdir
    : cacheLocation(cacheDir === undefined ? undefined : inHome(host, String(cacheDir)), host);
  const cache = await host.openCache(location);
  if (cache !== undefined) return { cache, folder: subdir === '' ? '' : `${subdir}/` };
  throw new ValueError(
    `${owner}: this account has no home for a cache. Name a folder in cacheDir.`,
  );
}

function inHome(host: FileHost, folder: string): string {
  const home = host.environment('HOME') ?? host.environment('USERPROFILE');
  const [, inside] = /^~(?:[/\\](.*))?$/s.exec(folder) ?? [undefined, undefined];
  const isOfHome = folder === '~' || inside !== undefined;
  return isOfHome && home !== undefined ? host.join(home, inside ?? '') : folder;
}

async function isInFolder(host: FileHost, folder: string, name: string): Promise<boolean> {
  const entries = (await host.readFolder(folder)) ?? [];
  return entries.some((entry) => entry.name === name && !entry.isFolder);
}

async function fetched(
  url: string,
  { maxBytes, signal, onProgress }: GetFileOptions & { readonly maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const shown = onProgress === undefined ? progressOnTerminal(url) : undefined;
  const bytes = await download(url, {
    maxBytes,
    signal,
    stallTimeout: STALL_TIMEOUT,
    onProgress: onProgress ?? shown?.show,
  });
  shown?.end(bytes.length);
  return bytes;
}

/** A line that says what is downloaded and a bar below it, as Keras prints them; undefined where there is no terminal. */
function progressOnTerminal(
  url: string,
):
  | { readonly show: (progress: DownloadProgress) => void; readonly end: (length: number) => void }
  | undefined {
  const writer = defaultWriter();
  if (!writer.isTerminal) return undefined;
  writer.write(`Downloading data from ${printable(url)}\n`);
  let bar: ProgressBar | undefined;
  const barOf = (total: number | null): ProgressBar =>
    (bar ??= new ProgressBar(total, writer, () => performance.now() / 1000));
  return {
    show: ({ loadedBytes, totalBytes }) => barOf(totalBytes ?? null).update(loadedBytes, {}),
    end: (length) => barOf(length).finish(length, {}),
  };
}
