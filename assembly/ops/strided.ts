// Copying between two strided views: slices, flips, broadcasts, permutations, parts of an output.

import { forEachRow } from '../layout';
import { fillWords } from './fill';

/**
 * out[…] = x[…] over the nest of `layout` = [rank, shape, outStride, xStride], for elements of 4 bytes or of 1 byte.
 * Any strides; no two steps may write one element, and the two sides may not overlap. Rows that are contiguous on
 * both sides run at the speed of memory.copy.
 * @cost 0.3 size(layout)
 */
export function copyStrided(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  layout: usize,
  elementBytes: i32,
): void {
  forEachRow(thread, threads, 0, out, x, layout, 0, elementBytes, elementBytes, copyRow);
}

function copyRow(
  elementBytes: i32,
  _: usize,
  out: usize,
  x: usize,
  n: i32,
  outStep: i32,
  xStep: i32,
): void {
  if (outStep == 1 && xStep == 1) {
    copyBytes(out, x, n * elementBytes);
  } else if (elementBytes == 4) {
    if (outStep == 1 && xStep == 0) {
      fillWords(out, n, load<i32>(x));
      return;
    }
    for (; n > 0; n--) {
      store<i32>(out, load<i32>(x));
      out += outStep << 2;
      x += xStep << 2;
    }
  } else if (outStep == 1 && xStep == 0) {
    memory.fill(out, load<u8>(x), n);
  } else {
    for (; n > 0; n--) {
      store<u8>(out, load<u8>(x));
      out += outStep;
      x += xStep;
    }
  }
}

/** memory.copy for runs of any length: an engine may leave Wasm for it, which costs more than a short run. */
export function copyBytes(out: usize, x: usize, bytes: usize): void {
  if (bytes > 256) {
    memory.copy(out, x, bytes);
    return;
  }
  for (; bytes >= 16; bytes -= 16) {
    v128.store(out, v128.load(x));
    out += 16;
    x += 16;
  }
  for (; bytes >= 4; bytes -= 4) {
    store<i32>(out, load<i32>(x));
    out += 4;
    x += 4;
  }
  for (; bytes > 0; bytes--) store<u8>(out++, load<u8>(x++));
}
