// Training step by step, for contenders that have no loop of their own. Runs in Node and in a page.

/** Copies rows order[from … to) of (·, columns) together. */
function gather(values, order, from, to, columns) {
  const out = new values.constructor((to - from) * columns);
  for (let i = from; i < to; i++) {
    const row = order[i] * columns;
    out.set(values.subarray(row, row + columns), (i - from) * columns);
  }
  return out;
}

/** Seconds for `steps` steps, gathering of batches included, and the mean loss of their samples. */
export async function train({ rows, inputs, classes, batchSize, x, y }, step, order, steps) {
  let total = 0;
  let samples = 0;
  const started = performance.now();
  for (let i = 0; i < steps; i++) {
    const from = i * batchSize;
    const to = Math.min(from + batchSize, rows);
    const loss = await step(
      gather(x, order, from, to, inputs),
      gather(y, order, from, to, classes),
      to - from,
    );
    total += loss * (to - from);
    samples += to - from;
  }
  return { seconds: (performance.now() - started) / 1000, loss: total / samples };
}
