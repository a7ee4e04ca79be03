import { STORE_SCHEMES, openStore, storeAddress } from '../data/store.js';
import type { StoredInfo } from '../data/store.js';
import { DatasetError, ValueError } from '../errors.js';

/**
 * What is stored in this browser, by the location that reads it: `indexeddb://digits`. Models, and also weights,
 * arrays and logs, as all of them are written there alike. Where there is no such storage, as in Node, none.
 *
 * @example for (const [url, { bytes }] of Object.entries(await models.listModels())) console.log(url, bytes);
 */
export async function listModels(): Promise<Record<string, StoredInfo>> {
  const found: [string, StoredInfo][] = [];
  for (const scheme of STORE_SCHEMES) {
    const store = await openStore(scheme, 'listModels').catch((error: unknown) => {
      if (error instanceof ValueError) return undefined;
      throw error;
    });
    for (const [name, info] of (await store?.list()) ?? []) {
      found.push([`${scheme}://${name}`, info]);
    }
  }
  return Object.fromEntries(found);
}

/**
 * Deletes what is stored at `indexeddb://name` or `localstorage://name`.
 *
 * @throws DatasetError if nothing is there; ValueError for another location, and where there is no such storage.
 */
export async function removeModel(location: string): Promise<void> {
  const address = typeof location === 'string' ? storeAddress(location) : undefined;
  if (address === undefined || address.scheme === 'downloads') {
    throw new ValueError(
      `removeModel: cannot delete '${location}'. Give indexeddb:// or localstorage:// and a name.`,
    );
  }
  const store = await openStore(address.scheme, 'removeModel');
  if (await store.remove(address.name)) return;
  throw new DatasetError(`removeModel: there is nothing at '${location}'.`);
}
