// The gated recurrent unit:
//
//   z, r = σ(x·W + b + h·U + d)   g = tanh(x·W + b + r · (h·U + d))   h ← z · h + (1 − z) · g      columns z, r, g
//
// where d is the recurrent bias, and `inner` is h·U + d of the last gate, step by step. With the reset gate before the
// product there is no d, g = tanh(x·W + b + (r · h)·U), and `inner` is r · h, in the order of x.
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { SigmoidForm } from '../math/sigmoid';
import { TanhForm } from '../math/tanh';
import { Cell, OneProductCell } from './cell';
import { activateRow, addRows, clearRow, copyRow, withoutTraces } from './rows';
import { Walk } from './walk';

/** The reset gate is applied after the product. */
@unmanaged
export class GruAfterCell extends OneProductCell {
  /** z of the last gate begins without x, whose part waits in `extra`. */
  begin(w: Walk): void {
    const units = w.units;
    const z = w.zRow;
    const last = z + 2 * w.rowBytes;
    const bias = w.stateBias;
    w.addBias(w.extraRow, 2 * units, units);
    w.addBias(z, 0, 2 * units);
    if (bias) {
      addRows(z, z, bias, 2 * units);
      copyRow(last, bias + 2 * w.rowBytes, units);
    } else clearRow(last, units);
  }

  forward(w: Walk): void {
    const units = w.units;
    const rowBytes = w.rowBytes;
    const z = w.zRow;
    const last = z + 2 * rowBytes;
    const gates = w.gatesRow;
    activateRow<SigmoidForm>(gates, z, 2 * units);
    if (w.before) copyRow(w.inner + w.savedIndex * rowBytes, last, units);
    resetProduct(last, gates + rowBytes, w.extraRow, units);
    finish(w);
  }

  touch(w: Walk): u32 {
    const bytes = w.rowBytes;
    return (
      w.touchRow(w.before + w.index * bytes, bytes) |
      w.touchRow(w.inner + w.savedIndex * bytes, bytes)
    );
  }

  back(w: Walk): void {
    stepBack(w, w.inner + w.savedIndex * w.rowBytes);
  }
}

/** The reset gate is applied before the product: `extra` is r · h. */
@unmanaged
export class GruBeforeCell extends Cell {
  @inline
  isTwice(): bool {
    return true;
  }

  begin(w: Walk): void {
    w.addBias(w.zRow, 0, w.columns);
  }

  between(w: Walk): void {
    const gates = w.gatesRow;
    activateRow<SigmoidForm>(gates, w.zRow, 2 * w.units);
    multiplyElements(w.extraRow, gates + w.rowBytes, w.hRow, w.units);
    if (w.before) copyRow(w.inner + w.index * w.rowBytes, w.extraRow, w.units);
  }

  forward(w: Walk): void {
    finish(w);
  }

  touch(w: Walk): u32 {
    return w.touchRow(w.before + w.index * w.rowBytes, w.rowBytes);
  }

  back(w: Walk): void {
    stepBack(w, 0);
  }

  betweenBack(w: Walk): void {
    const units = w.units;
    const rowBytes = w.rowBytes;
    const dr = w.dz + w.index * w.gatesBytes + rowBytes;
    const h = w.before + w.index * rowBytes;
    resetBack(dr, w.hRow, w.extraRow, w.gatesRow + rowBytes, h, units);
    copyRow(w.zRow + rowBytes, dr, units);
  }
}

/** The last gate, then h and the output. */
function finish(w: Walk): void {
  const units = w.units;
  const gates = w.gatesRow;
  const last: usize = 2 * w.rowBytes;
  activateRow<TanhForm>(gates + last, w.zRow + last, units);
  mix(w.yRow, w.hRow, gates, units);
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
 * Gradients of x·W + b in `dz`, of h·U + d in z, whose last gate is `dlast` too. Without `inner` (0) the reset gate has no
 * gradient yet, and those of the others are the same in both.
 */
function stepBack(w: Walk, inner: usize): void {
  const units = w.units;
  const rowBytes = w.rowBytes;
  const z = w.zRow;
  const dh = w.hRow;
  const dy = w.yRow;
  const gates = w.gatesRow;
  const before = w.before + w.index * rowBytes;
  // The gradient of x·W + b in the last gate, where that of h·U + d is another one.
  const last = inner ? w.extraRow : z + 2 * rowBytes;
  for (let j = 0; j < units; j += 4) {
    const at = (<usize>j) << 2;
    const count = units - j;
    const unit = one();
    const update = loadVector(gates + at, count);
    const g = loadVector(gates + 2 * rowBytes + at, count);
    const sum = f32x4.add(loadVector(dh + at, count), loadVector(dy + at, count));
    const dhHere = withoutTraces(sum);
    storeVector(dh + at, f32x4.mul(dhHere, update), count);
    const rest = f32x4.sub(unit, update);
    const difference = f32x4.sub(loadVector(before + at, count), g);
    const dUpdate = f32x4.mul(f32x4.mul(dhHere, difference), f32x4.mul(update, rest));
    const dg = f32x4.mul(f32x4.mul(dhHere, rest), f32x4.sub(unit, f32x4.mul(g, g)));
    storeVector(z + at, dUpdate, count);
    storeVector(last + at, dg, count);
    if (inner) {
      const r = loadVector(gates + rowBytes + at, count);
      const dr = f32x4.mul(
        f32x4.mul(dg, loadVector(inner + at, count)),
        f32x4.mul(r, f32x4.sub(unit, r)),
      );
      storeVector(z + rowBytes + at, dr, count);
      storeVector(z + 2 * rowBytes + at, f32x4.mul(dg, r), count);
    }
  }
  const to = w.dz + w.index * w.gatesBytes;
  copyRow(to, z, 2 * units);
  copyRow(to + 2 * rowBytes, last, units);
  if (inner) copyRow(w.dlast + w.index * rowBytes, z + 2 * rowBytes, units);
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
