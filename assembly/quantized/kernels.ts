// Weights that are stored in less room than float32 (forms.ts): read, packed for the matrix product piece by piece, and
// multiplied by one row. The numbers that a product multiplies are those that `readQuantized` gives, and an element is one
// sum over k in order, so the bits are those of the product of the float32 matrix.
import { Epilogue, StoredForm } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { flagsOf, NR_BYTES } from '../gemm/pack';
import { loadLanes, madd, padLanes, storeLanes } from '../lanes';
import { scratchStride, GRAIN, shareBegin, shareEnd } from '../split';
import { NR } from '../tuning';
import { Float16, Form, Int8, Int8ByRow, Uint8, Uint16, valuesAt } from './forms';

/**
 * out[i, n] = row i of the stored matrix or, if `indices` is not 0, row indices[i], as float32. The indices are in range.
 * @cost 0.3 rows·n
 * @module quantized
 */
export function readQuantized(
  thread: i32,
  threads: i32,
  out: usize,
  stored: usize,
  form: StoredForm,
  scales: usize,
  indices: usize,
  rows: i32,
  n: i32,
): void {
  const begin = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  if (form == StoredForm.Int8) readRows<Int8>(out, stored, scales, indices, begin, end, n);
  else if (form == StoredForm.Int8ByRow) {
    readRows<Int8ByRow>(out, stored, scales, indices, begin, end, n);
  } else if (form == StoredForm.Float16) {
    readRows<Float16>(out, stored, scales, indices, begin, end, n);
  } else if (form == StoredForm.Uint8) {
    readRows<Uint8>(out, stored, scales, indices, begin, end, n);
  } else readRows<Uint16>(out, stored, scales, indices, begin, end, n);
}

function readRows<T extends Form>(
  out: usize,
  stored: usize,
  scales: usize,
  indices: usize,
  begin: i32,
  end: i32,
  n: i32,
): void {
  const t = changetype<T>(0);
  for (let i: usize = begin; i < <usize>end; i++) {
    const row: usize = indices ? <usize>load<u32>(indices + (i << 2)) : i;
    let from = stored + row * <usize>n * t.bytes();
    let scale = scales + row * t.rowBytes();
    let to = out + ((i * <usize>n) << 2);
    let j = n;
    for (; j >= 4; j -= 4, to += 16, from += 4 * t.bytes(), scale += 4 * t.columnBytes()) {
      v128.store(to, valuesAt<T>(from, scale));
    }
    if (j > 0) storeLanes(to, valuesAt<T>(from, scale), j);
  }
}

/**
 * packed = the columns from `first` on of the stored matrix [k, n], `columns` of them, in the panels of gemmPackB. Split over
 * panels.
 * @cost 0.3 k·columns
 * @module quantized
 */
export function packQuantized(
  thread: i32,
  threads: i32,
  packed: usize,
  stored: usize,
  form: StoredForm,
  scales: usize,
  k: i32,
  n: i32,
  first: i32,
  columns: i32,
): void {
  const panels = (columns + NR - 1) / NR;
  const begin = shareBegin(panels, thread, threads, 1);
  const end = shareEnd(panels, thread, threads, 1);
  // No number is NaN or infinite.
  const flags = flagsOf(packed, k, columns);
  memory.fill(flags + ((<usize>begin) << 2), 0, (<usize>(end - begin)) << 2);
  for (let panel = begin; panel < end; panel++) {
    const to = packed + <usize>panel * <usize>k * NR_BYTES;
    const column = first + panel * NR;
    const width = min(NR, columns - panel * NR);
    if (form == StoredForm.Int8) packPanel<Int8>(to, stored, scales, k, n, column, width);
    else if (form == StoredForm.Float16) {
      packPanel<Float16>(to, stored, scales, k, n, column, width);
    } else if (form == StoredForm.Uint8) {
      packPanel<Uint8>(to, stored, scales, k, n, column, width);
    } else packPanel<Uint16>(to, stored, scales, k, n, column, width);
  }
}

/** A panel of NR columns, those beyond `width` zero. */
function packPanel<T extends Form>(
  to: usize,
  stored: usize,
  scales: usize,
  k: i32,
  n: i32,
  column: i32,
  width: i32,
): void {
  const t = changetype<T>(0);
  const bytes = t.bytes();
  const zero = i32x4.splat(0);
  let from = stored + <usize>column * bytes;
  const scale = scales + <usize>column * t.columnBytes();
  const next: usize = 4 * t.columnBytes();
  for (let p = 0; p < k; p++, from += <usize>n * bytes, to += NR_BYTES) {
    let x0 = valuesAt<T>(from, scale);
    let x1 = valuesAt<T>(from + 4 * bytes, scale + next);
    let x2 = valuesAt<T>(from + 8 * bytes, scale + 2 * next);
    if (width < NR) {
      x0 = padLanes(x0, zero, width);
      x1 = padLanes(x1, zero, width - 4);
      x2 = padLanes(x2, zero, width - 8);
    }
    v128.store(to, x0);
    v128.store(to, x1, 16);
    v128.store(to, x2, 32);
  }
}

/** Rows of the matrix that are read at once: as many streams, and a sum is read and written once for all. */
const ROWS: i32 = 4;

// @ts-ignore: decorator
@inline
function scratchBytes(k: i32): usize {
  return scratchStride((<usize>(k + 1)) << 3);
}

