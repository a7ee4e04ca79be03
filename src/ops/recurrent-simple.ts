// The simple recurrent layer. Its kernels are in assembly/recurrent/simple.ts.
import { Recurrence } from '../../assembly/codes.js';
import { emptyTensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { relu } from './activations.js';
import { add } from './arithmetic.js';
import { matmul } from './matmul.js';
import type { BackwardCall, Cell, ForwardCall, Operands, WalkedBack } from './recurrent-walk.js';
import { recurrentRuntime, withRecurrentPanels } from './recurrent-walk.js';
import { sumOuterProducts } from './recurrent-weights.js';
import { sum } from './sum.js';
import { tanh } from './unary.js';

const cellOf = (flags: number, f: (x: Tensor) => Tensor): Cell => ({
  gates: 1,
  biases: 1,
  flags,
  forward,
  backward,
  step: (z: Tensor, [h]: readonly Tensor[], { recurrentKernel }: Operands) => [
    f(add(z, matmul(h as Tensor, recurrentKernel))),
  ],
});

/** A simple recurrent cell with tanh. */
export const tanhCell = cellOf(0, tanh);

/** A simple recurrent cell with relu. */
export const reluCell = cellOf(Recurrence.Relu, relu);

function forward({ walk, operands, mask, gates, out, isKept }: ForwardCall): Tensor[] {
  const { n, steps, units, flags } = walk;
  const [h0] = operands.states as [Tensor];
  const before = emptyTensor(isKept ? [n * steps, units] : [0], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.simpleRnnScratchBytes(units, runtime.threads));
  withRecurrentPanels(operands, false, (panels) => {
    runtime.run(
      'simpleRnnForward',
      out.pointer,
      gates.pointer,
      isKept ? before.pointer : 0,
      h0.pointer,
      panels,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      flags,
      scratch,
    );
  });
  return [before];
}

function backward({ walk, operands, mask, gates, kept, dout }: BackwardCall): WalkedBack {
  const { n, steps, units, flags } = walk;
  const [before] = kept as [Tensor];
  const dz = emptyTensor(gates.shape, 'float32');
  const dstates = emptyTensor([n, units], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.simpleRnnScratchBytes(units, runtime.threads));
  withRecurrentPanels(operands, true, (panels) => {
    runtime.run(
      'simpleRnnBackward',
      dz.pointer,
      dstates.pointer,
      dout.pointer,
      gates.pointer,
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
