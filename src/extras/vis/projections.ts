// Points of many axes on a plane: principal components, and t-SNE.
import { checkNumber, checkOptions } from '../../config/index.js';
import { cast, concat, eigh, matmul, transpose } from '../../engine/ops/index.js';
import { tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { untracked, valuesOf } from './spec.js';

/** Options of `pca`. */
export interface PcaOptions {
  /** The number of components to keep. Default 2. */
  readonly components?: number;
}

/**
 * Principal component analysis: projects samples to the axes along which they vary most. Signs are those of scikit-learn's
 * `PCA`: the largest weight of an axis is positive.
 *
 * @param x samples [samples, features]
 * @returns [samples, components], which you dispose of
 * @throws ShapeError for a wrong shape, ValueError for more components than samples or features, or for NaN and infinity.
 * @example const plane = vis.pca([[1, 2, 3], [4, 5, 7], [7, 8, 8]]);
 */
export function pca(x: TensorLike, options: PcaOptions = {}): Tensor {
  const owner = 'pca';
  checkOptions(owner, options, ['components']);
  const { shape } = samplesOf(owner, x);
  const [samples = 0, features = 0] = shape;
  const components = checkNumber(owner, 'components', options.components ?? 2, {
    min: 1,
    integer: true,
  });
  if (components > Math.min(samples, features)) {
    throw new ValueError(`${owner}: there are at most ${Math.min(samples, features)} components of samples [${samples}, ${features}], got components: ${components}.`); // prettier-ignore
  }
  return tidy(() => {
    const all = cast(toTensor(x), 'float32');
    const centred = all.sub(all.mean(0, true));
    // Of many features the products of samples are the smaller matrix; both have the same components.
    if (features <= samples) {
      const [, vectors] = eigh(matmul(transpose(centred), centred));
      const axes = signed(lastColumns(vectors, components));
      return matmul(centred, axes);
    }
    const [, vectors] = eigh(matmul(centred, transpose(centred)));
    const chosen = matmul(transpose(centred), lastColumns(vectors, components));
    const lengths = chosen.square().sum(0, true).sqrt();
    return matmul(centred, signed(chosen.div(lengths.maximum(1e-12))));
  });
}

/** Eigenvectors come in the order of rising eigenvalues: the last ones, the largest first. */
function lastColumns(vectors: Tensor, count: number): Tensor {
  const columns = vectors.shape[1] ?? 0;
  const chosen = Array.from({ length: count }, (_, i) => vectors.slice(':', [columns - 1 - i, columns - i])); // prettier-ignore
  return concat(chosen, 1);
}

/** Columns turned so that their largest element, by size, is positive. */
function signed(columns: Tensor): Tensor {
  const [rows = 0, count = 0] = columns.shape;
  const data = columns.data();
  const signs = new Float32Array(count);
  for (let column = 0; column < count; column++) {
    let largest = 0;
    for (let row = 0; row < rows; row++) {
      const value = data[row * count + column] ?? 0;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    signs[column] = largest < 0 ? -1 : 1;
  }
  return columns.mul(tensor(signs));
}

/** Options of `tsne`. */
export interface TsneOptions {
  /** Roughly the number of neighbours of a sample, usually 5 to 50. Default 30. */
  readonly perplexity?: number;
  /** The number of steps, the first 250 of which pull neighbours together. Default 1000. */
  readonly maxIter?: number;
  /** The learning rate. Default: samples / 48, at least 50, as scikit-learn's `'auto'`. */
  readonly learningRate?: number;
}

/** The embedding, and how far its neighbourhoods are from those of the samples. */
export interface TsneResult {
  /** [samples, 2], which you dispose of. */
  readonly embedding: Tensor;
  /** The Kullback-Leibler divergence Σ p log(p / q) at the end. */
  readonly klDivergence: number;
}

/** Each step takes all pairs of samples. */
const MAX_SAMPLES = 5000;

const EXPLORATION = 250;
const EXAGGERATION = 12;

/**
 * t-SNE: samples on a plane where neighbours stay neighbours (van der Maaten & Hinton, 2008). The exact method with all pairs,
 * with the schedule and the start of scikit-learn's `TSNE`: principal components, a phase of exaggeration, momentum and gains. The
 * same samples give the same plane.
 *
 * @param x samples [samples, features], at most 5,000
 * @throws ShapeError for another shape, ValueError for too many samples, a perplexity that is not below their number, or NaN and
 * infinity.
 * @example const { embedding, klDivergence } = await vis.tsne(model.weights[0].value, { perplexity: 10 });
 */
export async function tsne(x: TensorLike, options: TsneOptions = {}): Promise<TsneResult> {
  const owner = 'tsne';
  checkOptions(owner, options, ['perplexity', 'maxIter', 'learningRate']);
  const { shape, data } = samplesOf(owner, x);
  const [samples = 0, features = 0] = shape;
  if (samples > MAX_SAMPLES) {
    throw new ValueError(`${owner}: at most ${MAX_SAMPLES} samples, as all pairs are compared; got ${samples}. Take some of them.`); // prettier-ignore
  }
  const perplexity = checkNumber(owner, 'perplexity', options.perplexity ?? 30, { min: 1 });
  const maxIter = checkNumber(owner, 'maxIter', options.maxIter ?? 1000, {
    min: 250,
    max: 10_000,
    integer: true,
  });
  if (perplexity >= samples) {
    throw new ValueError(
      `${owner}: perplexity must be below the number of samples, ${samples}, got ${perplexity}.`,
    );
  }
  const rate = checkNumber(owner, 'learningRate', options.learningRate ?? Math.max(samples / EXAGGERATION / 4, 50), { min: 1e-6 }); // prettier-ignore
  const p = tensor(affinities(data, samples, features, perplexity), { shape: [samples, samples] });
  const begin = features < 2 ? wide(data) : untracked(() => pca(x).data());
  const place = scaled(begin, samples);
  const velocity = new Float32Array(2 * samples);
  const gains = new Float32Array(2 * samples).fill(1);
  let klDivergence = 0;
  try {
    for (let step = 0; step < maxIter; step++) {
      const isEarly = step < EXPLORATION;
      const { gradient, divergence } = gradientAt(p, place, samples, isEarly ? EXAGGERATION : 1, step === maxIter - 1); // prettier-ignore
      klDivergence = divergence;
      move(place, velocity, gains, gradient, rate, isEarly ? 0.5 : 0.8);
      // A page stays responsive.
      if (step % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    p.dispose();
  }
  return { embedding: tensor(place, { shape: [samples, 2] }), klDivergence };
}

function samplesOf(owner: string, x: TensorLike): ReturnType<typeof valuesOf> {
  const values = valuesOf(owner, 'x', x, 2);
  if (values.shape.some((length) => length === 0)) {
    throw new ShapeError(
      `${owner}: x has no samples or no features: [${values.shape.join(', ')}].`,
    );
  }
  for (const value of values.data) {
    if (!Number.isFinite(value))
      throw new ValueError(`${owner}: x holds ${value}. Leave such samples out.`);
  }
  return values;
}

/** One feature as a plane. */
function wide(data: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: 2 * data.length }, (_, i) =>
    i % 2 === 0 ? (data[i / 2] ?? 0) : 0,
  );
}

/** A start so small that no pair is far apart: the first axis has the deviation 1e-4. */
function scaled(place: ArrayLike<number>, samples: number): Float32Array<ArrayBuffer> {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < samples; i++) {
    const value = place[2 * i] ?? 0;
    sum += value;
    squares += value * value;
  }
  const deviation = Math.sqrt(Math.max(0, squares / samples - (sum / samples) ** 2)) || 1;
  return Float32Array.from(place, (value) => (value / deviation) * 1e-4);
}

/** Joint probabilities of pairs, whose bandwidths give each sample the same perplexity. */
function affinities(
  data: ArrayLike<number>,
  samples: number,
  features: number,
  perplexity: number,
): Float32Array<ArrayBuffer> {
  const joint = new Float32Array(samples * samples);
  const distances = new Float64Array(samples);
  const row = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    let nearest = Infinity;
    for (let j = 0; j < samples; j++) {
      let sum = 0;
      for (let k = 0; k < features; k++) {
        const difference = (data[i * features + k] ?? 0) - (data[j * features + k] ?? 0);
        sum += difference * difference;
      }
      distances[j] = sum;
      if (j !== i && sum < nearest) nearest = sum;
    }
    conditional(distances, i, nearest, Math.log(perplexity), row);
    for (let j = 0; j < samples; j++) {
      const half = (row[j] ?? 0) / (2 * samples);
      joint[i * samples + j] = (joint[i * samples + j] ?? 0) + half;
      joint[j * samples + i] = (joint[j * samples + i] ?? 0) + half;
    }
  }
  return joint.map((value) => Math.max(value, 1e-12));
}

