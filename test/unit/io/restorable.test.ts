// Layers of the library can always be saved: none of them is taken for a class of the user whose config is not known.
import { expect, it } from 'vitest';
import { requireRestorable } from '../../../src/nn/saving/restorable.js';
import { makeLayers } from '../../specs/layers.js';

const rows = makeLayers().map(
  ([layer], i) => [`${layer.constructor.name}, example ${i}`, layer] as const,
);

it.each(rows)('%s', (_, layer) => {
  expect(() => {
    requireRestorable(layer);
  }).not.toThrow();
});
