// The long short-term memory, all steps of a row of the batch in one call:
//
//   i = σ(zᵢ)   f = σ(z_f)   g = tanh(z_c)   o = σ(zₒ)      z = x·W + b + h·U, columns in this order
//   c ← f · c + i · g        h ← o · tanh c
//
// Rows do not depend on each other, so a thread walks through all steps of its rows, and U stays in its caches. What is
// written at each step, and read on the way back:
//
//   gates[n, steps, 4·units]: first x·W + b, then i, f, g, o      before[n, steps, units]: h before the step
//   cells[n, steps, units]: c after each step, in the order of the steps; all others are in the order of x
//
// Scratch of one thread:
//
//   z: ROWS × panels of 4·units │ h, c: ROWS × panels of units │ tanh c: a row
import { Recurrence } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { SigmoidForm } from '../math/sigmoid';
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
  const z = panelRowBytes(4 * units);
  const state = panelRowBytes(units);
  return apart(ROWS * (z + 2 * state) + state);
}

/**
 * Bytes of scratch that `lstmForward` and `lstmBackward` need with this many threads.
 * @part recurrent
 */
export function lstmScratchBytes(units: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(units);
}

/**
 * Walks through the steps of an LSTM. `out` gets the outputs [n, steps, units] in the order of the steps, then h[n, units],
 * then c[n, units]. `gates` holds x·W + b. `packed` is U[units, 4·units], packed by gemmPackB. `mask` is 0 or
 * [n, steps]. If `cells` is 0 the gates are not written and nothing is kept.
 * @cost 0.25 n·steps·units·units
 * @part recurrent
 * @inPlace
 */
export function lstmForward(
  thread: i32,
  threads: i32,
  out: usize,
  gates: usize,
  cells: usize,
  before: usize,
  h0: usize,
  c0: usize,
  packed: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const zBytes = panelRowBytes(4 * units);
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const z = scratch + <usize>thread * scratchBytes(units);
  const h = z + ROWS * zBytes;
  const c = h + ROWS * stateBytes;
  const tanhs = c + ROWS * stateBytes;
  const hOut = out + <usize>n * <usize>steps * rowBytes;
  const cOut = hOut + <usize>n * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 4);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    // The rows that fill up the last tile are zeros.
    memory.fill(z, 0, ROWS * (zBytes + stateBytes));
    for (let row: usize = 0; row < rows; row++) {
      const at = (<usize>first + row) * rowBytes;
      copyRow(h + row * stateBytes, h0 + at, units);
      copyRow(c + row * stateBytes, c0 + at, units);
    }
    for (let step = 0; step < steps; step++) {
      const time = <usize>timeOf(step, steps, options);
      for (let row: usize = 0; row < rows; row++) {
        const index = (<usize>first + row) * <usize>steps + time;
        copyRow(z + row * zBytes, gates + index * 4 * rowBytes, 4 * units);
      }
      multiplyRows(z, zBytes, h, stateBytes, packed, <i32>rows, 4 * units, units);
      for (let row: usize = 0; row < rows; row++) {
        const start = (<usize>first + row) * <usize>steps;
        const index = start + time;
        const y = out + (start + <usize>step) * rowBytes;
        const hRow = h + row * stateBytes;
        const cRow = c + row * stateBytes;
        if (cells) copyRow(before + index * rowBytes, hRow, units);
        if (isMasked(mask, index)) {
          if (isZero) clearRow(y, units);
          else copyRow(y, hRow, units);
        } else {
          const zRow = z + row * zBytes;
          const kept = cells ? gates + index * 4 * rowBytes : zRow;
          stepForward(kept, zRow, hRow, cRow, tanhs, units);
          copyRow(y, hRow, units);
        }
        if (cells) copyRow(cells + (start + <usize>step) * rowBytes, cRow, units);
      }
    }
    for (let row: usize = 0; row < rows; row++) {
      const at = (<usize>first + row) * rowBytes;
      copyRow(hOut + at, h + row * stateBytes, units);
      copyRow(cOut + at, c + row * stateBytes, units);
    }
  }
}

/** Gates of z, then c and h of one row. */
function stepForward(gates: usize, z: usize, h: usize, c: usize, tanhs: usize, units: i32): void {
  const rowBytes = (<usize>units) << 2;
  activateRow<SigmoidForm>(gates, z, 2 * units);
  activateRow<TanhForm>(gates + 2 * rowBytes, z + 2 * rowBytes, units);
  activateRow<SigmoidForm>(gates + 3 * rowBytes, z + 3 * rowBytes, units);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const i = loadVector(gates + at, count);
    const f = loadVector(gates + rowBytes + at, count);
    const g = loadVector(gates + 2 * rowBytes + at, count);
    const cell = f32x4.add(f32x4.mul(f, v128.load(c + at)), f32x4.mul(i, g));
    v128.store(c + at, cell);
  }
  activateRow<TanhForm>(tanhs, c, units);
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const o = loadVector(gates + 3 * rowBytes + at, units - j);
    storeVector(h + at, f32x4.mul(o, v128.load(tanhs + at)), units - j);
  }
}

