// The gated recurrent unit, all steps of a row of the batch in one call:
//
//   z, r = σ(x·W + b + h·U + d)   g = tanh(x·W + b + r · (h·U + d))   h ← z · h + (1 − z) · g      columns z, r, h
//
// where d is the recurrent bias. With the reset gate before the product there is no d, and g = tanh(x·W + b + (r · h)·U).
// How rows are walked is told in lstm.ts. What is written at each step, and read on the way back, all in the order of x:
//
//   gates[n, steps, 3·units]: first x·W + b, then z, r, g      before[n, steps, units]: h before the step
//   inner[n, steps, units]: h·U + d of the last gate, if the reset gate comes after the product
//
// Scratch of one thread:
//
//   z: ROWS × panels of 3·units and one │ h, r · h: ROWS × panels of units
import { Recurrence } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { SigmoidForm } from '../math/sigmoid';
import { TanhForm } from '../math/tanh';
import { NR_BYTES } from '../gemm/pack';
import { apart, shareBegin, shareEnd } from '../split';
import { MR, RECURRENT_ROWS } from '../tuning';
import { isMasked, timeOf } from './mask';
import {
  activateRow,
  addRow,
  addRows,
  clearRow,
  copyRow,
  multiplyRows,
  panelRowBytes,
  rowsTogether,
} from './rows';

const ROWS: usize = RECURRENT_ROWS;

/** Bytes of a row of z: the product for the last gate alone may begin anywhere, and writes whole panels. */
function gateRowBytes(units: i32): usize {
  return panelRowBytes(3 * units) + NR_BYTES;
}

function scratchBytes(units: i32): usize {
  return apart(ROWS * (gateRowBytes(units) + 2 * panelRowBytes(units)));
}

/**
 * Bytes of scratch that `gruForward` and `gruBackward` need with this many threads.
 * @part recurrent
 */
export function gruScratchBytes(units: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(units);
}

/**
 * Walks through the steps of a GRU. `out` gets the outputs [n, steps, units] in the order of the steps, then h[n, units].
 * `gates` holds x·W + b. `packed` is U[units, 3·units], packed by gemmPackB; if the reset gate comes before the product,
 * `packed` is the first 2·units columns of U and `packedLast` the others. `bias` is d[3·units] or 0, `mask` is 0 or
 * [n, steps]. If `before` is 0 the gates are not written and nothing is kept.
 * @cost 0.2 n·steps·units·units
 * @part recurrent
 * @inPlace
 */
export function gruForward(
  thread: i32,
  threads: i32,
  out: usize,
  gates: usize,
  inner: usize,
  before: usize,
  h0: usize,
  packed: usize,
  packedLast: usize,
  bias: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const isAfter = (options & Recurrence.ResetAfter) != 0;
  const zBytes = gateRowBytes(units);
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const z = scratch + <usize>thread * scratchBytes(units);
  const h = z + ROWS * zBytes;
  const resets = h + ROWS * stateBytes;
  const hOut = out + <usize>n * <usize>steps * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 3);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    // The rows that fill up the last tile are zeros.
    memory.fill(z, 0, ROWS * (zBytes + 2 * stateBytes));
    for (let row: usize = 0; row < rows; row++) {
      copyRow(h + row * stateBytes, h0 + (<usize>first + row) * rowBytes, units);
    }
    for (let step = 0; step < steps; step++) {
      const time = <usize>timeOf(step, steps, options);
      for (let row: usize = 0; row < rows; row++) {
        const zRow = z + row * zBytes;
        const index = (<usize>first + row) * <usize>steps + time;
        const from = gates + index * 3 * rowBytes;
        if (!isAfter) copyRow(zRow, from, 3 * units);
        else if (bias) {
          addRows(zRow, from, bias, 2 * units);
          copyRow(zRow + 2 * rowBytes, bias + 2 * rowBytes, units);
        } else {
          copyRow(zRow, from, 2 * units);
          clearRow(zRow + 2 * rowBytes, units);
        }
      }
      multiplyRows(
        z,
        zBytes,
        h,
        stateBytes,
        packed,
        <i32>rows,
        isAfter ? 3 * units : 2 * units,
        units,
      );
      for (let row: usize = 0; row < rows; row++) {
        const index = (<usize>first + row) * <usize>steps + time;
        const hRow = h + row * stateBytes;
        if (before) copyRow(before + index * rowBytes, hRow, units);
        if (isMasked(mask, index)) continue;
        const zRow = z + row * zBytes;
        const from = gates + index * 3 * rowBytes;
        const kept = before ? from : zRow;
        activateRow<SigmoidForm>(kept, zRow, 2 * units);
        const last = zRow + 2 * rowBytes;
        if (isAfter) {
          if (before) copyRow(inner + index * rowBytes, last, units);
          resetProduct(last, kept + rowBytes, from + 2 * rowBytes, units);
        } else multiplyElements(resets + row * stateBytes, kept + rowBytes, hRow, units);
      }
      if (!isAfter) {
        multiplyRows(
          z + 2 * rowBytes,
          zBytes,
          resets,
          stateBytes,
          packedLast,
          <i32>rows,
          units,
          units,
        );
      }
      for (let row: usize = 0; row < rows; row++) {
        const start = (<usize>first + row) * <usize>steps;
        const index = start + time;
        const hRow = h + row * stateBytes;
        const y = out + (start + <usize>step) * rowBytes;
        if (isMasked(mask, index)) {
          if (isZero) clearRow(y, units);
          else copyRow(y, hRow, units);
        } else {
          const zRow = z + row * zBytes;
          const kept = before ? gates + index * 3 * rowBytes : zRow;
          activateRow<TanhForm>(kept + 2 * rowBytes, zRow + 2 * rowBytes, units);
          mix(y, hRow, kept, units);
        }
      }
    }
    for (let row: usize = 0; row < rows; row++) {
      copyRow(hOut + (<usize>first + row) * rowBytes, h + row * stateBytes, units);
    }
  }
}

