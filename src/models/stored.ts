import type { StoredInfo } from '../places/stores/store.js';

/**
 * What is stored in this browser, by the location that reads it: `indexeddb://digits`. Models, and also weights,
 * arrays and logs, as all of them are written there alike. Where there is no such storage, as in Node, none.
 *
 * @example for (const [url, { bytes }] of Object.entries(await models.listModels())) console.log(url, bytes);
 */
export async function listModels(): Promise<Record<string, StoredInfo>> {
  const { listStored } = await import('./saving/index.js');
  return listStored();
}

/**
 * Deletes what is stored at `indexeddb://name` or `localstorage://name`.
 *
 * @throws DatasetError if nothing is there; ValueError for another location, and where there is no such storage.
 */
export async function removeModel(location: string): Promise<void> {
  const { removeStored } = await import('./saving/index.js');
  await removeStored(location);
}
