// What a GPT learns from: windows of a text, and for each character the one that comes next.
import { arange, data } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** Batches ([characters, positions], characters that come next). */
type Windows = data.Dataset<[[Tensor, Tensor], Tensor]>;

/**
 * Batches ([characters, positions], characters that come next), all [batch, context].
 *
 * @param starts where windows begin, [batch] at a time
 */
export function windowsAt(codes: Tensor, starts: data.Dataset<Tensor>, context: number): Windows {
  const positions = arange(context);
  const further = arange(context + 1);
  return starts.map((start) => {
    const windows = codes.gather(start.expandDims(1).add(further));
    const x = windows.slice(':', [0, context]);
    return [[x, positions.broadcastTo(x.shape)], windows.slice(':', [1, context + 1])];
  });
}

/** All windows that lie side by side in a text, in batches. */
export function allWindows(codes: Tensor, context: number, batchSize = 60): Windows {
  const starts = data.Dataset.fromTensors(arange(0, codes.size - context, context));
  return windowsAt(codes, starts.batch(batchSize), context);
}