/** to[n] = x[n] + r[n] · to[n] */
function resetProduct(to: usize, r: usize, x: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const product = f32x4.mul(loadVector(r + at, n - j), loadVector(to + at, n - j));
    storeVector(to + at, f32x4.add(loadVector(x + at, n - j), product), n - j);
  }
}

/** to[n] = a[n] · b[n] */
function multiplyElements(to: usize, a: usize, b: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    storeVector(to + at, f32x4.mul(loadVector(a + at, n - j), loadVector(b + at, n - j)), n - j);
  }
}

/** y, h ← z · h + (1 − z) · g */
function mix(y: usize, h: usize, gates: usize, units: i32): void {
  const rowBytes = (<usize>units) << 2;
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const z = loadVector(gates + at, count);
    const g = loadVector(gates + 2 * rowBytes + at, count);
    const old = f32x4.mul(z, loadVector(h + at, count));
    const mixed = f32x4.add(old, f32x4.mul(f32x4.sub(one(), z), g));
    storeVector(h + at, mixed, count);
    storeVector(y + at, mixed, count);
  }
}

/**
 * Walks back through the steps of a GRU. `dz`[n, steps, 3·units] gets the gradient of x·W + b and, if the reset gate comes
 * after the product, `dinner`[n, steps, 3·units] that of h·U + d, both in the order of x. `dh0` gets the gradient of h before
 * the first step, `dout` is the gradient of `out`, in the same form. `packed` is the transpose of U, [3·units, units],
 * packed by gemmPackB; if the reset gate comes before the product, of its first 2·units columns, and `packedLast` of the
 * others.
 * @cost 0.2 n·steps·units·units
 * @part recurrent
 */
