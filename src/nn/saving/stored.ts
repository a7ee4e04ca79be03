import { describeValue } from '../../config/describe-value.js';
import { openStore } from '../../files/places/stores/open.js';
import { STORE_SCHEMES, storeAddress } from '../../files/places/stores/store.js';
import type { StoredInfo } from '../../files/places/stores/store.js';
import { DatasetError, ValueError } from '../../errors.js';

/** What `models.listModels` does. */
export async function listStored(): Promise<Record<string, StoredInfo>> {
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

/** What `models.removeModel` does. */
export async function removeStored(location: string): Promise<void> {
  const address = typeof location === 'string' ? storeAddress(location) : undefined;
  if (address === undefined || address.scheme === 'downloads') {
    throw new ValueError(
      `removeModel: cannot delete ${describeValue(location)}. Give indexeddb:// or localstorage:// and a name.`,
    );
  }
  const store = await openStore(address.scheme, 'removeModel');
  if (await store.remove(address.name)) return;
  throw new DatasetError(`removeModel: there is nothing at '${location}'.`);
}
