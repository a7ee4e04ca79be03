import type { Layer } from '../layers/core/layer.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';

/**
 * The random generators that a layer and those inside of it hold in their properties, as `Dropout` does in
 * `seedGenerator`. One that several share comes once.
 */
export function layerGenerators(layer: Layer): SeedGenerator[] {
  const own = Object.values(layer)
    .flat()
    .filter((value: unknown) => value instanceof SeedGenerator);
  return [...new Set([...own, ...layer.subLayers().flatMap(layerGenerators)])];
}
