// A made-up data set of four small IDX files, with checksums from node:crypto.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DatasetFile } from '../../../src/extras/datasets/dataset-files.js';
import type { IdxDataset } from '../../../src/extras/datasets/idx-files.js';
import { fileName, type Handler } from '../locations/http-server.js';
import { idxBytes } from '../formats/idx-bytes.js';

/** `count` images of 4x3 pixels: 0, 1, 2, … modulo 256, from `start` on. */
const images = (count: number, start: number) =>
  idxBytes(
    'u8',
    [count, 4, 3],
    Array.from({ length: count * 12 }, (_, i) => (start + i) % 256),
  );
const labels = (count: number) =>
  idxBytes(
    'u8',
    [count],
    Array.from({ length: count }, (_, i) => i % 10),
  );

/** The plain files by name. */
export const plainFiles: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map([
  ['train-images', images(50, 0)],
  ['train-labels', labels(50)],
  ['test-images', images(20, 100)],
  ['test-labels', labels(20)],
]);

export function plainFile(name: string): Uint8Array<ArrayBuffer> {
  const bytes = plainFiles.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
}

function describeFile(name: string): DatasetFile {
  const bytes = plainFile(name);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, sha256, maxBytes: bytes.length };
}

/** The data set `tiny`; it has no mirrors of its own that could be reached. */
export const tiny: IdxDataset = {
  name: 'tiny',
  folders: ['tiny'],
  mirrors: ['http://127.0.0.1:9/'],
  trainImages: describeFile('train-images'),
  trainLabels: describeFile('train-labels'),
  testImages: describeFile('test-images'),
  testLabels: describeFile('test-labels'),
};

/** The gzipped file that a mirror holds under the last part of the request's path; undefined if none. */
export function gzippedFor(request: Parameters<Handler>[0]): Uint8Array | undefined {
  const name = fileName(request);
  const bytes = name.endsWith('.gz') ? plainFiles.get(name.slice(0, -3)) : undefined;
  return bytes === undefined ? undefined : gzipSync(bytes);
}

/** Writes the files into `folder`, all or those named, gzipped or plain. */
export async function writeFiles(
  folder: string,
  form: 'gz' | 'plain',
  names: Iterable<string> = plainFiles.keys(),
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const bytes = plainFile(name);
    if (form === 'gz') await writeFile(join(folder, `${name}.gz`), gzipSync(bytes));
    else await writeFile(join(folder, name), bytes);
  }
}
