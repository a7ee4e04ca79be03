import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';

// Tar: members one after the other, each a header of 512 bytes and its contents, filled up to a multiple of 512.
//
//     name[100]  mode[8]  uid[8]  gid[8]  size[12]  time[12]  check sum[8]  type[1]  link[100]
//     "ustar"  version  user  group  device  prefix[155] at 345
//
// Numbers are octal digits. Two blocks of zeros end the archive. A name that is too long for a header is the contents of a member
// before it: of GNU's own type, or a record `LENGTH path=NAME\n` of POSIX. Of members of other types only the length counts.

const BLOCK = 512;

/** The type of a file: the digit 0, or as old archives have it, NUL. */
const FILE = new Set([0x30, 0]);
/** A member of this type holds the long name of the next one (GNU). */
const LONG_NAME = 0x4c;
/** A member of this type holds what the header of the next one has no room for (POSIX). */
const EXTENDED = 0x78;
/** Links of both kinds. */
const LINK = new Set([0x31, 0x32]);
/** Bytes of an extended header that are looked at for a name. */
const MAX_EXTENDED = 1 << 16;
/** No path of a host is longer. */
const MAX_NAME = 4096;

/** A file of an archive. */
export interface TarMember {
  readonly name: string;
  /** The file's contents, a view of the archive. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The files of a tar archive, in their order: old, POSIX and GNU headers.
 *
 * @param label the name of the archive in messages
 * @param onLink is told the name of each link, which is left out
 * @throws FormatError for an archive that is none, damaged or truncated.
 */
export function* tarMembers(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  onLink: (name: string) => void = () => undefined,
): Generator<TarMember, void, undefined> {
  let longName: string | undefined;
  for (let at = 0; ;) {
    const header = bytes.subarray(at, at + BLOCK);
    // Some writers leave out the two blocks of zeros.
    if (header.length === 0 && at > 0) return;
    if (header.length < BLOCK) {
      throw new FormatError(
        `${label}: truncated at byte ${at}, where a header of the tar archive begins.`,
      );
    }
    if (header.every((byte) => byte === 0)) return;
    checkSum(header, `${label}: the header at byte ${at}`);
    const start = at + BLOCK;
    const size = octal(header.subarray(124, 136), `${label}: the size at byte ${at + 124}`);
    if (size > bytes.length - start) {
      throw new FormatError(
        `${label}: truncated: the member at byte ${at} has ${size} bytes, ${bytes.length - start} follow.`,
      );
    }
    const contents = bytes.subarray(start, start + size);
    const type = header[156] ?? 0;
    if (type === LONG_NAME) {
      longName = textOf(contents.subarray(0, MAX_NAME));
    } else if (type === EXTENDED) {
      longName = pathIn(contents.subarray(0, MAX_EXTENDED)) ?? longName;
    } else {
      const name = longName ?? nameOf(header);
      longName = undefined;
      if (LINK.has(type)) onLink(name);
      // A folder of an old archive is a file whose name ends in a slash.
      if (FILE.has(type) && !name.endsWith('/')) yield { name, bytes: contents };
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The path in the records of an extended header, `LENGTH key=value\n` each; undefined if there is none. */
function pathIn(records: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < records.length;) {
    const head = new TextDecoder().decode(records.subarray(at, at + 16));
    const [matched = '', digits, isPath] = /^(\d{1,9}) (path=)?/.exec(head) ?? [];
    const length = Number(digits);
    if (!(length > matched.length)) return path;
    if (isPath !== undefined) {
      const end = Math.min(at + length - 1, at + matched.length + MAX_NAME);
      path = new TextDecoder().decode(records.subarray(at + matched.length, end));
    }
    at += length;
  }
  return path;
}

function nameOf(header: Uint8Array): string {
  const name = textOf(header.subarray(0, 100));
  const isPosix = textOf(header.subarray(257, 263)) === 'ustar';
  const prefix = isPosix ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** The text before the first NUL. */
function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

function octal(field: Uint8Array, what: string): number {
  const text = textOf(field).trim();
  if (/^[0-7]+$/.test(text)) return parseInt(text, 8);
  throw new FormatError(
    `${what}: expected octal digits, got ${describeValue(text)}: no tar archive, or a damaged one.`,
  );
}

/** The sum of the bytes of a header, those of the sum itself counted as spaces. */
function checkSum(header: Uint8Array, what: string): void {
  const stated = octal(header.subarray(148, 156), what);
  let sum = 0;
  header.forEach((byte, i) => (sum += i >= 148 && i < 156 ? 0x20 : byte));
  if (sum === stated) return;
  throw new FormatError(
    `${what}: its check sum is ${sum}, but it states ${stated}: no tar archive, or a damaged one.`,
  );
}
