// What the page works on now.
import type { models } from 'lanegrad';
import type { Features } from './features.js';
import type { Taught } from './classes.js';

export const lab: {
  features: Features | undefined;
  readonly classes: Taught[];
  /** What tells classes apart by their features, and these classes in its order. */
  head: { readonly model: models.Model; readonly classes: readonly Taught[] } | undefined;
} = { features: undefined, classes: [], head: undefined };

/** The network that makes features. */
export function features(): Features {
  if (lab.features !== undefined) return lab.features;
  throw new Error('The network is still loading. Wait a moment, or reload the page.');
}
