import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { shareBegin, shareEnd } from '../split';

/**
 * c[rows, columns] = activation(c + bias[columns]); `bias` 0 for none, which then needs an activation.
 * @module windows
 * @cost 0.1 rows·columns
 * @inPlace
 */
export function finishRows(
  thread: i32,
  threads: i32,
  c: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  activation: Epilogue,
): void {
  const rowBytes = (<usize>columns) << 2;
  const begin = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  epilogue(c + <usize>begin * rowBytes, rowBytes, end - begin, columns, bias, activation);
}
