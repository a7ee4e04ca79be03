// The kernels of recurrent layers, for all cells.
import { RecurrentCell } from '../codes';
import { walkBack, walkForward } from './cell';
import { GruAfterCell, GruBeforeCell } from './gru';
import { LstmCell } from './lstm';
import { SimpleCell } from './simple';
import { walkAt, walkBytes } from './walk';

/**
 * Bytes of scratch that `recurrentForward` needs with this many threads, and `recurrentBackward` with `inputs` 0.
 * @module recurrent
 */
export function recurrentScratchBytes(inputs: i32, units: i32, columns: i32, threads: i32): usize {
  return <usize>threads * walkBytes(inputs, units, columns);
}

/**
 * Walks through the steps of a recurrent layer whose cell has `columns`/`units` gates. `out` gets the outputs
 * [n, steps, units] in the order of the steps, then h[n, units] and, for an LSTM, c[n, units]. `gates` gets the gates
 * [n·steps, columns], `saved` h before each step [n, steps, units], and then what the cell keeps beside it: an LSTM c after
 * each step and its tanh, a GRU with the reset gate after the product h·U + d of the last gate, one
 * with the reset gate before it r · h [n, steps, units]. If both are 0, nothing is saved. `x` is [n, steps, inputs], and
 * `packedInput` W[inputs, columns], packed by gemmPackB; or, if `inputs` is 0, x·W[n, steps, columns]. `c0` is 0 for all but
 * the LSTM. `packed` is U[units, columns], packed; for a GRU with the reset gate before the product it is the first 2·units
 * columns of U, and `packedLast` the others. `bias`[columns] may be 0; `stateBias` is the recurrent bias d[columns] of the
 * GRU with the reset gate after the product, else 0. `mask` is 0 or [n, steps].
 * @cost 0.065 n·steps·units·columns
 * @module recurrent
 */
export function recurrentForward(
  thread: i32,
  threads: i32,
  out: usize,
  gates: usize,
  saved: usize,
  x: usize,
  h0: usize,
  c0: usize,
  packedInput: usize,
  packed: usize,
  packedLast: usize,
  bias: usize,
  stateBias: usize,
  mask: usize,
  n: i32,
  steps: i32,
  inputs: i32,
  units: i32,
  columns: i32,
  cell: RecurrentCell,
  options: i32,
  scratch: usize,
): void {
  const w = walkAt(scratch, thread, threads, n, steps, inputs, units, columns);
  w.cell = cell;
  w.options = options;
  w.out = out;
  w.x = x;
  w.gates = gates;
  w.before = saved;
  w.inner = saved + <usize>n * <usize>steps * w.rowBytes;
  w.c0 = c0;
  w.packed = packed;
  w.packedLast = packedLast;
  w.packedInput = packedInput;
  w.bias = bias;
  w.stateBias = stateBias;
  w.mask = mask;
  w.hFrom = h0;
  w.cFrom = c0;
  w.hTo = out + <usize>n * <usize>steps * w.rowBytes;
  w.cTo = w.hTo + <usize>n * w.rowBytes;
  switch (cell) {
    case RecurrentCell.Lstm:
      walkForward<LstmCell>(w);
      break;
    case RecurrentCell.GruResetAfter:
      walkForward<GruAfterCell>(w);
      break;
    case RecurrentCell.GruResetBefore:
      walkForward<GruBeforeCell>(w);
      break;
    default:
      walkForward<SimpleCell>(w);
  }
}

/**
 * Walks back through the steps of a recurrent layer. `dz` gets the gradient of x·W + b [n, steps, columns] in the order of
 * x. That of h·U + d is the same, but for the last gate of a GRU with the reset gate after the product, whose gradient
 * [n, steps, units] follows.
 * `dstates` gets the gradients of h and, for an LSTM, of c before the first step, [n, units] each. `dout` is the gradient
 * of `out`, in the same form. `packed` is the transpose of U, [columns, units], packed by gemmPackB; for a GRU with the
 * reset gate before the product, of the first 2·units columns of U, and `packedLast` of the others.
 * @cost 0.065 n·steps·units·columns
 * @module recurrent
 */
export function recurrentBackward(
  thread: i32,
  threads: i32,
  dz: usize,
  dstates: usize,
  dout: usize,
  gates: usize,
  saved: usize,
  c0: usize,
  packed: usize,
  packedLast: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  columns: i32,
  cell: RecurrentCell,
  options: i32,
  scratch: usize,
): void {
  const w = walkAt(scratch, thread, threads, n, steps, 0, units, columns);
  const all = <usize>n * <usize>steps;
  w.cell = cell;
  w.options = options;
  w.out = dout;
  w.gates = gates;
  w.before = saved;
  w.inner = saved + all * w.rowBytes;
  w.dz = dz;
  if (cell == RecurrentCell.GruResetAfter) w.dlast = dz + all * w.gatesBytes;
  w.c0 = c0;
  w.packed = packed;
  w.packedLast = packedLast;
  w.mask = mask;
  w.hFrom = dout + all * w.rowBytes;
  w.cFrom = w.hFrom + <usize>n * w.rowBytes;
  w.hTo = dstates;
  w.cTo = dstates + <usize>n * w.rowBytes;
  switch (cell) {
    case RecurrentCell.Lstm:
      walkBack<LstmCell>(w);
      break;
    case RecurrentCell.GruResetAfter:
      walkBack<GruAfterCell>(w);
      break;
    case RecurrentCell.GruResetBefore:
      walkBack<GruBeforeCell>(w);
      break;
    default:
      walkBack<SimpleCell>(w);
  }
}