export function gruBackward(
  thread: i32,
  threads: i32,
  dz: usize,
  dinner: usize,
  dh0: usize,
  dout: usize,
  gates: usize,
  inner: usize,
  before: usize,
  packed: usize,
  packedLast: usize,
  mask: usize,
  n: i32,
  steps: i32,
  units: i32,
  options: i32,
  scratch: usize,
): void {
  const isAfter = (options & Recurrence.ResetAfter) != 0;
  const zBytes = gateRowBytes(units);
  const rowBytes = (<usize>units) << 2;
  const stateBytes = panelRowBytes(units);
  const z = scratch + <usize>thread * scratchBytes(units);
  const dh = z + ROWS * zBytes;
  const resets = dh + ROWS * stateBytes;
  const dhOut = dout + <usize>n * <usize>steps * rowBytes;
  const isZero = (options & Recurrence.ZeroOutput) != 0;
  const together = rowsTogether(units, 3);
  const end = shareEnd(n, thread, threads, MR);
  for (let first = shareBegin(n, thread, threads, MR); first < end; first += together) {
    const rows = <usize>min(together, end - first);
    memory.fill(z, 0, ROWS * (zBytes + 2 * stateBytes));
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
        const zRow = z + row * zBytes;
        const to = dz + index * 3 * rowBytes;
        if (isMasked(mask, index)) {
          if (!isZero) addRow(dhRow, dy, units);
          clearRow(zRow, 3 * units);
          clearRow(to, 3 * units);
          if (isAfter) clearRow(dinner + index * 3 * rowBytes, 3 * units);
        } else {
          const kept = gates + index * 3 * rowBytes;
          const product = isAfter ? inner + index * rowBytes : 0;
          stepBack(to, zRow, dhRow, dy, kept, product, before + index * rowBytes, units);
          if (isAfter) copyRow(dinner + index * 3 * rowBytes, zRow, 3 * units);
        }
      }
      if (isAfter) {
        multiplyRows(dh, stateBytes, z, zBytes, packed, <i32>rows, units, 3 * units);
        continue;
      }
      memory.fill(resets, 0, rows * stateBytes);
      multiplyRows(
        resets,
        stateBytes,
        z + 2 * rowBytes,
        zBytes,
        packedLast,
        <i32>rows,
        units,
        units,
      );
      for (let row: usize = 0; row < rows; row++) {
        const index = (<usize>first + row) * <usize>steps + time;
        if (isMasked(mask, index)) continue;
        const r = gates + (index * 3 + 1) * rowBytes;
        const dr = dz + (index * 3 + 1) * rowBytes;
        const h = before + index * rowBytes;
        resetBack(dr, dh + row * stateBytes, resets + row * stateBytes, r, h, units);
        copyRow(z + row * zBytes + rowBytes, dr, units);
      }
      multiplyRows(dh, stateBytes, z, zBytes, packed, <i32>rows, units, 2 * units);
    }
    for (let row: usize = 0; row < rows; row++) {
      copyRow(dh0 + (<usize>first + row) * rowBytes, dh + row * stateBytes, units);
    }
  }
}

/**
 * Gradients of one row: `to` of x·W + b, `z` of h·U + d; dh keeps what does not go through a product. Without `inner` the
 * reset gate has no gradient yet, and those of the others are the same in both.
 */
function stepBack(
  to: usize,
  z: usize,
  dh: usize,
  dy: usize,
  gates: usize,
  inner: usize,
  before: usize,
  units: i32,
): void {
  const rowBytes = (<usize>units) << 2;
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const unit = one();
    const update = loadVector(gates + at, count);
    const g = loadVector(gates + 2 * rowBytes + at, count);
    const dhHere = f32x4.add(loadVector(dh + at, count), loadVector(dy + at, count));
    storeVector(dh + at, f32x4.mul(dhHere, update), count);
    const rest = f32x4.sub(unit, update);
    const difference = f32x4.sub(loadVector(before + at, count), g);
    const dUpdate = f32x4.mul(f32x4.mul(dhHere, difference), f32x4.mul(update, rest));
    const dg = f32x4.mul(f32x4.mul(dhHere, rest), f32x4.sub(unit, f32x4.mul(g, g)));
    storeVector(to + at, dUpdate, count);
    storeVector(z + at, dUpdate, count);
    storeVector(to + 2 * rowBytes + at, dg, count);
    if (inner) {
      const r = loadVector(gates + rowBytes + at, count);
      const dr = f32x4.mul(
        f32x4.mul(dg, loadVector(inner + at, count)),
        f32x4.mul(r, f32x4.sub(unit, r)),
      );
      storeVector(to + rowBytes + at, dr, count);
      storeVector(z + rowBytes + at, dr, count);
      storeVector(z + 2 * rowBytes + at, f32x4.mul(dg, r), count);
    } else storeVector(z + 2 * rowBytes + at, dg, count);
  }
}

/** dr from the gradient of r · h, and that of h in dh. */
function resetBack(dr: usize, dh: usize, resets: usize, r: usize, h: usize, units: i32): void {
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const reset = loadVector(r + at, count);
    const d = loadVector(resets + at, count);
    const gate = f32x4.mul(reset, f32x4.sub(one(), reset));
    storeVector(dr + at, f32x4.mul(f32x4.mul(d, loadVector(h + at, count)), gate), count);
    storeVector(dh + at, f32x4.add(loadVector(dh + at, count), f32x4.mul(d, reset)), count);
  }
}
