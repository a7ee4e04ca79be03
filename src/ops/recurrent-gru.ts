// The gated recurrent unit. What its kernels compute is in assembly/recurrent/gru.ts.
import { RecurrentCell } from '../../assembly/codes.js';
import type { Tensor } from '../tensor/index.js';
import { sigmoid } from './activations.js';
import { add, mul, sub } from './arithmetic.js';
import { concat, stack } from './concat.js';
import { matmul } from './matmul.js';
import { oneProduct, recurrentRuntime, sumOuterProducts } from './recurrent-walk.js';
import type { Cell, Operands, UsePanels } from './recurrent-walk.js';
import { slice, split } from './slice.js';
import { sum } from './sum.js';
import { tanh } from './unary.js';

/**
 * A GRU with the reset gate after the product: state h, gates z, r, h, two biases. A walk keeps h·recurrentKernel + bias of
 * the last gate.
 */
export const gruAfterCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.GruResetAfter,
  gates: 3,
  biases: 2,
  keepsInner: true,
  kernels: (x, { before, dz, dproduct }) => [
    sumOuterProducts(x, undefined, dz)[0],
    sumOuterProducts(before, undefined, dproduct)[0],
  ],
  bias: ({ dz, dproduct }) => stack([sum(dz, 0), sum(dproduct, 0)], 0),
  step: stepAfter,
};

/** A GRU with the reset gate before the product: state h, gates z, r, h. The last gate has a product of its own. */
export const gruCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.GruResetBefore,
  gates: 3,
  withPanels,
  kernels: (x, { gates, before, dz }) => {
    const units = before.shape[1] ?? 0;
    const r = slice(gates, ':', [units, 2 * units]);
    const [pair] = sumOuterProducts(before, undefined, slice(dz, ':', [0, 2 * units]));
    const ofLast = slice(dz, ':', [2 * units, 3 * units]);
    const [last] = sumOuterProducts(mul(r, before), undefined, ofLast);
    return [sumOuterProducts(x, undefined, dz)[0], concat([pair, last], 1)];
  },
  step,
};

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
