// Cells of one product. What their kernels compute is in assembly/recurrent.
import { RecurrentCell } from '../../../../../assembly/codes.js';
import type { Tensor } from '../../../tensor/index.js';
import { relu, sigmoid } from '../../elementwise/activations.js';
import { add, mul } from '../../elementwise/arithmetic.js';
import { matmul } from '../../linalg/matmul.js';
import { split } from '../../indexing/slice.js';
import { tanh } from '../../elementwise/unary.js';
import { oneProduct } from './walk.js';
import type { Cell } from './walk.js';

const cellOf = (code: RecurrentCell, f: (x: Tensor) => Tensor): Cell => ({
  ...oneProduct,
  code,
  gates: 1,
  step: (z, [h], { recurrentKernel }) => [f(add(z, matmul(h as Tensor, recurrentKernel)))],
});

/** A simple recurrent cell with tanh. */
export const tanhCell = cellOf(RecurrentCell.Tanh, tanh);

/** A simple recurrent cell with relu. */
export const reluCell = cellOf(RecurrentCell.Relu, relu);

/** An LSTM: states h and c, gates i, f, c, o. A walk keeps c after each step, and its tanh. */
export const lstmCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.Lstm,
  gates: 4,
  inner: 2,
  step: (z, states, { recurrentKernel }) => {
    const [h, c] = states as [Tensor, Tensor];
    const parts = split(add(z, matmul(h, recurrentKernel)), 4, -1);
    const [i, f, g, o] = parts as [Tensor, Tensor, Tensor, Tensor];
    const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    return [mul(sigmoid(o), tanh(cell)), cell];
  },
};
