import { isActivation } from '../activations/registry.js';
import { isDeclared } from '../config/index.js';
import type { AnyLayer, Layer } from './layer.js';
import { WeightHolder } from './weight-holder.js';
import { layersWithin } from './within.js';

/**
 * Whether a layer and all layers inside are functions of their input and their weights: `isPure` of their classes says so,
 * and a layer of the library was given no function but the library's activations.
 */
export function isPure(layer: AnyLayer): boolean {
  return layersWithin(layer).every(isPureItself);
}

function isPureItself(layer: AnyLayer): boolean {
  const type = layer.constructor as typeof Layer;
  if (Object.hasOwn(type, 'isPure')) return type.isPure === true;
  return isOfLibrary(layer);
}

/** Whether an object is of a class of the library, and was given no function but the library's activations. */
export function isOfLibrary(object: object): boolean {
  const type = object.constructor as typeof Layer;
  const given = object as Readonly<Record<string, unknown>>;
  return isDeclared(type) && Object.keys(type.declared).every((option) => !isOfUser(given[option]));
}

/** Whether an option is a function of a user, or an object with one, such as a cell. Layers inside are asked themselves. */
function isOfUser(value: unknown): boolean {
  if (typeof value === 'function') return !isActivation(value);
  if (typeof value !== 'object' || value === null || value instanceof WeightHolder) return false;
  return 'call' in value && !isDeclared(value.constructor);
}
