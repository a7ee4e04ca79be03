import { isActivation } from '../activations/registry.js';
import { isDeclared } from '../config/index.js';
import type { AnyLayer, Layer } from './layer.js';
import { WeightHolder } from './weight-holder.js';

/**
 * Whether a layer and all layers inside are functions of their input and their weights: `isPure` of their classes says so,
 * and a layer of the library was given no function but the library's activations.
 */
export function isPure(layer: AnyLayer): boolean {
  const type = layer.constructor as typeof Layer;
  const isStated = Object.hasOwn(type, 'isPure');
  if (!(isStated ? type.isPure === true : isDeclared(type))) return false;
  const given = layer as unknown as Readonly<Record<string, unknown>>;
  const isKnown = (option: string): boolean => !isOfUser(given[option]);
  return (isStated || Object.keys(type.declared).every(isKnown)) && layer.subLayers().every(isPure);
}

/** Whether an option is a function of a user, or an object with one, such as a cell. Layers inside are asked themselves. */
function isOfUser(value: unknown): boolean {
  if (typeof value === 'function') return !isActivation(value);
  if (typeof value !== 'object' || value === null || value instanceof WeightHolder) return false;
  return 'call' in value && !isDeclared(value.constructor);
}

/** The layer and all layers inside. */
export function layersWithin(layer: AnyLayer): AnyLayer[] {
  return [layer, ...layer.subLayers().flatMap(layersWithin)];
}
