import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Constraint, FunctionConstraint } from './constraint.js';
import type { ConstraintFunction } from './constraint.js';

/** What can stand for a constraint. */
export type ConstraintIdentifier =
  string | Constraint | ConstraintFunction | SerializedObject | null;

const registry = new Registry<Constraint>('constraint', 'keras.constraints');

/**
 * The constraint that an identifier stands for: a name (`'max_norm'`, `'maxNorm'`), an instance, a
 * plain function `(w) => allowed w`, a serialized object; null for none.
 *
 * @throws ValueError for an unknown name; the message lists the known ones.
 */
export function getConstraint(identifier: ConstraintIdentifier | undefined): Constraint | null {
  if (identifier === null || identifier === undefined) return null;
  if (identifier instanceof Constraint) return identifier;
  if (typeof identifier === 'function') return new FunctionConstraint(identifier);
  if (typeof identifier === 'string' || isSerializedObject(identifier)) {
    return registry.create(identifier);
  }
  throw new ValueError(
    `constraint: expected a name, a Constraint, a function (w) => w or null, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** A constraint as Keras writes it into JSON. */
export function serializeConstraint(constraint: Constraint | null): SerializedObject | null {
  return constraint === null ? null : registry.serialize(constraint);
}

/** The constraint of that serialized form; the reverse of `serialize`. */
export function deserializeConstraint(config: SerializedObject): Constraint {
  return registry.create(config);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `constraints.register(constraints.MaxNorm)`.
 */
export function registerConstraints(...types: readonly ConfigurableClass<Constraint>[]): void {
  registry.register(...types);
}

/** Makes all of them known. */
export function registerAllConstraints(types: readonly ConfigurableClass<Constraint>[]): void {
  registry.registerAll(types);
}
