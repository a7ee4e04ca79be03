// A segment of prediction, batch after batch.
import type { Tensor } from 'lanegrad';
import type { Segment } from '../peers/protocol.js';

/** Instead of a loss it returns the mean square of the outputs. Reading the outputs is timed. */
export function predictSegment(
  predict: (batch: Tensor) => Tensor,
  x: Tensor,
  batchSize: number,
  steps: number,
): Segment {
  const batches = Array.from({ length: steps }, (_, i) =>
    x.slice([i * batchSize, (i + 1) * batchSize]),
  );
  let seconds = 0;
  let squares = 0;
  for (const batch of batches) {
    const started = performance.now();
    const outputs = predict(batch);
    const values = outputs.data();
    seconds += (performance.now() - started) / 1000;
    let sum = 0;
    for (const value of values) sum += value ** 2;
    squares += sum / values.length;
    outputs.dispose();
    batch.dispose();
  }
  return { seconds, loss: squares / steps };
}
