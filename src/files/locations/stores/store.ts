import { ValueError } from '../../../errors.js';

/** Stores that can be read. */
export const STORE_SCHEMES = ['indexeddb', 'localstorage'] as const;

/** A store that can be read. */
export type StoreScheme = (typeof STORE_SCHEMES)[number];

/** A location like `indexeddb://digits`. */
export interface StoreAddress {
  /** The whole location. */
  readonly location: string;
  readonly scheme: StoreScheme | 'downloads';
  readonly name: string;
}

/** The store that a location names; undefined for a path or another URL. @throws ValueError without a name. */
export function storeAddress(location: string): StoreAddress | undefined {
  const [, scheme = '', name = ''] = /^([a-z]+):\/\/(.*)$/is.exec(location) ?? [];
  const known = scheme.toLowerCase();
  if (known !== 'downloads' && !STORE_SCHEMES.some((readable) => readable === known))
    return undefined;
  if (name === '') throw new ValueError(`'${location}' needs a name: '${location}my-model'.`);
  return { location, scheme: known as StoreAddress['scheme'], name };
}

/** A file of a store. */
export type NamedFile = readonly [name: string, bytes: Uint8Array<ArrayBuffer>];

/** Information about stored files under one name, without reading them. */
export interface StoredInfo {
  /** When the bytes were written. */
  readonly dateSaved: Date;
  /** Names of the files. */
  readonly files: readonly string[];
  /** Bytes of all files. */
  readonly bytes: number;
}

/** A place that keeps files by name, one or several under each. */
export interface FileStore {
  /** Puts files in place of what was there: all of them, or, if that fails, what was there stays. */
  put(name: string, files: readonly NamedFile[]): Promise<void>;
  /** The files, or undefined if nothing is there. */
  get(name: string): Promise<readonly NamedFile[] | undefined>;
  list(): Promise<ReadonlyMap<string, StoredInfo>>;
  /** Whether there was something to remove. */
  remove(name: string): Promise<boolean>;
}

/** What `list` says of these files. */
export function describeFiles(files: readonly NamedFile[]): StoredInfo {
  return {
    dateSaved: new Date(),
    files: files.map(([file]) => file),
    bytes: files.reduce((sum, [, { length }]) => sum + length, 0),
  };
}
