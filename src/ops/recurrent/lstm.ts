// The long short-term memory. What its kernels compute is in assembly/recurrent/lstm.ts.
import { RecurrentCell } from '../../../assembly/codes.js';
import type { Tensor } from '../../tensor/index.js';
import { sigmoid } from '../activations.js';
import { add, mul } from '../arithmetic.js';
import { matmul } from '../matmul.js';
import { oneProduct } from './walk.js';
import type { Cell, Operands } from './walk.js';
import { split } from '../slice.js';
import { tanh } from '../unary.js';

/** An LSTM: states h and c, gates i, f, c, o. A walk keeps c after each step, and its tanh. */
export const lstmCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.Lstm,
  gates: 4,
  inner: 2,
  step,
};

function step(z: Tensor, states: readonly Tensor[], { recurrentKernel }: Operands): Tensor[] {
  const [h, c] = states as [Tensor, Tensor];
  const parts = split(add(z, matmul(h, recurrentKernel)), 4, -1);
  const [i, f, g, o] = parts as [Tensor, Tensor, Tensor, Tensor];
  const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
  return [mul(sigmoid(o), tanh(cell)), cell];
}
