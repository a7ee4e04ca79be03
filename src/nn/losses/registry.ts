import { Registry } from '../../config/index.js';
import type { AnyName, KerasClass, NamesOf, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import { FunctionLoss } from './function-loss.js';
import type { LossFunction } from './function-loss.js';
import { Loss } from './loss.js';

/**
 * Names of your own losses. Types accept them after `declare module 'lanegrad/losses' { interface LossNames { my_loss:
 * true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface LossNames {}

/** Keras's names of losses, in its spelling and in camelCase, and those in `LossNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type LossName = NamesOf<typeof classes> | keyof LossNames;

/** A loss as you can specify it: a name, a config from a file, an instance, or a function built from ops. */
export type LossIdentifier = LossName | SerializedObject | Loss | LossFunction;

/** The losses that are known by name. @internal */
export const lossRegistry = new Registry<Loss>({
  kind: 'loss',
  module: 'keras.losses',
  base: Loss,
  expected: 'a name, an instance of losses.Loss or a function (yTrue, yPred) => Tensor',
  ofFunction: FunctionLoss,
});

/**
 * The loss that `identifier` stands for. A name may be in any of Keras's spellings or in camelCase: `'mse'`, `'MSE'`,
 * `'mean_squared_error'`, `'meanSquaredError'`, `'MeanSquaredError'`.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example losses.get('mse').apply([[0], [1]], [[0.5], [1]]).item() // 0.125
 */
export const getLoss = (identifier: LossIdentifier | AnyName): Loss => lossRegistry.get(identifier);

/**
 * `loss` as Keras writes it into JSON.
 *
 * @example losses.serialize(new losses.Huber({ delta: 2 }))
 */
export const serializeLoss = (loss: Loss): SerializedObject => lossRegistry.serialize(loss);

/**
 * The loss from a config that `serialize` or Keras wrote.
 *
 * @example losses.deserialize({ class_name: 'Huber', config: { delta: 2 } })
 */
export const deserializeLoss = (config: SerializedObject): Loss => lossRegistry.create(config);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example losses.register(losses.MeanSquaredError)
 */
export function registerLosses(...types: readonly KerasClass<Loss>[]): void {
  lossRegistry.register(...types);
}
