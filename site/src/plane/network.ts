// The network that learns the points: a dense one with a sigmoid at its end, and the features that it gets.
import { Dense } from 'lanegrad/layers';
import { BinaryCrossentropy } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { Adam } from 'lanegrad/optimizers';
import { L1, L2 } from 'lanegrad/regularizers';
import { tensor } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import type { Feature, NetworkSettings } from './settings.js';

const FORMULAS: Readonly<Record<Feature, (x: number, y: number) => number>> = {
  x: (x) => x,
  y: (_, y) => y,
  x2: (x) => x * x,
  y2: (_, y) => y * y,
  xy: (x, y) => x * y,
  sinx: (x) => Math.sin(6 * x),
  siny: (_, y) => Math.sin(6 * y),
};

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The features of places [places, features]. */
export function featuresOf(places: readonly Place[], features: readonly Feature[]): Tensor {
  return tensor(places.map(({ x, y }) => features.map((feature) => FORMULAS[feature](x, y))));
}

/** The centres of `squares` × `squares` squares of the plane, row by row from the top. */
export function centresOf(squares: number): Place[] {
  const at = (index: number): number => ((index + 0.5) / squares) * 2 - 1;
  return Array.from({ length: squares * squares }, (_, index) => ({
    x: at(index % squares),
    y: -at(Math.floor(index / squares)),
  }));
}

/** A new network with random weights. */
export function newModel(settings: NetworkSettings): Sequential {
  const { features, layers, activation, rate, regularizer, penalty } = settings;
  const kernelRegularizer = {
    none: () => undefined,
    l1: () => new L1(penalty),
    l2: () => new L2(penalty),
  }[regularizer]();
  const common = kernelRegularizer === undefined ? {} : { kernelRegularizer };
  const inputShape = [features.length];
  const model = new Sequential([
    ...layers.map(
      (units, index) =>
        new Dense(units, { activation, ...common, ...(index === 0 && { inputShape }) }),
    ),
    new Dense(1, { activation: 'sigmoid', ...common, ...(layers.length === 0 && { inputShape }) }),
  ]);
  model.compile({ optimizer: new Adam({ learningRate: rate }), loss: new BinaryCrossentropy() });
  return model;
}
