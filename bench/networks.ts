// The networks that benchmarks train in processes of their own, by name.
import type { models } from 'lanegrad';
import { makeConvNetwork } from './conv-network.js';
import { makeRecurrentNetwork, recurrentNames } from './recurrent-network.js';
import { makeNetwork } from './seed-network.js';

const networks: Readonly<Record<string, () => models.Sequential>> = {
  seed: makeNetwork,
  conv: makeConvNetwork,
  ...Object.fromEntries(recurrentNames.map((name) => [name, () => makeRecurrentNetwork(name)])),
};

/** @throws Error for another name */
export function networkNamed(name: string): () => models.Sequential {
  const make = networks[name];
  if (make === undefined) {
    throw new Error(`no network '${name}'; there are ${Object.keys(networks).join(', ')}`);
  }
  return make;
}