/**
 * Bytes of scratch that `gemvQuantized` needs.
 * @module quantized
 */
export function gemvQuantizedScratchBytes(k: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(k);
}

/**
 * c[n] = activation(a[k] · B[k,n] + bias[n]) with a stored B; `bias` 0 for none. Rows of B whose element of A is zero are not
 * read. Split over columns.
 * @cost 0.15 n·k
 * @module quantized
 */
export function gemvQuantized(
  thread: i32,
  threads: i32,
  c: usize,
  a: usize,
  stored: usize,
  form: StoredForm,
  scales: usize,
  bias: usize,
  n: i32,
  k: i32,
  activation: Epilogue,
  scratch: usize,
): void {
  const begin = shareBegin(n, thread, threads, GRAIN);
  const columns = shareEnd(n, thread, threads, GRAIN) - begin;
  if (columns <= 0) return;
  scratch += <usize>thread * scratchBytes(k);
  c += (<usize>begin) << 2;
  memory.fill(c, 0, (<usize>columns) << 2);
  if (form == StoredForm.Int8) addRows<Int8>(c, a, stored, scales, begin, columns, n, k, scratch);
  else if (form == StoredForm.Float16) {
    addRows<Float16>(c, a, stored, scales, begin, columns, n, k, scratch);
  } else if (form == StoredForm.Uint8) {
    addRows<Uint8>(c, a, stored, scales, begin, columns, n, k, scratch);
  } else addRows<Uint16>(c, a, stored, scales, begin, columns, n, k, scratch);
  if (bias || activation) {
    epilogue(c, 0, 1, columns, bias ? bias + ((<usize>begin) << 2) : 0, activation);
  }
}

/** c[columns] += a · B, in the order of the rows. Scratch: what is not zero in a, then where its rows lie. */
function addRows<T extends Form>(
  c: usize,
  a: usize,
  stored: usize,
  scales: usize,
  begin: i32,
  columns: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const t = changetype<T>(0);
  const first = stored + <usize>begin * t.bytes();
  scales += <usize>begin * t.columnBytes();
  const rows = scratch + ((<usize>(k + 1)) << 2);
  let end: usize = 0;
  for (let p: usize = 0; p < <usize>k; p++) {
    const bits = load<i32>(a + (p << 2));
    store<i32>(scratch + end, bits);
    store<u32>(rows + end, <u32>(first + p * <usize>n * t.bytes()));
    // Shifting the sign out makes −0 count as zero; no branch, since zeros come in no order.
    end += (<usize>(bits << 1 != 0)) << 2;
  }
  let i: usize = 0;
  for (; i + 4 * ROWS <= end; i += 4 * ROWS) {
    const a0 = v128.load32_splat(scratch + i);
    const a1 = v128.load32_splat(scratch + i, 4);
    const a2 = v128.load32_splat(scratch + i, 8);
    const a3 = v128.load32_splat(scratch + i, 12);
    const r0: usize = load<u32>(rows + i);
    const r1: usize = load<u32>(rows + i, 4);
    const r2: usize = load<u32>(rows + i, 8);
    const r3: usize = load<u32>(rows + i, 12);
    let to = c;
    let scale = scales;
    let at: usize = 0;
    let j = columns;
    // Eight numbers of a row are read at once (int8, 784 × 512: 111 → 71 µs).
    for (; j >= 8; j -= 8, to += 32, at += 8 * t.bytes(), scale += 8 * t.columnBytes()) {
      const next = scale + 4 * t.columnBytes();
      let low = v128.load(to);
      let high = v128.load(to, 16);
      let x = t.load8(r0 + at);
      low = madd(a0, t.low(x, scale), low);
      high = madd(a0, t.high(x, next), high);
      x = t.load8(r1 + at);
      low = madd(a1, t.low(x, scale), low);
      high = madd(a1, t.high(x, next), high);
      x = t.load8(r2 + at);
      low = madd(a2, t.low(x, scale), low);
      high = madd(a2, t.high(x, next), high);
      x = t.load8(r3 + at);
      low = madd(a3, t.low(x, scale), low);
      high = madd(a3, t.high(x, next), high);
      v128.store(to, low);
      v128.store(to, high, 16);
    }
    for (; j > 0; j -= 4, to += 16, at += 4 * t.bytes(), scale += 4 * t.columnBytes()) {
      let sum = j >= 4 ? v128.load(to) : loadLanes(to, j);
      sum = madd(a0, valuesAt<T>(r0 + at, scale), sum);
      sum = madd(a1, valuesAt<T>(r1 + at, scale), sum);
      sum = madd(a2, valuesAt<T>(r2 + at, scale), sum);
      sum = madd(a3, valuesAt<T>(r3 + at, scale), sum);
      if (j >= 4) v128.store(to, sum);
      else storeLanes(to, sum, j);
    }
  }
  for (; i < end; i += 4) {
    const a0 = v128.load32_splat(scratch + i);
    const r0: usize = load<u32>(rows + i);
    let to = c;
    let scale = scales;
    let at: usize = 0;
    let j = columns;
    for (; j > 0; j -= 4, to += 16, at += 4 * t.bytes(), scale += 4 * t.columnBytes()) {
      const sum = madd(a0, valuesAt<T>(r0 + at, scale), j >= 4 ? v128.load(to) : loadLanes(to, j));
      if (j >= 4) v128.store(to, sum);
      else storeLanes(to, sum, j);
    }
  }
}
