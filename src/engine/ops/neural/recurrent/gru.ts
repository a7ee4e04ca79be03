// The gated recurrent unit. What its kernels compute is in assembly/recurrent/gru.ts.
import { RecurrentCell } from '../../../../../assembly/codes.js';
import type { Tensor } from '../../../tensor/index.js';
import { sigmoid } from '../../elementwise/activations.js';
import { add, mul, sub } from '../../elementwise/arithmetic.js';
import { concat, stack } from '../../shapes/concat.js';
import { matmul } from '../../linalg/matmul.js';
import { oneProduct, recurrentRuntime, sumOuterProducts } from './walk.js';
import type { Cell, Operands, UsePanels } from './walk.js';
import { slice, split } from '../../indexing/slice.js';
import { sum } from '../../reductions/sum.js';
import { tanh } from '../../elementwise/unary.js';

/**
 * A GRU with the reset gate after the product: state h, gates z, r, h, two biases. A walk keeps h·recurrentKernel + bias of
 * the last gate, whose gradient is another one than that of x·kernel + bias.
 */
export const gruAfterCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.GruResetAfter,
  gates: 3,
  biases: 2,
  inner: 1,
  kernels: (x, { before, dz, dlast }) =>
    sumOuterProducts(x, before, dz, { a: before, b: dlast, start: 0, columns: unitsOf(before) }),
  bias: ({ dz, dlast }) => {
    const ofInput = sum(dz, 0);
    const ofState = concat([slice(ofInput, [0, -(dlast.shape[1] ?? 0)]), sum(dlast, 0)]);
    return stack([ofInput, ofState], 0);
  },
  step: stepAfter,
};

/**
 * A GRU with the reset gate before the product: state h, gates z, r, h. The last gate has a product of its own, and a walk
 * keeps its left operand r · h.
 */
export const gruCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.GruResetBefore,
  gates: 3,
  inner: 1,
  withPanels,
  kernels: (x, { before, inner, dz }) => {
    const units = unitsOf(before);
    return sumOuterProducts(x, before, dz, { a: inner, b: dz, start: 2 * units, columns: units });
  },
  step,
};

const unitsOf = (before: Tensor): number => before.shape[1] ?? 0;

/** Runs `use` with the panels of the first two gates and those of the last. */
function withPanels(recurrentKernel: Tensor, transposed: boolean, use: UsePanels): void {
  const [units = 0, columns = 0] = recurrentKernel.shape;
  const runtime = recurrentRuntime();
  const { kernels } = runtime;
  const pair = transposed ? ([2 * units, units] as const) : ([units, 2 * units] as const);
  const bytes = (kernels.gemmPackedBytes(...pair) + 15) & ~15;
  runtime.withScratch(bytes + kernels.gemmPackedBytes(units, units), (panels) => {
    const last = panels + bytes;
    const flag = transposed ? 1 : 0;
    runtime.run('gemmPackB', panels, recurrentKernel.pointer, ...pair, columns, flag);
    const from = recurrentKernel.pointer + 2 * units * 4;
    runtime.run('gemmPackB', last, from, units, units, columns, flag);
    use(panels, last);
  });
}

/** h ← z · h + (1 − z) · g */
const mixed = (z: Tensor, h: Tensor, g: Tensor): Tensor => add(mul(z, h), mul(sub(1, z), g));

function stepAfter(
  x: Tensor,
  states: readonly Tensor[],
  { recurrentKernel, bias }: Operands,
): Tensor[] {
  const [h] = states as [Tensor];
  const products = matmul(h, recurrentKernel);
  const inner = bias === null ? products : add(products, slice(bias, 1));
  const [xz, xr, xh] = split(x, 3, -1) as [Tensor, Tensor, Tensor];
  const [hz, hr, hh] = split(inner, 3, -1) as [Tensor, Tensor, Tensor];
  const g = tanh(add(xh, mul(sigmoid(add(xr, hr)), hh)));
  return [mixed(sigmoid(add(xz, hz)), h, g)];
}

function step(x: Tensor, states: readonly Tensor[], { recurrentKernel }: Operands): Tensor[] {
  const [h] = states as [Tensor];
  const [xz, xr, xh] = split(x, 3, -1) as [Tensor, Tensor, Tensor];
  const [uz, ur, uh] = split(recurrentKernel, 3, -1) as [Tensor, Tensor, Tensor];
  const r = sigmoid(add(xr, matmul(h, ur)));
  const g = tanh(add(xh, matmul(mul(r, h), uh)));
  return [mixed(sigmoid(add(xz, matmul(h, uz))), h, g)];
}
