import { Registry } from '../../config/index.js';
import type { AnyName, KerasClass, NamesOf, Option, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import { Tensor } from '../../engine/tensor/index.js';
import { Ones, Zeros } from './constant.js';
import { FunctionInitializer, Initializer } from './initializer.js';
import type { InitializerFunction } from './initializer.js';
import { RandomUniform } from './random.js';
import { GlorotUniform } from './variance-scaling.js';

/**
 * Names of your own initializers. Types accept them after `declare module 'lanegrad/initializers' { interface
 * InitializerNames { my_initializer: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface InitializerNames {}

/** Keras's names of initializers, in its spelling and in camelCase, and those in `InitializerNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type InitializerName = NamesOf<typeof classes> | keyof InitializerNames;

/** An initializer as you can specify it: a name, an instance, a function, a tensor or a serialized object. */
export type InitializerIdentifier =
  InitializerName | Initializer | InitializerFunction | Tensor | SerializedObject;

/** The initializers that are known by name. @internal */
export const initializerRegistry = new Registry<Initializer>({
  kind: 'initializer',
  module: 'keras.initializers',
  base: Initializer,
  expected: 'a name, an Initializer, a function (shape, dtype) => values or a tensor',
  ofFunction: FunctionInitializer,
  standsFor: (identifier) => (identifier instanceof Tensor ? () => identifier : identifier),
});

// The defaults of layers.
initializerRegistry.register(GlorotUniform, Ones, RandomUniform, Zeros);

/**
 * The initializer that an identifier stands for: a name (`'he_normal'`, `'heNormal'`), an instance,
 * a plain function `(shape, dtype) => values`, a tensor of the values, or a serialized object.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example initializers.get('ones').apply([2, 3])
 */
export const getInitializer = (identifier: InitializerIdentifier | AnyName): Initializer =>
  initializerRegistry.get(identifier);

/**
 * An initializer as Keras writes it into JSON.
 *
 * @example initializers.serialize(new initializers.HeNormal({ seed: 1 }))
 */
export const serializeInitializer = (initializer: Initializer): SerializedObject =>
  initializerRegistry.serialize(initializer);

/**
 * Creates an initializer from its serialized form, the reverse of `serialize`.
 *
 * @example initializers.deserialize({ class_name: 'Constant', config: { value: 2 } })
 */
export const deserializeInitializer = (config: SerializedObject): Initializer =>
  initializerRegistry.create(config);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example initializers.register(initializers.HeNormal)
 */
export function registerInitializers(...types: readonly KerasClass<Initializer>[]): void {
  initializerRegistry.register(...types);
}

/** An option that is an initializer. */
export const initializer = (spec: {
  readonly default: InitializerIdentifier;
}): Option<InitializerIdentifier, Initializer> => initializerRegistry.option(spec);
