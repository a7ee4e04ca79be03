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

// @ts-ignore: decorator
@inline
function finish(c: usize, bias: usize, count: i32, hasBias: bool, activation: Epilogue): void {
  let x = loadVector(c, count);
  if (hasBias) x = f32x4.add(x, loadVector(bias, count));
  storeVector(c, activate(x, activation), count);
}

/** Vectors from c to `end`: a loop of its own for each case, since one that holds a call keeps no vector in a register. */
// @ts-ignore: decorator
@inline
function finishVectors(
  c: usize,
  end: usize,
  bias: usize,
  hasBias: bool,
  activation: Epilogue,
): void {
  for (; c < end; c += 16) {
    finish(c, bias, 4, hasBias, activation);
    if (hasBias) bias += 16;
  }
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
  const whole = (<usize>(columns & ~3)) << 2;
  const hasBias = bias != 0;
  for (; rows > 0; rows--, c += rowBytes) {
    const end = c + whole;
    if (activation == Epilogue.Tanh) {
      for (let at: usize = 0; at < whole; at += 16)
        finish(c + at, bias + at, 4, hasBias, Epilogue.Tanh);
    } else if (!hasBias) {
      finishVectors(c, end, 0, false, Epilogue.Relu);
    } else if (activation == Epilogue.Relu) {
      finishVectors(c, end, bias, true, Epilogue.Relu);
    } else finishVectors(c, end, bias, true, Epilogue.None);
    if (columns & 3) finish(end, bias + whole, columns & 3, hasBias, activation);
  }
}
