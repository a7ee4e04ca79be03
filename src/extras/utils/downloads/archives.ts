import { describeValue, printable } from '../../../config/describe-value.js';
import { FormatError, ValueError } from '../../../errors.js';
import { beyondLimit } from '../../../files/formats/bytes.js';
import { inflateGzip, isGzip } from '../../../files/formats/gzip.js';
import { isInnerPath } from '../../../files/formats/inner-name.js';
import { tarMembers } from '../../../files/formats/tar.js';
import { isZip, unzip } from '../../../files/formats/zip.js';
import type { ArchiveFormat } from './get-file-options.js';

const FORMATS: readonly ArchiveFormat[] = ['tar', 'zip'];

/** Files of an archive. A zip file has at most 65534; of empty files, a tar archive of the largest size would have two million. */
const MAX_FILES = 2 ** 18;

/** The formats that the option `archiveFormat` names. @throws ValueError for others, and for none. */
export function archiveFormats(owner: string, given: unknown = 'auto'): readonly ArchiveFormat[] {
  const list: readonly unknown[] =
    given === 'auto' ? FORMATS : Array.isArray(given) ? given : [given];
  const formats = FORMATS.filter((format) => list.includes(format));
  if (formats.length > 0 && list.every((one) => FORMATS.some((format) => format === one)))
    return formats;
  throw new ValueError(
    `${owner}: archiveFormat must be 'auto', 'tar', 'zip' or a list of both, got ${describeValue(given)}.`,
  );
}

interface UnpackOptions {
  /** The name of the archive in messages. */
  readonly label: string;
  readonly formats: readonly ArchiveFormat[];
  /** The most bytes that the archive may inflate to. */
  readonly maxBytes: number;
}

/** A file of an archive: its path in the folder, and its bytes. */
type UnpackedFile = readonly [path: string, bytes: Uint8Array<ArrayBuffer>];

/**
 * The files of an archive, all of them in memory.
 *
 * @throws FormatError for bytes of no such format, for an archive that is damaged, holds no file or too much, and for names that
 * lead out of the folder.
 */
export async function unpackArchive(
  bytes: Uint8Array<ArrayBuffer>,
  { label, formats, maxBytes }: UnpackOptions,
): Promise<UnpackedFile[]> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const add = (name: string, contents: Uint8Array<ArrayBuffer>): void => {
    const path = name.replace(/^(\.\/+)+/, '');
    if (!isInnerPath(path)) {
      throw new FormatError(
        `${label}: the archive has a member ${describeValue(name)}, a name that leads out of the folder.`,
      );
    }
    files.set(path, contents);
    if (files.size > MAX_FILES) {
      throw new FormatError(`${label}: the archive holds more than ${MAX_FILES} files.`);
    }
  };
  if (isZip(bytes) && formats.includes('zip')) {
    for await (const member of unzip(bytes, { name: label, maxBytes }))
      add(member.name, member.bytes);
  } else {
    const tar = formats.includes('tar') ? await tarIn(bytes, label, maxBytes) : undefined;
    if (tar === undefined) {
      throw new FormatError(
        `${label}: is no archive of a format that can be extracted: ${formats.join(' or ')}${formats.includes('tar') ? ' (also .tar.gz)' : ''}${foundIn(bytes)}.`,
      );
    }
    const links: string[] = [];
    for (const member of tarMembers(tar, label, (name) => links.push(name)))
      add(member.name, member.bytes);
    if (links.length > 0) warnOfLinks(label, links);
  }
  if (files.size > 0) return [...files];
  throw new FormatError(`${label}: the archive holds no file.`);
}

/** The tar archive that the bytes are, or inflate to; undefined if they are none. */
async function tarIn(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!isGzip(bytes)) return hasTarHeader(bytes) ? bytes : undefined;
  // What is shorter is refused where it is inflated.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const declared = bytes.length < 20 ? 0 : view.getUint32(bytes.length - 4, true);
  if (declared > maxBytes) {
    throw beyondLimit(
      `${label}: the archive inflates to ${declared} bytes; allowed are ${maxBytes}`,
    );
  }
  const tar = await inflateGzip(bytes, { name: label, limit: Math.min(declared, maxBytes) });
  return hasTarHeader(tar) ? tar : undefined;
}

/** Whether the bytes begin with a header whose check sum is octal digits. */
const hasTarHeader = (bytes: Uint8Array): boolean =>
  bytes.length >= 512 && /^[ 0]*[0-7]+[ \0]/.test(String.fromCharCode(...bytes.subarray(148, 156)));

/** What the bytes are, of formats that archives come in. */
function foundIn(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 6));
  if (head.startsWith('BZh'))
    return '; it is compressed by bzip2, which cannot be read here. Give one by gzip';
  if (head.startsWith('\xfd7zXZ'))
    return '; it is compressed by xz, which cannot be read here. Give one by gzip';
  if (isZip(bytes)) return '; it is a zip file';
  if (/^\s*</.test(head)) return '; it begins as a page does. Is the URL that of the file?';
  return '';
}

function warnOfLinks(label: string, links: readonly string[]): void {
  const shown = links
    .slice(0, 3)
    .map((name) => printable(name))
    .join(', ');
  // eslint-disable-next-line no-console -- a warning
  console.warn(
    `lanegrad: ${label}: links in the archive (${links.length}) are left out: ${shown}${links.length > 3 ? ', …' : ''}.`,
  );
}
