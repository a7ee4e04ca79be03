// What is done to a finished piece of C while it is still in L1: add the bias, apply the activation.
import { Epilogue } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { tanhF32x4 } from '../math/tanh';

// @ts-ignore: decorator
@inline
function activate(x: v128, activation: Epilogue): v128 {
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
  activation: Epilogue,
): void {
  for (let row = 0; row < rows; row++, c += rowBytes) {
    for (let j = 0; j < columns; j += 4) {
      const at = (<usize>j) << 2;
      let x = loadVector(c + at, columns - j);
      if (bias) x = f32x4.add(x, loadVector(bias + at, columns - j));
      storeVector(c + at, activate(x, activation), columns - j);
    }
  }
}
