import { DatasetError, ValueError } from '../../../errors.js';
import type { FileStore, NamedFile, StoreAddress, StoreScheme } from './store.js';

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
  if (scheme === 'downloads') download(label, files);
  else await (await openStore(scheme, label)).put(name, files);
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

// The browser reads the bytes after the click; there is no event that says when it has them.
const KEEP_MS = 60_000;

/** Has the browser save files, as if the user had clicked on links to them. @throws ValueError where there is no page. */
function download(label: string, files: readonly NamedFile[]): void {
  const page = globalThis.document as Document | undefined;
  if (page === undefined) {
    throw new ValueError(`${label}: only the page of a browser can download. In Node give a path.`);
  }
  for (const [name, bytes] of files) {
    const url = URL.createObjectURL(new Blob([bytes]));
    const link = page.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
  }
}
