import { messageOf } from '../../../config/index.js';
import { DatasetError, LanegradError } from '../../../errors.js';
import type { FolderFile } from './list-folder.js';
import { readAtMost } from '../../../files/locations/source.js';

/**
 * The bytes of a file of a folder, and its name in messages.
 *
 * @throws what `bytesOfFile` throws
 */
export async function bytesInFolder(
  { path, source }: FolderFile,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }> {
  const isPath = typeof source === 'string';
  const name = isPath ? source : path;
  const file = !isPath && 'getFile' in source ? await source.getFile() : source;
  return { bytes: await bytesOfFile(file, name, maxBytes), name };
}

/**
 * The bytes of a file.
 *
 * @param source a path or a File
 * @param name its name in messages
 * @throws DatasetError for a file that cannot be read; a file in a browser may be gone by then.
 */
export async function bytesOfFile(
  source: string | File,
  name: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readAtMost(maxBytes, source, name, {});
  } catch (cause) {
    if (cause instanceof LanegradError) throw cause;
    throw new DatasetError(`cannot read '${name}': ${messageOf(cause)}`, { cause });
  }
}
