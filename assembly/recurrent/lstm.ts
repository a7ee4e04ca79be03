// The long short-term memory:
//
//   i = σ(zᵢ)   f = σ(z_f)   g = tanh(z_c)   o = σ(zₒ)      z = x·W + b + h·U, columns in this order
//   c ← f · c + i · g        h ← o · tanh c
//
// `inner` is c after each step, and then its tanh.
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { SigmoidForm } from '../math/sigmoid';
import { TanhForm } from '../math/tanh';
import { OneProductCell } from './cell';
import { activateRow, copyRow, withoutTraces } from './rows';
import { Walk } from './walk';

@unmanaged
export class LstmCell extends OneProductCell {
  begin(w: Walk): void {
    w.addBias(w.zRow, 0, w.columns);
  }

  forward(w: Walk): void {
    const units = w.units;
    const rowBytes = w.rowBytes;
    const z = w.zRow;
    const h = w.hRow;
    const c = w.extraRow;
    const y = w.yRow;
    const tanhs = w.before ? w.tanhsRow() : w.spare;
    const gates = w.gatesRow;
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
      const out = f32x4.mul(o, loadVector(tanhs + at, units - j));
      storeVector(h + at, out, units - j);
      storeVector(y + at, out, units - j);
    }
  }

  touch(w: Walk): u32 {
    const bytes = w.rowBytes;
    return w.touchRow(w.inner + w.savedIndex * bytes, bytes) | w.touchRow(w.tanhsRow(), bytes);
  }

  /** What is left of dh without the product is 0. */
  back(w: Walk): void {
    const units = w.units;
    const rowBytes = w.rowBytes;
    const dz = w.zRow;
    const dh = w.hRow;
    const dc = w.extraRow;
    const dy = w.yRow;
    const tanhs = w.tanhsRow();
    const gates = w.gatesRow;
    const after = w.inner + w.savedIndex * rowBytes;
    const cellBefore =
      w.step > 0 ? after - w.savedStepStride * rowBytes : w.c0 + w.sample * rowBytes;
    for (let j = 0; j < units; j += 4) {
      const at = (<usize>j) << 2;
      const count = units - j;
      const i = loadVector(gates + at, count);
      const f = loadVector(gates + rowBytes + at, count);
      const g = loadVector(gates + 2 * rowBytes + at, count);
      const o = loadVector(gates + 3 * rowBytes + at, count);
      const t = loadVector(tanhs + at, count);
      const dhHere = withoutTraces(f32x4.add(v128.load(dh + at), loadVector(dy + at, count)));
      v128.store(dh + at, f32x4.splat(0));
      const unit = one();
      const dt = f32x4.mul(f32x4.mul(dhHere, o), f32x4.sub(unit, f32x4.mul(t, t)));
      const dcHere = withoutTraces(f32x4.add(v128.load(dc + at), dt));
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
    copyRow(w.dz + w.index * w.gatesBytes, dz, w.columns);
  }
}
