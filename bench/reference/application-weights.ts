// The rule by which models of keras.applications get their weights in tests and benchmarks: numbers from the position of an
// element, in a range that the name of the weight says.

/** The place of the input among the tensors of the rule. */
const INPUT = 1_000_000;

interface Weight {
  readonly path: string;
  readonly shape: readonly number[];
  write(values: Float32Array<ArrayBuffer>): void;
}

/** `offset + scale · u` with u uniform in [−1, 1), from the position of the element, of the tensor, and the seed. */
function byRule(
  size: number,
  place: number,
  seed: number,
  offset: number,
  scale: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size);
  const start = Math.imul(place, 0x85ebca77) + Math.imul(seed, 0xc2b2ae3d) + 1;
  for (let i = 0; i < size; i++) {
    let x = (Math.imul(i, 0x9e3779b1) + start) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    values[i] = offset + scale * ((x >>> 0) / 2 ** 31 - 1);
  }
  return values;
}

function rangeOf(path: string, shape: readonly number[], gain: number): readonly [number, number] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(gamma|variable(_\d+)?|moving_variance|variance)$/.test(name)) return [1, 0.1];
  if (/^(beta|bias|moving_mean|mean)$/.test(name)) return [0, 0.1];
  if (name === 'count') return [0, 0];
  // No architecture has a convolution of images with one filter: where the last axis is 1 it is a depthwise one.
  const isDepthwise = name === 'depthwise_kernel' || (shape.length === 4 && shape[3] === 1);
  const lengths = isDepthwise ? shape.slice(0, 2) : shape.slice(0, -1);
  return [0, Math.sqrt((3 * gain) / lengths.reduce((product, length) => product * length, 1))];
}

/** Numbers of the input, in [offset − scale, offset + scale). */
export function inputByRule(
  size: number,
  seed: number,
  { offset, scale } = { offset: 0, scale: 1 },
): Float32Array<ArrayBuffer> {
  return byRule(size, INPUT, seed, offset, scale);
}

/** Writes all weights of a model, and gives the first number of each. */
export function weightsByRule(weights: readonly Weight[], seed: number, gain: number): number[] {
  return weights.map((weight, place) => {
    const size = weight.shape.reduce((product, length) => product * length, 1);
    const values = byRule(size, place, seed, ...rangeOf(weight.path, weight.shape, gain));
    weight.write(values);
    return values[0] ?? NaN;
  });
}
