// The simple recurrent layer. What its kernels compute is in assembly/recurrent/simple.ts.
import { RecurrentCell } from '../../../assembly/codes.js';
import type { Tensor } from '../../tensor/index.js';
import { relu } from '../activations.js';
import { add } from '../arithmetic.js';
import { matmul } from '../matmul.js';
import { oneProduct } from './walk.js';
import type { Cell, Operands } from './walk.js';
import { tanh } from '../unary.js';

const cellOf = (code: RecurrentCell, f: (x: Tensor) => Tensor): Cell => ({
  ...oneProduct,
  code,
  gates: 1,
  step: (z: Tensor, [h]: readonly Tensor[], { recurrentKernel }: Operands) => [
    f(add(z, matmul(h as Tensor, recurrentKernel))),
  ],
});

/** A simple recurrent cell with tanh. */
export const tanhCell = cellOf(RecurrentCell.Tanh, tanh);

/** A simple recurrent cell with relu. */
export const reluCell = cellOf(RecurrentCell.Relu, relu);
