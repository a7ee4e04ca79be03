import { unzip } from '../../../src/files/formats/zip.js';
import type { ZipMember } from '../../../src/files/formats/zip.js';

/** All members of a small zip file. */
export async function unzipAll(bytes: Uint8Array<ArrayBuffer>): Promise<ZipMember[]> {
  const members: ZipMember[] = [];
  for await (const { name, bytes: contents } of unzip(bytes, { name: 'test', maxBytes: 2 ** 20 })) {
    members.push({ name, bytes: contents });
  }
  return members;
}
