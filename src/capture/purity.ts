// Whether a step is decided by the library alone.
import type { Declaration } from '../config/index.js';
import type { AnyLayer, Layer } from '../layers/index.js';
import type { Variable } from '../tensor/index.js';
import { isAsWritten } from './as-written.js';
import { library } from './given.js';

/**
 * Whether a layer and all layers inside are functions of their input and their weights: `isPure` of their classes says so,
 * or the class is one of the library's. In both cases no method was replaced, and no function of the user was given.
 */
export function isPure(layer: AnyLayer): boolean {
  return library
    .layersWithin(layer)
    .every(
      (each) => isPureClass(each) && isAsWritten(each) && !isGivenCode(each) && hasFrozenSpec(each),
    );
}

/** Whether what the layer asks of its input does not change without notice. A layer that is not built takes no part. */
function hasFrozenSpec({ built, inputSpec }: AnyLayer): boolean {
  if (inputSpec === undefined || !built) return true;
  return Object.isFrozen(inputSpec) && Object.isFrozen(inputSpec.axes);
}

function isPureClass({ constructor }: AnyLayer): boolean {
  const type = constructor as typeof Layer;
  return Object.hasOwn(type, 'isPure') ? type.isPure === true : library.isDeclared(type);
}

/** Whether an object is of a class of the library, with the methods that the class was written with. */
export function isOfWrittenClass(object: object): boolean {
  return library.isDeclared(object.constructor) && isAsWritten(object);
}

/** Whether an object is of a class of the library, with its methods, and was given no code of the user. */
export function isOfLibrary(object: object): boolean {
  return isOfWrittenClass(object) && !isGivenCode(object);
}

/** Whether the penalty of a weight is computed by the library alone. */
export function isPenaltyOfLibrary({ regularizer }: Variable): boolean {
  if (regularizer === undefined) return true;
  const penalty = library.penaltyOf(regularizer);
  return penalty !== undefined && isOfLibrary(penalty);
}

/** Whether an object computes with code of the user: an option that is a function, or its generator of random numbers. */
function isGivenCode(object: object): boolean {
  const { declared } = object.constructor as unknown as { readonly declared: Declaration };
  const kept = object as Readonly<Record<string, unknown>>;
  return (
    isOfUser(kept['seedGenerator']) ||
    Object.entries(declared).some(
      ([name, { isOfWeights, isOwn }]) =>
        isOfWeights !== true && isOwn !== true && isOfUser(kept[name]),
    )
  );
}

/**
 * Whether a value is code of the user, holds some, or is a list that may change without notice. Tensors and variables that a step
 * reads are watched, and layers are asked themselves.
 */
function isOfUser(value: unknown): boolean {
  if (typeof value === 'function') return !library.isActivation(value);
  if (typeof value !== 'object' || value === null) return false;
  if (
    value instanceof library.Tensor ||
    value instanceof library.Variable ||
    value instanceof library.WeightHolder
  )
    return false;
  if (value instanceof library.KerasObject) return !isOfLibrary(value);
  if (value instanceof library.SeedGenerator)
    return value.constructor !== library.SeedGenerator || !isAsWritten(value);
  if (Array.isArray(value)) return !Object.isFrozen(value) || value.some(isOfUser);
  return !library.isPlainObject(value) || Object.values(value).some(isOfUser);
}
