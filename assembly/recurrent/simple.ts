// The simple recurrent layer, all steps of a row of the batch in one call: h ← f(x·W + b + h·U), f = tanh or relu.
// How rows are walked is told in lstm.ts. What is written at each step, and read on the way back, in the order of x:
//
//   gates[n, steps, units]: first x·W + b, then f(…)      before[n, steps, units]: h before the step
//
// Scratch of one thread:
//
//   z: ROWS × panels of units │ h: ROWS × panels of units
import { Recurrence } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { TanhForm } from '../math/tanh';
import { apart, shareBegin, shareEnd } from '../split';
import { MR, RECURRENT_ROWS } from '../tuning';
import { isMasked, timeOf } from './mask';
import {
  activateRow,
  addRow,
  clearRow,
  copyRow,
  multiplyRows,
  panelRowBytes,
  rowsTogether,
} from './rows';

const ROWS: usize = RECURRENT_ROWS;

function scratchBytes(units: i32): usize {
  return apart(ROWS * 2 * panelRowBytes(units));
}

/**
 * Bytes of scratch that `simpleRnnForward` and `simpleRnnBackward` need with this many threads.
 * @part recurrent
 */
export function simpleRnnScratchBytes(units: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(units);
}

/**
 * Walks through the steps of a simple recurrent layer. `out` gets the outputs [n, steps, units] in the order of the steps,
 * then h[n, units]. `gates` holds x·W + b. `packed` is U[units, units], packed by gemmPackB. `mask` is 0 or [n, steps]. If
 * `before` is 0 nothing is kept.
 * @cost 0.07 n·steps·units·units
 * @part recurrent
 * @inPlace
 */
export function simpleRnnForward(
  thread: i32,
  threads: i32,
  out: usize,
  gates: usize,
  before: usize,
  h0: usize,
  packed: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const z = scratch + <usize>thread * scratchBytes(units);
  const h = z + ROWS * stateBytes;
  const hOut = out + <usize>n * <usize>steps * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 1);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    // The rows that fill up the last tile are zeros.
    memory.fill(z, 0, ROWS * 2 * stateBytes);
    for (let row: usize = 0; row < rows; row++) {
      copyRow(h + row * stateBytes, h0 + (<usize>first + row) * rowBytes, units);
    }
    for (let step = 0; step < steps; step++) {
      const time = <usize>timeOf(step, steps, options);
      for (let row: usize = 0; row < rows; row++) {
        const index = (<usize>first + row) * <usize>steps + time;
        copyRow(z + row * stateBytes, gates + index * rowBytes, units);
      }
      multiplyRows(z, stateBytes, h, stateBytes, packed, <i32>rows, units, units);
      for (let row: usize = 0; row < rows; row++) {
        const start = (<usize>first + row) * <usize>steps;
        const index = start + time;
        const y = out + (start + <usize>step) * rowBytes;
        const hRow = h + row * stateBytes;
        if (before) copyRow(before + index * rowBytes, hRow, units);
        if (isMasked(mask, index)) {
          if (isZero) clearRow(y, units);
          else copyRow(y, hRow, units);
        } else {
          const zRow = z + row * stateBytes;
          if (options & Recurrence.Relu) rectify(hRow, zRow, units);
          else activateRow<TanhForm>(hRow, zRow, units);
          copyRow(y, hRow, units);
          if (before) copyRow(gates + index * rowBytes, hRow, units);
        }
      }
    }
    for (let row: usize = 0; row < rows; row++) {
      copyRow(hOut + (<usize>first + row) * rowBytes, h + row * stateBytes, units);
    }
  }
}

/** to[n] = max(x[n], 0); NaN stays NaN. */
function rectify(to: usize, x: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    storeVector(to + at, f32x4.max(loadVector(x + at, n - j), f32x4.splat(0)), n - j);
  }
}

/**
 * Walks back through the steps of a simple recurrent layer. `dz`[n, steps, units] gets the gradient of x·W + b + h·U in the
 * order of x, `dh0` that of h before the first step. `dout` is the gradient of `out`, in the same form. `packed` is the
 * transpose of U, packed by gemmPackB.
 * @cost 0.07 n·steps·units·units
 * @part recurrent
 */
export function simpleRnnBackward(
  thread: i32,
  threads: i32,
  dz: usize,
  dh0: usize,
  dout: usize,
  gates: usize,
  packed: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const z = scratch + <usize>thread * scratchBytes(units);
  const dh = z + ROWS * stateBytes;
  const dhOut = dout + <usize>n * <usize>steps * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 1);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    memory.fill(z, 0, ROWS * 2 * stateBytes);
    for (let row: usize = 0; row < rows; row++) {
      copyRow(dh + row * stateBytes, dhOut + (<usize>first + row) * rowBytes, units);
    }
    for (let step = steps - 1; step >= 0; step--) {
      const time = <usize>timeOf(step, steps, options);
      for (let row: usize = 0; row < rows; row++) {
        const start = (<usize>first + row) * <usize>steps;
        const index = start + time;
        const dy = dout + (start + <usize>step) * rowBytes;
        const dhRow = dh + row * stateBytes;
        const zRow = z + row * stateBytes;
        if (isMasked(mask, index)) {
          if (!isZero) addRow(dhRow, dy, units);
          clearRow(zRow, units);
        } else {
          addRow(dhRow, dy, units);
          throughActivation(
            zRow,
            dhRow,
            gates + index * rowBytes,
            units,
            options & Recurrence.Relu,
          );
          clearRow(dhRow, units);
        }
        copyRow(dz + index * rowBytes, zRow, units);
      }
      multiplyRows(dh, stateBytes, z, stateBytes, packed, <i32>rows, units, units);
    }
    for (let row: usize = 0; row < rows; row++) {
      copyRow(dh0 + (<usize>first + row) * rowBytes, dh + row * stateBytes, units);
    }
  }
}

/** dz[n] = dy[n] · f′, by y = f(z). */
function throughActivation(dz: usize, dy: usize, y: usize, n: i32, isRelu: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = loadVector(dy + at, n - j);
    const value = loadVector(y + at, n - j);
    const dx = isRelu
      ? v128.and(d, f32x4.gt(value, f32x4.splat(0)))
      : f32x4.mul(d, f32x4.sub(one(), f32x4.mul(value, value)));
    storeVector(dz + at, dx, n - j);
  }
}
