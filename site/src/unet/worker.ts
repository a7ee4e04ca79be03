// Trains the U-Net on drawings that it makes meanwhile, and looks at those of the reader.
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import type { Model } from 'lanegrad/models';
import { setSeed } from 'lanegrad/random';
import { answerWith } from '../answering.js';
import { unetOf } from './network.js';
import { CLASSES, SIDE } from './protocol.js';
import type { Classes, Example, Found, Progress, Request, Settings } from './protocol.js';
import { drawingOf, randomOf } from './shapes.js';
import type { Drawing } from './shapes.js';
import { ink } from './strokes.js';
import type { Stroke } from './strokes.js';

const BATCH = 8;
/** Milliseconds of training between two pictures. */
const BUDGET = 30;
const PIXELS = SIDE * SIDE;
/** Drawings that it is measured with, and how many of them are shown. */
const TESTS = 24;
const SHOWN = 4;
/** Steps from one measurement to the next. */
const PERIOD = 10;

const test = Array.from({ length: TESTS }, (_, index) => drawingOf(randomOf(6000 + index)));

const inputOf = (drawings: readonly Drawing[]): Tensor =>
  stacked(
    Float32Array,
    drawings.map(({ pixels }) => pixels),
  ).expandDims(-1);

/** [n, SIDE, SIDE] */
function stacked(
  type: Float32ArrayConstructor | Int32ArrayConstructor,
  all: readonly ArrayLike<number>[],
): Tensor {
  const values = new type(all.length * PIXELS);
  for (const [index, one] of all.entries()) values.set(one, index * PIXELS);
  return tensor(values, { shape: [all.length, SIDE, SIDE] });
}

class Finder {
  readonly #model: Model;
  readonly #run: number;
  readonly #random = randomOf(0);
  #steps = 0;
  #loss = NaN;
  #measured: Pick<Progress, 'overlap' | 'examples'> | undefined;

  constructor(settings: Settings, run: number) {
    setSeed(1);
    this.#model = unetOf(settings);
    this.#run = run;
  }

  dispose(): void {
    this.#model.dispose();
  }

  train(steps: number): Progress {
    const started = performance.now();
    for (let step = 0; step < steps && performance.now() - started < BUDGET; step++) {
      const drawings = Array.from({ length: BATCH }, () => drawingOf(this.#random));
      this.#model.resetMetrics();
      const loss = tidy(() => {
        const truth = stacked(Int32Array, drawings.map(({ classes }) => classes)); // prettier-ignore
        return this.#model.trainOnBatch(inputOf(drawings), truth)[0] ?? NaN;
      });
      this.#loss = Number.isNaN(this.#loss) ? loss : this.#loss * 0.95 + loss * 0.05;
      this.#steps += 1;
      if (this.#steps % PERIOD === 0) this.#measured = undefined;
    }
    this.#measured ??= this.#test();
    const { overlap, examples } = this.#measured;
    return { type: 'progress', run: this.#run, steps: this.#steps, loss: this.#loss, overlap, examples }; // prettier-ignore
  }

  look(strokes: readonly Stroke[]): Found {
    const pixels = new Float32Array(PIXELS);
    ink(pixels, strokes);
    const classes = tidy(() => this.#find(stacked(Float32Array, [pixels]).expandDims(-1)));
    return { type: 'found', run: this.#run, classes };
  }

  /** The most probable class of each pixel. */
  #find(input: Tensor): Classes {
    return Uint8Array.from(this.#model.predictOnBatch(input).argmax(-1).data(), Number);
  }

  #test(): Pick<Progress, 'overlap' | 'examples'> {
    const found = tidy(() => this.#find(inputOf(test)));
    const both = CLASSES.map(() => 0);
    const either = CLASSES.map(() => 0);
    const examples: Example[] = [];
    for (const [index, { pixels, classes: truth }] of test.entries()) {
      const mine = found.slice(index * PIXELS, (index + 1) * PIXELS);
      for (let shape = 1; shape < CLASSES.length; shape++) {
        for (let at = 0; at < PIXELS; at++) {
          const [isFound, isThere] = [mine[at] === shape, truth[at] === shape];
          if (isFound && isThere) both[shape] = (both[shape] ?? 0) + 1;
          if (isFound || isThere) either[shape] = (either[shape] ?? 0) + 1;
        }
      }
      if (index < SHOWN) {
        const shades = Uint8ClampedArray.from(pixels, (value) => value * 255);
        examples.push({ shades, truth, found: mine });
      }
    }
    const shares = both.slice(1).map((count, index) => count / Math.max(1, either[index + 1] ?? 0));
    return { overlap: shares.reduce((sum, share) => sum + share, 0) / shares.length, examples };
  }
}

let finder: Finder | undefined;

answerWith<Request>((request) => {
  switch (request.type) {
    case 'reset':
      finder?.dispose();
      finder = new Finder(request.settings, request.run);
      return;
    case 'draw':
      postMessage({ type: 'drawn', strokes: drawingOf(randomOf(request.seed)).strokes });
      return;
    case 'train':
      if (finder !== undefined) postMessage(finder.train(request.steps));
      return;
    case 'look':
      if (finder !== undefined) postMessage(finder.look(request.strokes));
  }
});
