import { Registry } from '../../config/index.js';
import type { AnyName, KerasClass, NamesOf, Option, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import { L1, L1L2, L2 } from './l1-l2.js';
import { FunctionRegularizer, Regularizer } from './regularizer.js';
import type { RegularizerFunction } from './regularizer.js';

/**
 * Names of your own regularizers. Types accept them after `declare module 'lanegrad/regularizers' { interface
 * RegularizerNames { my_regularizer: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface RegularizerNames {}

/** Keras's names of regularizers, in its spelling and in camelCase, and those in `RegularizerNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type RegularizerName = NamesOf<typeof classes> | keyof RegularizerNames;

/** A regularizer as you can specify it: a name, an instance, a function, a serialized object, or null for none. */
export type RegularizerIdentifier =
  RegularizerName | Regularizer | RegularizerFunction | SerializedObject | null;

/** The regularizers that are known by name. @internal */
export const regularizerRegistry = new Registry<Regularizer, null>({
  kind: 'regularizer',
  module: 'keras.regularizers',
  base: Regularizer,
  expected: 'a name, a Regularizer, a function (x) => penalty or null',
  ofFunction: FunctionRegularizer,
  none: null,
});

// Small enough to be known to every program.
regularizerRegistry.register(L1, L2, L1L2);

/**
 * The regularizer that an identifier stands for: `'l1'`, `'l2'` or `'l1_l2'` (factors 0.01), an
 * instance, a plain function `(x) => penalty`, a serialized object; null for none.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example regularizers.get('l2')?.call(tensor([3, 4])).item() // 0.25
 */
export const getRegularizer = (
  identifier: RegularizerIdentifier | AnyName | undefined,
): Regularizer | null => regularizerRegistry.get(identifier);

/**
 * A regularizer as Keras writes it into JSON.
 *
 * @param regularizer a regularizer, or null for none
 * @example regularizers.serialize(new regularizers.L1(0.1))
 */
export const serializeRegularizer = (regularizer: Regularizer | null): SerializedObject | null =>
  regularizerRegistry.serialize(regularizer);

/**
 * Creates a regularizer from its serialized form, the reverse of `serialize`.
 *
 * @example regularizers.deserialize({ class_name: 'L1', config: { l1: 0.1 } })
 */
export const deserializeRegularizer = (config: SerializedObject): Regularizer =>
  regularizerRegistry.create(config);

/**
 * Registers your own classes by their names.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example
 * class Above extends regularizers.Regularizer {
 *   static override readonly className = 'Above';
 *   static fromConfig() { return new Above(); }
 *   override call(w) { return w.sub(1).maximum(0).sum(); }
 * }
 * regularizers.register(Above);
 */
export function registerRegularizers(...types: readonly KerasClass<Regularizer>[]): void {
  regularizerRegistry.register(...types);
}

/** An option that is a regularizer. Default null: none. */
export const regularizer = (): Option<RegularizerIdentifier, Regularizer | null> =>
  regularizerRegistry.option({ default: null });
