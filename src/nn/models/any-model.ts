import type { SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import { Model as ModelClass } from './model.js';

// The class knows the structures of inputs and outputs, or takes them for one tensor each: so `new` and `extends` find mistakes.
// The type of a parameter says nothing of structures unless it names them.

/**
 * A layer made of layers that can be trained, measured and asked: all that lies between inputs and outputs in a graph of
 * layers. Keras: `Model`, `Functional`.
 *
 * @class
 * @example
 * const inputs = Input([4]);
 * const outputs = new layers.Dense(3, { activation: 'softmax' }).apply(inputs);
 * const classifier = new models.Model({ inputs, outputs });
 */
export const Model = ModelClass;

/**
 * Any model, whatever it takes. As the type of a parameter it takes a `Sequential`, a model of a graph and a class of your own;
 * what goes in is not checked, `predict` is taken to give one tensor, and `apply` gives `any`. `Model<I, O>` has all of it checked.
 *
 * @typeParam I the structure of the inputs, such as `SymbolicTensor`
 * @typeParam O the structure of the outputs; one tensor if only the inputs are named
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Model<I = any, O = 0 extends 1 & I ? any : SymbolicTensor> = ModelClass<I, O>;
