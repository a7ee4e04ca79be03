import { ValueError } from '../../errors.js';

/** Stores that can be read. */
export const STORE_SCHEMES = ['indexeddb', 'localstorage'] as const;

/** One of them. */
export type StoreScheme = (typeof STORE_SCHEMES)[number];

/** A location like `indexeddb://digits`. */
export interface StoreAddress {
  /** All of it. */
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
