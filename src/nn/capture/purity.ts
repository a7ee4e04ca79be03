// Whether a step is decided by the library alone: by classes of the library, with the methods that they were written with.
import { isDeclared, isPlainObject, isWritten, KerasObject } from '../../config/index.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { Tensor, Variable } from '../../engine/tensor/index.js';
import { penaltyOf, WeightHolder } from '../layers/core/weight-holder.js';
import { isActivation } from '../activations/registry.js';
import { replacedBy } from '../../config/methods.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import type { Method } from '../../config/methods.js';
import type { Declaration } from '../../config/index.js';
import type { AnyLayer, Layer } from '../layers/core/layer.js';

/**
 * Whether a layer and all layers inside are functions of their input and their weights: `isPure` of their classes says so,
 * or the class is one of the library's. In both cases no method was replaced, and no function of the user was given.
 */
export function isPure(layer: AnyLayer): boolean {
  return layersWithin(layer).every(
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
  return Object.hasOwn(type, 'isPure') ? type.isPure === true : isDeclared(type);
}

/** Whether an object is of a class of the library, with the methods that the class was written with. */
export function isOfWrittenClass(object: object): boolean {
  return isDeclared(object.constructor) && isAsWritten(object);
}

/** Whether an object is of a class of the library, with its methods, and was given no code of the user. */
export function isOfLibrary(object: object): boolean {
  return isOfWrittenClass(object) && !isGivenCode(object);
}

/** Whether the penalty of a weight is computed by the library alone. */
export function isPenaltyOfLibrary({ regularizer }: Variable): boolean {
  if (regularizer === undefined) return true;
  const penalty = penaltyOf(regularizer);
  return penalty !== undefined && isOfLibrary(penalty);
}

/** Whether an object computes with code of the user: an option that is a function, or its generator of random numbers. */
function isGivenCode(object: object): boolean {
  const { declared } = object.constructor as unknown as { readonly declared: Declaration };
  const fields = object as Readonly<Record<string, unknown>>;
  return (
    isOfUser(fields['seedGenerator']) ||
    Object.entries(declared).some(
      ([name, { isOfWeights, isOwn }]) =>
        isOfWeights !== true && isOwn !== true && isOfUser(fields[name]),
    )
  );
}

/**
 * Whether a value is code of the user, holds some, or is a list that may change without notice. Tensors and variables that a step
 * reads are watched, and layers are asked themselves.
 */
function isOfUser(value: unknown): boolean {
  if (typeof value === 'function') return !isActivation(value);
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Tensor || value instanceof Variable || value instanceof WeightHolder)
    return false;
  if (value instanceof KerasObject) return !isOfLibrary(value);
  if (value instanceof SeedGenerator)
    return value.constructor !== SeedGenerator || !isAsWritten(value);
  if (Array.isArray(value)) return !Object.isFrozen(value) || value.some(isOfUser);
  return !isPlainObject(value) || Object.values(value).some(isOfUser);
}

/** The descriptors of a prototype's own members, apart from those under symbols. */
const membersOf = (prototype: object): [string, PropertyDescriptor][] =>
  Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const member = Object.getOwnPropertyDescriptor(prototype, name);
    return member === undefined || name === 'constructor' ? [] : [[name, member]];
  });

/** A method, or what is called in place of a property. */
const functionsOf = (member: object): Method[] =>
  Object.values(member).filter((value: unknown): value is Method => typeof value === 'function');

/** The prototypes of an object, the nearest first. */
function prototypesOf(object: object): object[] {
  const found: object[] = [];
  for (
    let prototype: unknown = Object.getPrototypeOf(object);
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    found.push(prototype);
  }
  return found;
}

/** A method, and which one it was. */
export interface MethodThen {
  readonly of: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly then: unknown;
}

/** The methods of an object's classes below the class of `base`, a prototype. */
export function methodsBelow(base: object, object: object): MethodThen[] {
  const prototypes = prototypesOf(object);
  const below = prototypes.slice(0, Math.max(0, prototypes.indexOf(base)));
  return below.flatMap((prototype) =>
    membersOf(prototype)
      .filter(([, { value }]) => typeof value === 'function')
      .map(([name, { value }]) => ({
        of: prototype as MethodThen['of'],
        name,
        then: value as unknown,
      })),
  );
}

/**
 * Whether an object computes as its classes were written: none of their methods was replaced, and the object has none of its own in
 * place of one of theirs.
 */
function isAsWritten(object: object): boolean {
  const prototypes = prototypesOf(object);
  for (const prototype of prototypes) {
    for (const [, member] of membersOf(prototype)) {
      if (!functionsOf(member).every((f) => isWritten(prototype, f))) return false;
    }
  }
  return membersOf(object).every(([name, member]) => {
    const [own] = functionsOf(member);
    const owner = prototypes.find((prototype) => Object.hasOwn(prototype, name));
    if (owner === undefined || own === undefined) return true;
    const inherited: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    return own === inherited || replacedBy(own) === inherited;
  });
}
