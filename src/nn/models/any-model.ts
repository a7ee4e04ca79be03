import type { SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import { Model as ModelClass } from './model.js';

// The class knows the structures of inputs and outputs, or takes them for one tensor each: so `new` and `extends` find mistakes.
// The type of a parameter says nothing of structures unless it names them.

/**
 * A graph of layers between inputs and outputs, which you can train, evaluate and use for predictions. A model is a
 * layer itself. Keras: `Model`, `Functional`.
 *
 * @class
 * @example
 * const inputs = Input([4]);
 * const outputs = new layers.Dense(3, { activation: 'softmax' }).apply(inputs);
 * const classifier = new models.Model({ inputs, outputs });
 */
export const Model = ModelClass;

/**
 * Any model, regardless of its inputs. A parameter of this type accepts a `Sequential`, a model of a graph and your own class. The
 * types of its inputs are not checked, `predict` returns one tensor, and `apply` returns `any`. With `Model<I, O>` inputs and
 * outputs are checked.
 *
 * @typeParam I the structure of the inputs, such as `SymbolicTensor`
 * @typeParam O the structure of the outputs; one tensor if only the inputs are named
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Model<I = any, O = 0 extends 1 & I ? any : SymbolicTensor> = ModelClass<I, O>;
