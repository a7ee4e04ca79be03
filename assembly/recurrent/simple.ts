// The simple recurrent layer: h ← f(x·W + b + h·U), f = tanh or relu. It has no `inner`, and its gate is the new h.
import { RecurrentCell } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { one } from '../math/polynomial';
import { TanhForm } from '../math/tanh';
import { OneProductCell } from './cell';
import { activateRow, addRow, clearRow, copyRow, withoutTraces } from './rows';
import { Walk } from './walk';

@unmanaged
export class SimpleCell extends OneProductCell {
  begin(w: Walk): void {
    w.addBias(w.zRow, 0, w.units);
  }

  forward(w: Walk): void {
    const units = w.units;
    const h = w.hRow;
    if (w.cell == RecurrentCell.Relu) rectify(h, w.zRow, units);
    else activateRow<TanhForm>(h, w.zRow, units);
    copyRow(w.yRow, h, units);
    if (w.gates) copyRow(w.gatesRow, h, units);
  }

  touch(w: Walk): u32 {
    return 0;
  }

  back(w: Walk): void {
    const units = w.units;
    const dh = w.hRow;
    const dz = w.zRow;
    addRow(dh, w.yRow, units);
    throughActivation(dz, dh, w.gatesRow, units, w.cell == RecurrentCell.Relu);
    clearRow(dh, units);
    copyRow(w.dz + w.index * w.gatesBytes, dz, units);
  }
}

/** to[n] = max(x[n], 0); NaN stays NaN. */
function rectify(to: usize, x: usize, n: i32): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    storeVector(to + at, f32x4.max(loadVector(x + at, n - j), f32x4.splat(0)), n - j);
  }
}

/** dz[n] = dy[n] · f′, by y = f(z). */
function throughActivation(dz: usize, dy: usize, y: usize, n: i32, isRelu: bool): void {
  for (let j = 0; j < n; j += 4) {
    const at = (<usize>j) << 2;
    const d = withoutTraces(loadVector(dy + at, n - j));
    const value = loadVector(y + at, n - j);
    const dx = isRelu
      ? v128.and(d, f32x4.gt(value, f32x4.splat(0)))
      : f32x4.mul(d, f32x4.sub(one(), f32x4.mul(value, value)));
    storeVector(dz + at, dx, n - j);
  }
}
