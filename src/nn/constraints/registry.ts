import { Registry } from '../../config/index.js';
import type { AnyName, KerasClass, NamesOf, Option, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import { Constraint, FunctionConstraint } from './constraint.js';
import type { ConstraintFunction } from './constraint.js';

/**
 * Names of your own constraints. Types accept them after `declare module 'lanegrad/constraints' { interface
 * ConstraintNames { my_constraint: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ConstraintNames {}

/** Keras's names of constraints, in its spelling and in camelCase, and those in `ConstraintNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type ConstraintName = NamesOf<typeof classes> | keyof ConstraintNames;

/** A constraint as you can specify it: a name, an instance, a function, a serialized object, or null for none. */
export type ConstraintIdentifier =
  ConstraintName | Constraint | ConstraintFunction | SerializedObject | null;

/** The constraints that are known by name. @internal */
export const constraintRegistry = new Registry<Constraint, null>({
  kind: 'constraint',
  module: 'keras.constraints',
  base: Constraint,
  expected: 'a name, a Constraint, a function (w) => w or null',
  ofFunction: FunctionConstraint,
  none: null,
});

/**
 * The constraint that an identifier stands for: a name (`'max_norm'`, `'maxNorm'`), an instance, a
 * plain function `(w) => allowed w`, a serialized object; null for none.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example constraints.get('non_neg')?.call(tensor([-1, 2])) // [0, 2]
 */
export const getConstraint = (
  identifier: ConstraintIdentifier | AnyName | undefined,
): Constraint | null => constraintRegistry.get(identifier);

/**
 * A constraint as Keras writes it into JSON.
 *
 * @param constraint a constraint, or null for none
 * @example constraints.serialize(new constraints.MaxNorm(3))
 */
export const serializeConstraint = (constraint: Constraint | null): SerializedObject | null =>
  constraintRegistry.serialize(constraint);

/**
 * Creates a constraint from its serialized form, the reverse of `serialize`.
 *
 * @example constraints.deserialize({ class_name: 'NonNeg', config: {} })
 */
export const deserializeConstraint = (config: SerializedObject): Constraint =>
  constraintRegistry.create(config);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example constraints.register(constraints.MaxNorm)
 */
export function registerConstraints(...types: readonly KerasClass<Constraint>[]): void {
  constraintRegistry.register(...types);
}

/** An option that is a constraint. Default null: none. */
export const constraint = (): Option<ConstraintIdentifier, Constraint | null> =>
  constraintRegistry.option({ default: null });
