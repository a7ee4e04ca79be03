import { DatasetError, ValueError } from '../../errors.js';
import type { StoreAddress, StoreScheme } from './address.js';

/** A file of a store. */
export type NamedFile = readonly [name: string, bytes: Uint8Array<ArrayBuffer>];

/** What a store says of files under one name, without reading them. */
export interface StoredInfo {
  /** When they were written. */
  readonly dateSaved: Date;
  /** Their names. */
  readonly files: readonly string[];
  /** Bytes of all of them. */
  readonly bytes: number;
}

/** A place that keeps files by name, one or several under each. */
export interface FileStore {
  /** Puts files in the place of what was there: all of them, or, if that fails, what was there stays. */
  put(name: string, files: readonly NamedFile[]): Promise<void>;
  /** The files, or undefined if nothing is there. */
  get(name: string): Promise<readonly NamedFile[] | undefined>;
  list(): Promise<ReadonlyMap<string, StoredInfo>>;
  /** Whether there was something to remove. */
  remove(name: string): Promise<boolean>;
}

// Each is loaded when a location names it. `label` begins its messages.
const STORES: Readonly<Record<StoreScheme, (label: string) => Promise<FileStore>>> = {
  indexeddb: async (label) => (await import('./indexed-db.js')).openIndexedDb(label),
  localstorage: async (label) => (await import('./local-storage.js')).openLocalStorage(label),
};

/** The store itself. @throws ValueError where this host has none. */
export async function openStore(scheme: StoreScheme, label: string): Promise<FileStore> {
  return STORES[scheme](label);
}

/** Puts files there in one step. @throws ValueError where there is no such store, or no room in it. */
export async function putFiles(
  owner: string,
  { location, scheme, name }: StoreAddress,
  files: readonly NamedFile[],
): Promise<void> {
  const label = `${owner}: cannot write '${location}'`;
  if (scheme === 'downloads') {
    const { download } = await import('./downloads.js');
    download(label, files);
  } else await (await openStore(scheme, label)).put(name, files);
}

/** The files there; undefined if there are none. @throws ValueError where there is no such store. */
export async function findFiles(address: StoreAddress): Promise<readonly NamedFile[] | undefined> {
  const { scheme, name } = address;
  return (await openToRead(scheme, readingFails(address))).get(name);
}

/** The files there. @throws ValueError where there is no such store, DatasetError if it holds nothing of that name. */
export async function getFiles(address: StoreAddress): Promise<readonly NamedFile[]> {
  const files = await findFiles(address);
  if (files !== undefined) return files;
  const label = readingFails(address);
  const known = (await (await openToRead(address.scheme, label)).list()).keys();
  const names = [...known].map((name) => `'${name}'`).join(', ');
  throw new DatasetError(
    `${label}: nothing is stored under that name. Stored are: ${names || 'none'}.`,
  );
}

function readingFails({ location }: StoreAddress): string {
  return `cannot read '${location}'`;
}

async function openToRead(scheme: StoreAddress['scheme'], label: string): Promise<FileStore> {
  if (scheme !== 'downloads') return openStore(scheme, label);
  throw new ValueError(`${label}: downloads are only written. Give the file that was saved.`);
}