/** Probabilities of a sample's neighbours, of that entropy: exp(−β d), normalized, with β by bisection. */
function conditional(
  distances: Float64Array,
  own: number,
  nearest: number,
  entropy: number,
  row: Float64Array,
): void {
  let [beta, low, high] = [1, 0, Infinity];
  for (let turn = 0; turn < 100; turn++) {
    let [sum, weighted] = [0, 0];
    distances.forEach((distance, j) => {
      const far = distance - nearest;
      const weight = j === own ? 0 : Math.exp(-beta * far);
      row[j] = weight;
      sum += weight;
      weighted += weight * far;
    });
    row.forEach((weight, j) => {
      row[j] = weight / sum;
    });
    const difference = Math.log(sum) + (beta * weighted) / sum - entropy;
    if (Math.abs(difference) < 1e-5) return;
    if (difference > 0) low = beta;
    else high = beta;
    beta = high === Infinity ? beta * 2 : (low + high) / 2;
  }
}

/** 4 Σⱼ (e pᵢⱼ − qᵢⱼ) wᵢⱼ (yᵢ − yⱼ) with w = 1 / (1 + |yᵢ − yⱼ|²) and q = w / Σ w, and at the end Σ p log(p / q). */
function gradientAt(
  p: Tensor,
  place: Float32Array<ArrayBuffer>,
  samples: number,
  exaggeration: number,
  isLast: boolean,
): { readonly gradient: ArrayLike<number>; readonly divergence: number } {
  return untracked(() => {
    const y = tensor(place, { shape: [samples, 2] });
    const norms = y.square().sum(1, true);
    const squared = norms
      .add(transpose(norms))
      .sub(matmul(y, transpose(y)).mul(2))
      .maximum(0);
    const weights = tensor(1).div(squared.add(1));
    // A sample is no neighbour of its own: its weight, which is 1, does not count.
    const total = weights.sum().item() - samples;
    const q = weights.div(total).maximum(1e-12);
    const forces = p.mul(exaggeration).sub(q).mul(weights);
    const gradient = forces.sum(1, true).mul(y).sub(matmul(forces, y)).mul(4);
    const divergence = isLast ? p.mul(p.div(q).log()).sum().item() - ownPart(p, q) : 0;
    return { gradient: gradient.data(), divergence };
  });
}

/** The part of samples with themselves. */
function ownPart(p: Tensor, q: Tensor): number {
  const [a, b, count] = [p.data(), q.data(), p.shape[0] ?? 0];
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [own, other] = [a[i * count + i] ?? 0, b[i * count + i] ?? 1];
    sum += own * Math.log(own / other);
  }
  return sum;
}

/** A step with momentum; gains grow where the gradient keeps its direction. */
function move(
  place: Float32Array,
  velocity: Float32Array,
  gains: Float32Array,
  gradient: ArrayLike<number>,
  rate: number,
  momentum: number,
): void {
  for (let i = 0; i < place.length; i++) {
    const [slope, speed] = [gradient[i] ?? 0, velocity[i] ?? 0];
    const gain = slope * speed < 0 ? (gains[i] ?? 1) + 0.2 : (gains[i] ?? 1) * 0.8;
    gains[i] = Math.max(gain, 0.01);
    velocity[i] = momentum * speed - rate * (gains[i] ?? 1) * slope;
    place[i] = (place[i] ?? 0) + (velocity[i] ?? 0);
  }
}
