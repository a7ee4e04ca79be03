// Keras's summary of data that come in batches, for their quantiles: values in order, each with how many values it stands for. It
// is computed in the types in which NumPy does it, as the boundaries of bins are compared with data.

/** Values in ascending order, and how many values each stands for. */
export interface Summary {
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/** The summary of nothing. */
export const NOTHING: Summary = { values: new Float32Array(), weights: new Float32Array() };

/** The summary of a batch: at most 1 / epsilon values, at equal distances. */
function summarize(data: ArrayLike<number>, epsilon: number): Summary {
  const sorted = Float32Array.from(data).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const stride = Math.trunc(step);
  const values = Float32Array.from(
    { length: Math.ceil((sorted.length - Math.trunc(step - 1)) / stride) },
    (_, i) => sorted[Math.trunc(step - 1) + i * stride] ?? 0,
  );
  return { values, weights: new Float32Array(values.length).fill(step) };
}

/** The summary of what was summarized and of further data. */
export function summarizeWith(before: Summary, data: ArrayLike<number>, epsilon: number): Summary {
  const batch = summarize(data, epsilon);
  const values = Float32Array.from([...batch.values, ...before.values]);
  const weights = Float32Array.from([...batch.weights, ...before.weights]);
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return compress(
    {
      values: Float32Array.from(order, (place) => values[place] ?? 0),
      weights: Float32Array.from(order, (place) => weights[place] ?? 0),
    },
    epsilon,
  );
}

/** What separates bins of equally many values. */
export function boundariesOf(summary: Summary, numBins: number): number[] {
  return [...compress(summary, 1 / numBins).values.subarray(0, -1)];
}

/** At most 1 / epsilon values, between which as many lie. */
function compress(summary: Summary, epsilon: number): Summary {
  const { values, weights } = summary;
  if (values.length * epsilon < 1) return summary;
  let sum = 0;
  const sums = weights.map((weight) => (sum = Math.fround(sum + weight)));
  const shares = sums.map((one) => one / sum);
  const count = Math.ceil(1 / epsilon);
  const places = Array.from({ length: count }, (_, i) => epsilon + i * epsilon);
  const newSums = places.map((place) => interpolate(place, shares, sums));
  return {
    values: Float32Array.from(places, (place) => interpolate(place, shares, values)),
    weights: Float32Array.from(newSums, (one, i) => one - (newSums[i - 1] ?? 0)),
  };
}

/** NumPy's `interp`: the value at x of the line through (xs, ys). */
function interpolate(x: number, xs: Float32Array, ys: Float32Array): number {
  const last = xs.length - 1;
  const at = upperBound(xs, x) - 1;
  if (at < 0) return ys[0] ?? 0;
  const [x0 = 0, y0 = 0] = [xs[at], ys[at]];
  if (at >= last || x0 === x) return ys[Math.min(at, last)] ?? 0;
  const slope = ((ys[at + 1] ?? 0) - y0) / ((xs[at + 1] ?? 0) - x0);
  return slope * (x - x0) + y0;
}

/** How many of the ascending numbers are not above x: all, if x is NaN. */
export function upperBound(ascending: Float32Array, x: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < (ascending[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
