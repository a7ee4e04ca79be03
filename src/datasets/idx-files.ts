import { sha256 } from './checksum.js';
import { inflateGzip, isGzip } from '../formats/gzip.js';
import { DatasetError } from '../errors.js';

/** One IDX file of a data set. */
export interface IdxFile {
  /** The plain name; the gzipped file has `.gz` behind it. */
  readonly name: string;
  /** SHA-256 of the inflated file, lower-case hexadecimal. */
  readonly sha256: string;
  /** Length of the inflated file. */
  readonly byteLength: number;
}

/** A data set of four IDX files, as MNIST and Fashion-MNIST are. */
export interface IdxDataset {
  /** Its name in `datasets` and in messages. */
  readonly name: string;
  /** What the folder that holds it may be called, the likeliest first; the cache uses the first. */
  readonly folders: readonly [string, ...string[]];
  /** URLs of folders that hold the gzipped files, best first. */
  readonly mirrors: readonly string[];
  readonly trainImages: IdxFile;
  readonly trainLabels: IdxFile;
  readonly testImages: IdxFile;
  readonly testLabels: IdxFile;
}

/** Both names under which a file may be stored, the likelier first. */
export function storedNames(file: IdxFile): readonly [gzipped: string, plain: string] {
  return [`${file.name}.gz`, file.name];
}

/**
 * The inflated bytes of a file whose check sum is right. Whether it is gzipped is seen in the bytes: a
 * server may have undone the gzip on the way.
 *
 * Throws FormatError when the gzip is damaged, DatasetError when the contents are not the expected ones.
 * `location` is what messages call the source.
 */
export async function verifiedContents(
  stored: Uint8Array<ArrayBuffer>,
  file: IdxFile,
  location: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const contents = isGzip(stored)
    ? await inflateGzip(stored, { name: location, limit: file.byteLength })
    : stored;
  const got = await sha256(contents);
  if (got !== file.sha256) {
    throw new DatasetError(
      `${location}: checksum mismatch: expected SHA-256 ${file.sha256} (${file.byteLength} bytes), ` +
        `got ${got} (${contents.length} bytes). Delete the file and get it again.`,
    );
  }
  return contents;
}
