import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isPlainObject } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Initializer } from '../initializers/initializer.js';
import {
  add,
  clip,
  div,
  maximum,
  minimum,
  mul,
  relu,
  reshape,
  sqrt,
  square,
  stopGradient,
  sub,
} from '../../engine/ops/index.js';
import type { Shape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { WeightHolder, WeightOptions } from './core/weight-holder.js';

/** Limits of the correction in batch renormalization. A limit that is missing or null has no effect. */
export interface RenormClipping {
  /** Largest factor r. */
  readonly rmax?: number | null;
  /** Smallest factor r. */
  readonly rmin?: number | null;
  /** Largest absolute value of the offset d. */
  readonly dmax?: number | null;
}

const LIMITS = ['rmax', 'rmin', 'dmax'] as const;

/** The option of such limits. Without renormalization they say nothing, and null stays null. */
export function renormClipping(): Option<RenormClipping | null, RenormClipping | null> {
  return {
    takesNull: true,
    check: (given, { owner, name, object }) => {
      if (given === undefined || given === null) {
        return (object as { readonly renorm: boolean }).renorm ? Object.freeze({}) : null;
      }
      if (!isPlainObject(given)) {
        throw new ValueError(
          `${owner}: ${name} must be an object with some of ${LIMITS.join(', ')}, or null, got ${describeValue(given)}.`,
        );
      }
      checkOptions(`${owner}: ${name}`, given, LIMITS);
      const limits: RenormClipping = given;
      for (const key of LIMITS) {
        const limit = limits[key] ?? null;
        const range = key === 'dmax' ? { min: 0 } : {};
        if (limit !== null) checkNumber(owner, `${name}.${key}`, limit, range);
      }
      const { rmin = null, rmax = null } = limits;
      if (rmin !== null && rmax !== null && rmax < rmin) {
        throw new ValueError(
          `${owner}: ${name}.rmax must be at least rmin, got rmax ${rmax} and rmin ${rmin}.`,
        );
      }
      return Object.freeze({ ...limits });
    },
  };
}

/** What the layer keeps that renormalizes. */
interface Settings {
  readonly momentum: number;
  readonly epsilon: number;
  readonly renormMomentum: number;
  readonly renormClipping: RenormClipping | null;
  readonly movingMeanInitializer: Initializer;
  readonly movingVarianceInitializer: Initializer;
}

/** The statistics of a batch, vectors of the features. */
interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Batch renormalization (Ioffe, 2017): what a batch is normalized by is brought close to moving statistics, by a factor r and
 * an offset d through which no gradient flows.
 */
export class Renormalization {
  readonly #layer: WeightHolder & Settings;
  /** The moving root of the variance, for inference; moving_variance follows from it. */
  readonly #movingDeviation: Variable;
  /** The moving statistics for training. */
  readonly #mean: Variable;
  readonly #deviation: Variable;

  constructor(layer: WeightHolder & Settings, features: number) {
    this.#layer = layer;
    const { movingMeanInitializer, movingVarianceInitializer } = layer;
    const root = (shape: Shape): Tensor => sqrt(movingVarianceInitializer.apply(shape));
    const weight = (name: string, initializer: WeightOptions['initializer'] = root): Variable =>
      layer.addWeight(name, [features], { initializer, trainable: false });
    this.#movingDeviation = weight('moving_stddev');
    this.#mean = weight('renorm_mean', movingMeanInitializer);
    this.#deviation = weight('renorm_stddev');
  }

  /** r and d for a batch, by the moving statistics as they are before it. */
  correction({ mean, variance }: Moments): { readonly r: Tensor; readonly d: Tensor } {
    const { epsilon, renormClipping } = this.#layer;
    const { rmin = null, rmax = null, dmax = null } = renormClipping ?? {};
    const deviation = sqrt(add(stopGradient(variance), epsilon));
    const moving = maximum(this.#deviation.value, Math.sqrt(epsilon));
    let r = div(deviation, moving);
    let d = div(sub(stopGradient(mean), this.#mean.value), moving);
    if (rmin !== null) r = maximum(r, rmin);
    if (rmax !== null) r = minimum(r, rmax);
    if (dmax !== null) d = clip(d, -dmax, dmax);
    return { r, d };
  }

  /** Moves all statistics towards those of a batch. */
  move({ mean, variance }: Moments, movingMean: Variable, movingVariance: Variable): void {
    const { epsilon, momentum, renormMomentum } = this.#layer;
    const deviation = sqrt(add(variance, epsilon));
    moveTowards(this.#mean, mean, renormMomentum);
    moveTowards(this.#deviation, deviation, renormMomentum);
    moveTowards(movingMean, mean, momentum);
    moveTowards(this.#movingDeviation, deviation, momentum);
    // Rounding must not make it negative.
    movingVariance.assign(relu(sub(square(this.#movingDeviation.value), epsilon)));
  }
}

/** moving ← moving · momentum + batch · (1 − momentum). */
export function moveTowards(moving: Variable, batch: Tensor, momentum: number): void {
  const value = reshape(stopGradient(batch), moving.shape);
  moving.assign(add(mul(moving.value, momentum), mul(value, 1 - momentum)));
}
