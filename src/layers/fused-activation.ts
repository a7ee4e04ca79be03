import { linear, relu, tanh } from '../activations/functions.js';
import type { Activation } from '../activations/registry.js';
import type { FusedActivation } from '../ops/index.js';

/** The activations that a matrix product applies while its result is still in cache. */
export const FUSED_ACTIVATIONS: ReadonlyMap<Activation, FusedActivation> = new Map([
  [linear, 'linear'],
  [relu, 'relu'],
  [tanh, 'tanh'],
]);
