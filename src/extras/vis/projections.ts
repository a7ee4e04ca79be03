// Points of many axes on a plane: principal components, and t-SNE.
import { exp, log } from '../../config/elementary.js';
import { checkNumber, checkOptions } from '../../config/index.js';
import { cast, matmul, pad, svd, takeAlongAxis, transpose } from '../../engine/ops/index.js';
import { tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { loops } from '../../nn/training/loops/chunk.js';
import type { PauseClock } from '../../nn/training/loops/index.js';
import { refuse, refuseShape, valuesOf, wholeNumber } from './spec.js';

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
  const most = Math.min(...samplesOf(owner, x).shape);
  const components = wholeNumber(owner, 'components', options.components ?? 2, most);
  return tidy(() => {
    const all = cast(toTensor(x), 'float32');
    const centred = all.sub(all.mean(0, true));
    const axes = svd(centred, false)[2].slice([0, components]);
    const largest = takeAlongAxis(axes, axes.abs().argmax(1).reshape([-1, 1]), 1);
    return matmul(centred, transpose(axes.mul(largest.sign())));
  });
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
 * @throws ShapeError for another shape or too many samples, ValueError for a perplexity that is not below their number, or NaN and
 * infinity.
 * @example const { embedding, klDivergence } = await vis.tsne(model.weights[0].value, { perplexity: 10 });
 */
export async function tsne(x: TensorLike, options: TsneOptions = {}): Promise<TsneResult> {
  const owner = 'tsne';
  checkOptions(owner, options, ['perplexity', 'maxIter', 'learningRate']);
  const { shape, data } = samplesOf(owner, x);
  const [samples = 0, features = 0] = shape;
  if (samples > MAX_SAMPLES) {
    refuseShape(owner, 'x', `at most ${MAX_SAMPLES} samples, as all pairs are compared`, shape);
  }
  const perplexity = checkNumber(owner, 'perplexity', options.perplexity ?? 30, { min: 1, below: samples }); // prettier-ignore
  const maxIter = wholeNumber(owner, 'maxIter', options.maxIter ?? 1000, 10_000, EXPLORATION);
  const rate = checkNumber(owner, 'learningRate', options.learningRate ?? Math.max(samples / EXAGGERATION / 4, 50), { min: 1e-6 }); // prettier-ignore
  const clock = await loops.use(async ({ PauseClock: Clock }) => new Clock('auto'));
  const p = tensor(await affinities(data, samples, features, perplexity, clock), { shape: [samples, samples] }); // prettier-ignore
  try {
    const place = startOf(x, Math.min(2, samples, features));
    const velocity = new Float32Array(2 * samples);
    const gains = new Float32Array(2 * samples).fill(1);
    let klDivergence = 0;
    for (let step = 0; step < maxIter; step++) {
      const isEarly = step < EXPLORATION;
      const { gradient, divergence } = gradientAt(p, place, samples, isEarly ? EXAGGERATION : 1, step === maxIter - 1); // prettier-ignore
      klDivergence = divergence;
      move(place, velocity, gains, gradient, rate, isEarly ? 0.5 : 0.8);
      if (clock.afterBatch()) await clock.pause();
    }
    return { embedding: tensor(place, { shape: [samples, 2] }), klDivergence };
  } finally {
    p.dispose();
  }
}

function samplesOf(owner: string, x: TensorLike): ReturnType<typeof valuesOf> {
  const values = valuesOf(owner, 'x', x, 2);
  if (values.data.length === 0) refuseShape(owner, 'x', 'of at least one sample', values.shape);
  const bad = values.data.find((value: number) => !Number.isFinite(value));
  if (bad !== undefined) refuse(owner, 'x', 'of finite numbers', bad);
  return values;
}

/** A start so small that no pair is far apart: the first principal component has the deviation 1e-4, and there is a second. */
function startOf(x: TensorLike, components: number): Float32Array<ArrayBuffer> {
  return tidy(() => {
    const plane = pad(pca(x, { components }), [[0, 0], [0, 2 - components]]); // prettier-ignore
    const deviation = plane.std(0).data()[0] ?? 0;
    return plane.mul(1e-4 / (deviation || 1)).data('float32');
  });
}

/** Joint probabilities of pairs, whose bandwidths give each sample the same perplexity; 0 of a sample with itself. */
async function affinities(
  data: ArrayLike<number>,
  samples: number,
  features: number,
  perplexity: number,
  clock: PauseClock,
): Promise<Float32Array<ArrayBuffer>> {
  const joint = new Float32Array(samples * samples);
  const distances = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < samples; j++) {
      let sum = 0;
      for (let k = 0; k < features; k++) {
        sum += ((data[i * features + k] ?? 0) - (data[j * features + k] ?? 0)) ** 2;
      }
      distances[j] = i === j ? Infinity : sum;
    }
    neighbours(distances, log(perplexity)).forEach((share, j) => {
      for (const at of [i * samples + j, j * samples + i]) {
        joint[at] = (joint[at] ?? 0) + share / (2 * samples);
      }
    });
    if (clock.afterBatch()) await clock.pause();
  }
  return joint;
}

/** Probabilities of a sample's neighbours, of that entropy: exp(−β d), normalized, with β by bisection. */
function neighbours(distances: Float64Array, entropy: number): Float64Array {
  const nearest = distances.reduce((a, b) => Math.min(a, b));
  const far = distances.map((distance) => distance - nearest);
  let [beta, low, high, sum] = [1, 0, Infinity, 1];
  const row = new Float64Array(far.length);
  for (let turn = 0; turn < 100; turn++) {
    let weighted = 0;
    sum = 0;
    far.forEach((distance, j) => {
      const weight = exp(-beta * distance);
      row[j] = weight;
      sum += weight;
      if (weight > 0) weighted += weight * distance;
    });
    const difference = log(sum) + (beta * weighted) / sum - entropy;
    if (Math.abs(difference) < 1e-5) break;
    if (difference > 0) low = beta;
    else high = beta;
    beta = high === Infinity ? beta * 2 : (low + high) / 2;
  }
  return row.map((weight) => weight / sum);
}

/** 4 Σⱼ (e pᵢⱼ − qᵢⱼ) wᵢⱼ (yᵢ − yⱼ) with w = 1 / (1 + |yᵢ − yⱼ|²) and q = w / Σ w, and at the end Σ p log(p / q). */
function gradientAt(
  p: Tensor,
  place: Float32Array<ArrayBuffer>,
  samples: number,
  exaggeration: number,
  isLast: boolean,
): { readonly gradient: ArrayLike<number>; readonly divergence: number } {
  return tidy(() => {
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
    const divergence = isLast ? p.mul(p.maximum(1e-12).div(q).log()).sum().item() : 0;
    return { gradient: gradient.data(), divergence };
  });
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
