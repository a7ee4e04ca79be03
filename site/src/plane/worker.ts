// Trains a network that learns points of the plane, a few steps for each frame.
import type { Sequential } from 'lanegrad/models';
import { setSeed } from 'lanegrad/random';
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { answerWith } from '../answering.js';
import { centresOf, featuresOf, newModel } from './network.js';
import { SQUARES, THUMB } from './protocol.js';
import type { Inside, Point, Progress, Request } from './protocol.js';
import { HOME } from './settings.js';
import type { NetworkSettings } from './settings.js';

/** Milliseconds of training between two frames, if it is to train as fast as it can. */
const BUDGET = 12;
/** Keras keeps probabilities so far from 0 and 1 before it takes logarithms. */
const EPSILON = 1e-7;

interface Data {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sides: readonly number[];
}

class Training {
  #settings: NetworkSettings = HOME;
  #model = newModel(HOME);
  #plane = featuresOf(centresOf(SQUARES), HOME.features);
  #thumbs = featuresOf(centresOf(THUMB), HOME.features);
  #points: readonly Point[] = [];
  #heldBackPoints: readonly Point[] = [];
  #data: Data | undefined;
  #heldBack: Data | undefined;
  #seed = 0;
  #steps = 0;
  #busy = 0;
  #firstStep = 0;

  reset(seed: number, settings: NetworkSettings): void {
    for (const old of [this.#model, this.#plane, this.#thumbs]) old.dispose();
    setSeed(seed);
    this.#seed = seed;
    this.#settings = settings;
    this.#model = newModel(settings);
    this.#plane = featuresOf(centresOf(SQUARES), settings.features);
    this.#thumbs = featuresOf(centresOf(THUMB), settings.features);
    this.take(this.#points, this.#heldBackPoints);
    [this.#steps, this.#busy] = [0, 0];
  }

  set rate(rate: number) {
    if (this.#model.optimizer !== undefined) this.#model.optimizer.learningRate = rate;
  }

  take(points: readonly Point[], heldBack: readonly Point[]): void {
    for (const old of [this.#data, this.#heldBack]) {
      old?.x.dispose();
      old?.y.dispose();
    }
    [this.#points, this.#heldBackPoints] = [points, heldBack];
    [this.#data, this.#heldBack] = [this.#dataOf(points), this.#dataOf(heldBack)];
  }

  #dataOf(points: readonly Point[]): Data | undefined {
    if (points.length === 0) return undefined;
    const sides = points.map(({ side }) => side);
    const x = featuresOf(points, this.#settings.features);
    return { x, y: tensor(sides.map((side) => [side])), sides };
  }

  train({ steps, isDetailed }: Extract<Request, { type: 'train' }>): Progress {
    const started = performance.now();
    const last = steps === 'many' ? Infinity : steps;
    let loss = NaN;
    if (this.#data !== undefined) {
      const { x, y } = this.#data;
      for (let step = 0; step < last && performance.now() - started < BUDGET; step++) {
        this.#model.resetMetrics();
        loss = this.#model.trainOnBatch(x, y)[0] ?? NaN;
        this.#steps += 1;
        this.#firstStep ||= performance.timeOrigin + performance.now();
      }
    }
    this.#busy += performance.now() - started;
    return {
      type: 'progress',
      seed: this.#seed,
      steps: this.#steps,
      loss,
      heldBackLoss: this.#heldBackLoss(),
      speed: this.#busy > 0 ? (this.#steps / this.#busy) * 1000 : 0,
      wrong: this.#wrong(),
      plane: Uint8ClampedArray.from(this.#says(this.#plane), (value) => value * 255),
      inside: isDetailed ? insideOf(this.#model, this.#thumbs) : undefined,
      firstStep: this.#firstStep,
      bytes: loadedBytes(),
    };
  }

  #wrong(): number[] {
    if (this.#data === undefined) return [];
    const { x, sides } = this.#data;
    return [...this.#says(x)].flatMap((value, index) =>
      Math.round(value) === sides[index] ? [] : [index],
    );
  }

  /** The mean cross-entropy, as the loss of the training is one. */
  #heldBackLoss(): number {
    if (this.#heldBack === undefined) return NaN;
    const { x, sides } = this.#heldBack;
    const sum = this.#says(x).reduce((total, value, index) => {
      const right = sides[index] === 1 ? value : 1 - value;
      return total - Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, right)));
    }, 0);
    return sum / sides.length;
  }

  #says(x: Tensor): Float32Array {
    const y = this.#model.predictOnBatch(x);
    const values = y.data() as Float32Array;
    y.dispose();
    return values;
  }
}

/** The weights, and what each unit says of the places. */
function insideOf(model: Sequential, places: Tensor): Inside {
  return tidy(() => {
    const units = [shadesOf(places, 1)];
    const weights: Float32Array[] = [];
    let values = places;
    for (const layer of model.layers) {
      values = layer.apply(values) as Tensor;
      const isLast = layer === model.layers.at(-1);
      units.push(isLast ? shadesOf(values.mul(2).sub(1), 1) : shadesOf(values, undefined));
      weights.push((layer.weights[0]?.value.data() ?? new Float32Array()) as Float32Array);
    }
    return { weights, units };
  });
}

/** Values [places, units] as shades, unit by unit; 127.5 stands for 0. Without `most` each unit has its own scale. */
function shadesOf(values: Tensor, most: number | undefined): Uint8ClampedArray {
  const [places = 0, units = 0] = values.shape;
  const data = values.data() as Float32Array;
  const shades = new Uint8ClampedArray(places * units);
  for (let unit = 0; unit < units; unit++) {
    let scale = most ?? 1e-6;
    if (most === undefined) {
      for (let place = 0; place < places; place++)
        scale = Math.max(scale, Math.abs(data[place * units + unit] ?? 0));
    }
    for (let place = 0; place < places; place++)
      shades[unit * places + place] = 127.5 + ((data[place * units + unit] ?? 0) / scale) * 127.5;
  }
  return shades;
}

function loadedBytes(): number {
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
}

let training: Training | undefined;

answerWith<Request>((request) => {
  training ??= new Training();
  if (request.type === 'reset') training.reset(request.seed, request.network);
  else if (request.type === 'rate') training.rate = request.rate;
  else if (request.type === 'points') training.take(request.points, request.heldBack);
  else {
    const progress = training.train(request);
    postMessage(progress, { transfer: [progress.plane.buffer] });
  }
});
