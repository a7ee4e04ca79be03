// What is done to a finished piece of C while it is still in L1: add the bias, apply the activation.
import { Epilogue } from '../codes';
import { loadLanes, storeLanes } from '../lanes';
import { tanhF32x4 } from '../math/tanh';

// @ts-ignore: decorator
@inline
function activate(x: v128, activation: i32): v128 {
  // NaN > 0 is false, but relu(NaN) must stay NaN: max propagates it.
  if (activation == Epilogue.Relu) return f32x4.max(x, f32x4.splat(0));
  if (activation == Epilogue.Tanh) return tanhF32x4(x);
  return x;
}

/** c[rows,columns] = activation(c + bias[columns]); `bias` 0 for none. */
export function epilogue(
  c: usize,
  rowBytes: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  activation: i32,
): void {
  const rest = columns & 3;
  const wide = <usize>(columns - rest) << 2;
  for (let row = 0; row < rows; row++, c += rowBytes) {
    for (let j: usize = 0; j < wide; j += 16) {
      let x = v128.load(c + j);
      if (bias) x = f32x4.add(x, v128.load(bias + j));
      v128.store(c + j, activate(x, activation));
    }
    if (rest) {
      let x = loadLanes(c + wide, rest);
      if (bias) x = f32x4.add(x, loadLanes(bias + wide, rest));
      storeLanes(c + wide, activate(x, activation), rest);
    }
  }
}
