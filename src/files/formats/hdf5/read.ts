import { describeValue } from '../../../config/describe-value.js';
import type { DescribedArray, FileArray } from '../elements.js';
import { FormatError } from '../../../errors.js';
import { readTexts } from './attributes.js';
import { describeDataset, readDataset } from './dataset.js';
import { Hdf5File, Limits, MAX_DEPTH, isHdf5 } from './file.js';
import { readLinks } from './links.js';
import type { Link } from './links.js';
import { findMessage, MESSAGE, readMessages } from './header.js';
import type { Message } from './header.js';

// HDF5, as far as Keras and h5py use it: groups, arrays of numbers (whole, in chunks, compressed by gzip), attributes
// that are texts. Everything that a file says is checked before it is believed, and what reading it may cost is
// limited by its length (`file.ts`).

/** A group of a file. */
export interface Hdf5Group {
  /** `/` for the root. */
  readonly path: string;
  /** Names of the groups and arrays in it. */
  keys(): readonly string[];
  /** The group of that name; undefined if there is none. @throws FormatError */
  group(name: string): Hdf5Group | undefined;
  /** The array of that name; undefined if there is none. @throws FormatError for one that holds no numbers. */
  array(name: string): Promise<FileArray | undefined>;
  /** The array of that name without its elements; undefined if there is none. @throws FormatError */
  describe(name: string): Omit<DescribedArray, 'owner'> | undefined;
  /** The attribute of that name, if it is a text. @throws FormatError */
  text(name: string): string | undefined;
  /** The attribute of that name, if it is a list of texts. @throws FormatError */
  texts(name: string): readonly string[] | undefined;
}

/**
 * The root of an HDF5 file. Groups and arrays are read when they are asked for.
 *
 * @param label the name of the file in messages
 * @param maxBytes the most bytes that compressed arrays may inflate to, all together
 * @throws FormatError for a file that is none, or damaged as far as it is read.
 */
export function readHdf5(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Hdf5Group {
  if (!isHdf5(bytes)) throw new FormatError(`${label}: not an HDF5 file.`);
  const file = new Hdf5File(bytes, label);
  const opened: Opened = {
    file,
    limits: new Limits(bytes.length, label, maxBytes),
    root: undefined,
  };
  const messages = readMessages(file, rootAddress(file));
  const links = readLinks(file, messages);
  if (links === undefined) throw file.damaged('its root is not a group');
  opened.root = new OpenGroup(opened, { path: '/', messages, links, depth: 0 });
  return opened.root;
}

/** Where the root's header is: at the end of the superblock, which follows the signature. */
function rootAddress(file: Hdf5File): number | undefined {
  const block = file.at(8, Math.min(file.bytes.length - 8, 128));
  const version = block.version('superblock', 0, 1, 2, 3);
  if (version < 2) block.skip(4);
  const [addresses, lengths] = [block.number(1), block.number(1)];
  if (![addresses, lengths].every((size) => size === 4 || size === 8)) {
    throw file.damaged(`addresses of ${addresses} bytes`);
  }
  file.addressSize = addresses;
  file.lengthSize = lengths;
  // Versions 0 and 1 have sizes of trees here, four other addresses, and the name of the root.
  block.skip(version === 0 ? 9 : version === 1 ? 13 : 1);
  block.skip((version < 2 ? 5 : 3) * addresses);
  return block.address();
}

interface Opened {
  readonly file: Hdf5File;
  readonly limits: Limits;
  root: OpenGroup | undefined;
}

interface Members {
  readonly path: string;
  readonly messages: readonly Message[];
  readonly links: ReadonlyMap<string, Link>;
  readonly depth: number;
}

/** What a link leads to. */
interface Found {
  readonly path: string;
  readonly messages: readonly Message[];
  readonly links: ReadonlyMap<string, Link> | undefined;
}

class OpenGroup implements Hdf5Group {
  readonly path: string;
  readonly #opened: Opened;
  readonly #members: Members;

  constructor(opened: Opened, members: Members) {
    if (members.depth > MAX_DEPTH) {
      throw new FormatError(`${opened.file.label}: groups nest deeper than ${MAX_DEPTH}.`);
    }
    this.path = members.path;
    this.#opened = opened;
    this.#members = members;
  }

  keys(): readonly string[] {
    return [...this.#members.links.keys()];
  }

  /** @param hops links that were followed to come here */
  #find(name: string, hops = 0): Found | undefined {
    const { file, limits } = this.#opened;
    const link = this.#members.links.get(name);
    if (link === undefined) return undefined;
    limits.countObject();
    const path = this.path === '/' ? name : `${this.path}/${name}`;
    const refuse = (problem: string): FormatError =>
      new FormatError(`${file.label}: '${path}' ${problem}; readable are groups and arrays.`);
    if (link.kind === 'outside') throw refuse('leads into another file');
    if (link.kind === 'path') {
      const found = hops < MAX_DEPTH ? this.#follow(link.path, hops + 1) : undefined;
      if (found === undefined)
        throw refuse(`leads to ${describeValue(link.path)}, which is not there`);
      return { ...found, path };
    }
    const messages = readMessages(file, link.address);
    const links = readLinks(file, messages);
    if (links === undefined && findMessage(file, messages, MESSAGE.layout) === undefined) {
      throw refuse('is a thing of unknown kind');
    }
    return { path, messages, links };
  }

  #follow(path: string, hops: number): Found | undefined {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const last = names.pop();
    let from: OpenGroup | undefined = path.startsWith('/') ? this.#opened.root : this;
    for (const name of names) {
      if (from === undefined) return undefined;
      from = from.#group(name, hops);
    }
    return last === undefined || from === undefined ? undefined : from.#find(last, hops);
  }

  #group(name: string, hops: number): OpenGroup | undefined {
    const found = this.#find(name, hops);
    if (found?.links === undefined) return undefined;
    const depth = this.#members.depth + 1;
    return new OpenGroup(this.#opened, { ...found, links: found.links, depth });
  }

  group(name: string): Hdf5Group | undefined {
    return this.#group(name, 0);
  }

  async array(name: string): Promise<FileArray | undefined> {
    const found = this.#find(name);
    if (found === undefined || found.links !== undefined) return undefined;
    const { file, limits } = this.#opened;
    return readDataset(file, found.messages, found.path, limits);
  }

  describe(name: string): Omit<DescribedArray, 'owner'> | undefined {
    const found = this.#find(name);
    if (found === undefined || found.links !== undefined) return undefined;
    return describeDataset(this.#opened.file, found.messages, found.path);
  }

  text(name: string): string | undefined {
    const value = readTexts(this.#opened.file, this.#members.messages, name);
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] | undefined {
    const value = readTexts(this.#opened.file, this.#members.messages, name);
    return typeof value === 'string' ? undefined : value;
  }
}
