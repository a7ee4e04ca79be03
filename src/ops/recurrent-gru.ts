// The gated recurrent unit. Its kernels are in assembly/recurrent/gru.ts.
import { Recurrence } from '../../assembly/codes.js';
import { emptyTensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { sigmoid } from './activations.js';
import { add, mul, sub } from './arithmetic.js';
import { concat, stack } from './concat.js';
import { matmul } from './matmul.js';
import type { BackwardCall, Cell, ForwardCall, Operands, WalkedBack } from './recurrent-walk.js';
import { recurrentRuntime, withRecurrentPanels } from './recurrent-walk.js';
import { sumOuterProducts } from './recurrent-weights.js';
import { slice, split } from './slice.js';
import { sum } from './sum.js';
import { tanh } from './unary.js';

const common = { gates: 3, forward, backward } as const;

/** A GRU with the reset gate after the product: state h, gates z, r, h, two biases. */
export const gruAfterCell: Cell = {
  ...common,
  biases: 2,
  flags: Recurrence.ResetAfter,
  step: stepAfter,
};

/** A GRU with the reset gate before the product: state h, gates z, r, h. */
export const gruCell: Cell = { ...common, biases: 1, flags: 0, step };

/**
 * Runs `use` with the panels of the recurrent kernel or its transpose. If the reset gate comes before the product, these
 * are the panels of the first two gates and those of the last.
 */
function withPanels(
  operands: Operands,
  transposed: boolean,
  isAfter: boolean,
  use: (panels: Pointer, last: Pointer) => void,
): void {
  if (isAfter) {
    withRecurrentPanels(operands, transposed, (panels) => {
      use(panels, 0);
    });
    return;
  }
  const { recurrentKernel } = operands;
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

function forward({ walk, operands, mask, gates, out, isKept }: ForwardCall): Tensor[] {
  const { n, steps, units, flags } = walk;
  const [h0] = operands.states as [Tensor];
  const isAfter = (flags & Recurrence.ResetAfter) !== 0;
  const before = emptyTensor(isKept ? [n * steps, units] : [0], 'float32');
  const inner = emptyTensor(isKept && isAfter ? before.shape : [0], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.gruScratchBytes(units, runtime.threads));
  const ofState = operands.bias !== null && isAfter ? operands.bias.pointer + 3 * units * 4 : 0;
  withPanels(operands, false, isAfter, (panels, last) => {
    runtime.run(
      'gruForward',
      out.pointer,
      gates.pointer,
      inner.pointer,
      isKept ? before.pointer : 0,
      h0.pointer,
      panels,
      last,
      ofState,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      flags,
      scratch,
    );
  });
  return [before, inner];
}

function backward({ walk, operands, mask, gates, kept, dout }: BackwardCall): WalkedBack {
  const { n, steps, units, flags } = walk;
  const [before, inner] = kept as [Tensor, Tensor];
  const isAfter = (flags & Recurrence.ResetAfter) !== 0;
  const dz = emptyTensor(gates.shape, 'float32');
  const dinner = isAfter ? emptyTensor(gates.shape, 'float32') : dz;
  const dstates = emptyTensor([n, units], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.gruScratchBytes(units, runtime.threads));
  withPanels(operands, true, isAfter, (panels, last) => {
    runtime.run(
      'gruBackward',
      dz.pointer,
      isAfter ? dinner.pointer : 0,
      dstates.pointer,
      dout.pointer,
      gates.pointer,
      inner.pointer,
      before.pointer,
      panels,
      last,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      flags,
      scratch,
    );
  });
  const ofRecurrentKernel = (): Tensor => {
    if (isAfter) return sumOuterProducts(before, undefined, dinner)[0];
    const r = slice(gates, ':', [units, 2 * units]);
    const [pair] = sumOuterProducts(before, undefined, slice(dz, ':', [0, 2 * units]));
    const last = slice(dz, ':', [2 * units, 3 * units]);
    return concat([pair, sumOuterProducts(mul(r, before), undefined, last)[0]], 1);
  };
  return {
    dz,
    dstates,
    kernels: (x) => [sumOuterProducts(x, undefined, dz)[0], ofRecurrentKernel()],
    bias: () => (isAfter ? stack([sum(dz, 0), sum(dinner, 0)], 0) : sum(dz, 0)),
  };
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
