import type { Pointer } from './kernels.js';

/** The kernels that write weights: a pass of each optimizer, and random numbers. They can be split over threads. */
export interface UpdateKernels {
  // optimizers/
  sgd(
    w: Pointer,
    g: Pointer,
    velocity: Pointer,
    n: number,
    learningRate: number,
    momentum: number,
    nesterov: number,
  ): void;
  adam(
    w: Pointer,
    g: Pointer,
    mean: Pointer,
    meanSquare: Pointer,
    largest: Pointer,
    n: number,
    stepSize: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  adamax(
    w: Pointer,
    g: Pointer,
    mean: Pointer,
    norm: Pointer,
    n: number,
    stepSize: number,
    oneMinusBeta1: number,
    beta2: number,
    epsilon: number,
  ): void;
  nadam(
    w: Pointer,
    g: Pointer,
    mean: Pointer,
    meanSquare: Pointer,
    n: number,
    meanFactor: number,
    gradientFactor: number,
    squareFactor: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  adagrad(
    w: Pointer,
    g: Pointer,
    accumulator: Pointer,
    n: number,
    learningRate: number,
    epsilon: number,
  ): void;
  adadelta(
    w: Pointer,
    g: Pointer,
    meanSquare: Pointer,
    meanSquareStep: Pointer,
    n: number,
    learningRate: number,
    rho: number,
    epsilon: number,
  ): void;
  lion(
    w: Pointer,
    g: Pointer,
    mean: Pointer,
    n: number,
    learningRate: number,
    beta1: number,
    beta2: number,
  ): void;
  ftrl(
    w: Pointer,
    g: Pointer,
    accumulator: Pointer,
    linear: Pointer,
    n: number,
    inverseRate: number,
    power: number,
    l1: number,
    quadratic: number,
    shrinkage: number,
  ): void;
  rmsprop(
    w: Pointer,
    g: Pointer,
    meanSquare: Pointer,
    meanGradient: Pointer,
    momentumBuffer: Pointer,
    n: number,
    learningRate: number,
    rho: number,
    momentum: number,
    epsilon: number,
  ): void;

  // random/
  randomUniform(
    out: Pointer,
    n: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
    low: number,
    high: number,
  ): void;
  randomNormal(
    out: Pointer,
    n: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
    mean: number,
    std: number,
  ): void;
  randomTruncatedNormal(
    out: Pointer,
    n: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
    mean: number,
    std: number,
  ): void;
  randomIntegers(
    out: Pointer,
    n: number,
    keyLow: number,
    keyHigh: number,
    counterLow: number,
    counterHigh: number,
    low: number,
    high: number,
  ): void;
}
