// Masks of attention: which keys a query sees.
import { TYPE } from '../../../files/formats/onnx/types.js';
import { binary, cast } from './elementwise.js';
import type { GraphWriter } from './graph-writer.js';
import { expandDims, measured } from './shapes.js';
import type { Written } from './written.js';

export const both = (w: GraphWriter, a: Written, b: Written): Written =>
  binary(w, 'And', a, b, TYPE.bool);

/** All masks together; null if there is none. */
export function allOf(w: GraphWriter, masks: readonly (Written | null)[]): Written | null {
  const given = masks.filter((mask) => mask !== null);
  return given.length === 0 ? null : given.reduce((a, b) => both(w, a, b));
}

/**
 * The band of a matrix [queries, keys] in which keys lie at most `before` behind, and at most `after` ahead of, the query of the
 * same number; without a limit all of that side.
 *
 * @param rowsOf a tensor and which of its axes has the queries
 * @param columnsOf a tensor and which of its axes has the keys
 */
export function band(
  w: GraphWriter,
  rowsOf: readonly [Written, number],
  columnsOf: readonly [Written, number],
  limits: { readonly before?: number; readonly after?: number },
): Written {
  const [[rows, rowAxis], [columns, columnAxis]] = [rowsOf, columnsOf];
  const [queries, keys] = [rows.shape[rowAxis] ?? null, columns.shape[columnAxis] ?? null];
  const { before = Infinity, after = Infinity } = limits;
  if (queries !== null && keys !== null) {
    const data = Uint8Array.from({ length: queries * keys }, (_, i) => {
      const ahead = (i % keys) - Math.floor(i / keys);
      return ahead <= after && -ahead <= before ? 1 : 0;
    });
    return w.array({ shape: [queries, keys], type: TYPE.bool, data });
  }
  const lengths = [measured(w, rows, rowAxis), measured(w, columns, columnAxis)];
  const shape = w.one('Concat', lengths, [2], TYPE.int64, { axis: 0 });
  const ones = w.one('Expand', [w.floats(1), shape], [queries, keys], TYPE.float);
  const lower = Number.isFinite(after) ? triangle(w, ones, after, 0) : ones;
  const inside = Number.isFinite(before) ? triangle(w, lower, -before, 1) : lower;
  return cast(w, inside, TYPE.bool);
}

const triangle = (w: GraphWriter, x: Written, k: number, upper: 0 | 1): Written =>
  w.one('Trilu', [x, w.whole(k)], x.shape, x.type, { upper });

/** A mask of steps [batch, …] with an axis before its last one. */
export const ofKeys = (w: GraphWriter, mask: Written): Written => expandDims(w, mask, -2);