/**
 * Walks back through the steps of an LSTM. `dgates`[n, steps, 4·units] gets the gradient of x·W + b + h·U in the order of
 * x, `dstates` the gradients of h and of c before the first step, [n, units] each. `dout` is the gradient of `out`, in the
 * same form. `packed` is the transpose of U, [4·units, units], packed by gemmPackB.
 * @cost 0.25 n·steps·units·units
 * @part recurrent
 */
export function lstmBackward(
  thread: i32,
  threads: i32,
  dgates: usize,
  dstates: usize,
  dout: usize,
  gates: usize,
  cells: usize,
  c0: usize,
  packed: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const dzBytes = panelRowBytes(4 * units);
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const dz = scratch + <usize>thread * scratchBytes(units);
  const dh = dz + ROWS * dzBytes;
  const dc = dh + ROWS * stateBytes;
  const tanhs = dc + ROWS * stateBytes;
  const dhOut = dout + <usize>n * <usize>steps * rowBytes;
  const dcOut = dhOut + <usize>n * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 4);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    memory.fill(dz, 0, ROWS * (dzBytes + stateBytes));
    for (let row: usize = 0; row < rows; row++) {
      const at = (<usize>first + row) * rowBytes;
      copyRow(dh + row * stateBytes, dhOut + at, units);
      copyRow(dc + row * stateBytes, dcOut + at, units);
    }
    for (let step = steps - 1; step >= 0; step--) {
      const time = <usize>timeOf(step, steps, options);
      for (let row: usize = 0; row < rows; row++) {
        const start = (<usize>first + row) * <usize>steps;
        const index = start + time;
        const dy = dout + (start + <usize>step) * rowBytes;
        const dhRow = dh + row * stateBytes;
        const dzRow = dz + row * dzBytes;
        if (isMasked(mask, index)) {
          if (!isZero) addRow(dhRow, dy, units);
          clearRow(dzRow, 4 * units);
        } else {
          const cell = cells + (start + <usize>step) * rowBytes;
          const cellBefore = step > 0 ? cell - rowBytes : c0 + (<usize>first + row) * rowBytes;
          activateRow<TanhForm>(tanhs, cell, units);
          const kept = gates + index * 4 * rowBytes;
          stepBackward(dzRow, dhRow, dc + row * stateBytes, dy, kept, cellBefore, tanhs, units);
        }
        copyRow(dgates + index * 4 * rowBytes, dzRow, 4 * units);
      }
      multiplyRows(dh, stateBytes, dz, dzBytes, packed, <i32>rows, units, 4 * units);
    }
    for (let row: usize = 0; row < rows; row++) {
      const at = (<usize>first + row) * rowBytes;
      copyRow(dstates + at, dh + row * stateBytes, units);
      copyRow(dstates + <usize>n * rowBytes + at, dc + row * stateBytes, units);
    }
  }
}

/** dz and dc of one row. What is left of dh without the product is 0. */
function stepBackward(
  dz: usize,
  dh: usize,
  dc: usize,
  dy: usize,
  gates: usize,
  cellBefore: usize,
  tanhs: usize,
  units: i32,
): void {
  const rowBytes = (<usize>units) << 2;
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const i = loadVector(gates + at, count);
    const f = loadVector(gates + rowBytes + at, count);
    const g = loadVector(gates + 2 * rowBytes + at, count);
    const o = loadVector(gates + 3 * rowBytes + at, count);
    const t = v128.load(tanhs + at);
    const dhHere = f32x4.add(v128.load(dh + at), loadVector(dy + at, count));
    v128.store(dh + at, f32x4.splat(0));
    const unit = one();
    const dt = f32x4.mul(f32x4.mul(dhHere, o), f32x4.sub(unit, f32x4.mul(t, t)));
    const dcHere = f32x4.add(v128.load(dc + at), dt);
    v128.store(dc + at, f32x4.mul(dcHere, f));
    const di = f32x4.mul(f32x4.mul(dcHere, g), f32x4.mul(i, f32x4.sub(unit, i)));
    const df = f32x4.mul(
      f32x4.mul(dcHere, loadVector(cellBefore + at, count)),
      f32x4.mul(f, f32x4.sub(unit, f)),
    );
    const dg = f32x4.mul(f32x4.mul(dcHere, i), f32x4.sub(unit, f32x4.mul(g, g)));
    const dO = f32x4.mul(f32x4.mul(dhHere, t), f32x4.mul(o, f32x4.sub(unit, o)));
    storeVector(dz + at, di, count);
    storeVector(dz + rowBytes + at, df, count);
    storeVector(dz + 2 * rowBytes + at, dg, count);
    storeVector(dz + 3 * rowBytes + at, dO, count);
  }
}
