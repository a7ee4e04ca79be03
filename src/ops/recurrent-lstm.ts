// The long short-term memory. Its kernels are in assembly/recurrent/lstm.ts.
import { emptyTensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { sigmoid } from './activations.js';
import { add, mul } from './arithmetic.js';
import { matmul } from './matmul.js';
import type { BackwardCall, Cell, ForwardCall, Operands, WalkedBack } from './recurrent-walk.js';
import { recurrentRuntime, withRecurrentPanels } from './recurrent-walk.js';
import { sumOuterProducts } from './recurrent-weights.js';
import { split } from './slice.js';
import { sum } from './sum.js';
import { tanh } from './unary.js';

/** An LSTM: states h and c, gates i, f, c, o. */
export const lstmCell: Cell = { gates: 4, biases: 1, flags: 0, forward, backward, step };

function forward({ walk, operands, mask, gates, out, isKept }: ForwardCall): Tensor[] {
  const { n, steps, units, flags } = walk;
  const [h0, c0] = operands.states as [Tensor, Tensor];
  const cells = emptyTensor(isKept ? [n * steps, units] : [0], 'float32');
  const before = emptyTensor(cells.shape, 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.lstmScratchBytes(units, runtime.threads));
  withRecurrentPanels(operands, false, (panels) => {
    runtime.run(
      'lstmForward',
      out.pointer,
      gates.pointer,
      isKept ? cells.pointer : 0,
      before.pointer,
      h0.pointer,
      c0.pointer,
      panels,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      flags,
      scratch,
    );
  });
  return [cells, before];
}

function backward({ walk, operands, mask, gates, kept, dout }: BackwardCall): WalkedBack {
  const { n, steps, units, flags } = walk;
  const [cells, before] = kept as [Tensor, Tensor];
  const [, c0] = operands.states as [Tensor, Tensor];
  const dz = emptyTensor(gates.shape, 'float32');
  const dstates = emptyTensor([2 * n, units], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.lstmScratchBytes(units, runtime.threads));
  withRecurrentPanels(operands, true, (panels) => {
    runtime.run(
      'lstmBackward',
      dz.pointer,
      dstates.pointer,
      dout.pointer,
      gates.pointer,
      cells.pointer,
      c0.pointer,
      panels,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      flags,
      scratch,
    );
  });
  return {
    dz,
    dstates,
    kernels: (x) => sumOuterProducts(x, before, dz),
    bias: () => sum(dz, 0),
  };
}

function step(z: Tensor, states: readonly Tensor[], { recurrentKernel }: Operands): Tensor[] {
  const [h, c] = states as [Tensor, Tensor];
  const parts = split(add(z, matmul(h, recurrentKernel)), 4, -1);
  const [i, f, g, o] = parts as [Tensor, Tensor, Tensor, Tensor];
  const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
  return [mul(sigmoid(o), tanh(cell)), cell];
}
