// Recurrent layers step by step, in operations: what the gradients of the fused kernels are differentiated by.
import { Recurrence } from '../../../../../assembly/codes.js';
import { zeros } from '../../../tensor/index.js';
import type { Tensor } from '../../../tensor/index.js';
import { add } from '../../elementwise/arithmetic.js';
import { concat, stack } from '../../shapes/concat.js';
import { matmul } from '../../linalg/matmul.js';
import type { Cell, Operands, Walk } from './walk.js';
import { expandDims, reshape } from '../../shapes/reshape.js';
import { slice } from '../../indexing/slice.js';
import { where } from '../../elementwise/where.js';

/** Outputs [n·steps, units] and states [n, units], one below the other. */
export function composedSequence(
  { n, steps, units, flags }: Walk,
  cell: Cell,
  operands: Operands,
  mask: Tensor | null,
): Tensor {
  const { x, kernel, bias } = operands;
  const products = matmul(x, kernel);
  const ofInput = bias !== null && cell.biases === 2 ? slice(bias, 0) : bias;
  const z = ofInput === null ? products : add(products, ofInput);
  const outputs: Tensor[] = [];
  let states = operands.states;
  const masked = (flags & Recurrence.ZeroOutput) !== 0 ? zeros([n, units]) : undefined;
  for (let step = 0; step < steps; step++) {
    const time = (flags & Recurrence.Backwards) !== 0 ? steps - 1 - step : step;
    const next = cell.step(slice(z, ':', time), states, operands);
    const counts = mask === null ? undefined : expandDims(slice(mask, ':', time), 1);
    states =
      counts === undefined
        ? next
        : next.map((state, i) => where(counts, state, states[i] ?? state));
    const [h] = states as [Tensor];
    outputs.push(counts === undefined || masked === undefined ? h : where(counts, h, masked));
  }
  const sequence = steps === 0 ? [] : [reshape(stack(outputs, 1), [n * steps, units])];
  return concat([...sequence, ...states], 0);
}
