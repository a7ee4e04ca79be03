// Learns to forecast a day of a series from the three days before.
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { Conv1D, Dense, Flatten, GRU, MaxPooling1D } from 'lanegrad/layers';
import { MeanSquaredError } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { Adam } from 'lanegrad/optimizers';
import { setSeed } from 'lanegrad/random';
import { answerWith } from '../answering.js';
import { AHEAD, HISTORY, SHOWN, TEST } from './protocol.js';
import type { Network, Progress, Request, Settings } from './protocol.js';
import { PERIOD, POINTS, seriesOf } from './series.js';

const BATCH = 32;
/** Milliseconds of training between two pictures. */
const BUDGET = 30;

const inputShape = [HISTORY, 1];
const LAYERS: Readonly<Record<Network, () => (Conv1D | Dense | Flatten | GRU | MaxPooling1D)[]>> = {
  gru: () => [new GRU(24, { inputShape })],
  conv: () => [
    new Conv1D(16, 7, { activation: 'relu', inputShape }),
    new MaxPooling1D(2),
    new Conv1D(16, 5, { activation: 'relu' }),
    new Flatten(),
  ],
  dense: () => [new Flatten({ inputShape }), new Dense(32, { activation: 'relu' })],
};

function modelOf(network: Network): Sequential {
  const model = new Sequential([...LAYERS[network](), new Dense(AHEAD)]);
  model.compile({ optimizer: new Adam({ learningRate: 0.003 }), loss: new MeanSquaredError() });
  return model;
}

class Forecaster {
  readonly #values: readonly number[];
  readonly #mean: number;
  readonly #deviation: number;
  readonly #model: Sequential;
  readonly #run: number;
  #steps = 0;
  #loss = NaN;
  #next = 1;

  constructor({ series, network, noise }: Settings, run: number) {
    setSeed(1);
    this.#run = run;
    this.#values = seriesOf(series, noise / 100);
    // Mean and deviation of what it learns from: nothing is known of what comes later.
    const known = this.#values.slice(0, POINTS - TEST);
    this.#mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const square = known.reduce((sum, value) => sum + (value - this.#mean) ** 2, 0);
    this.#deviation = Math.sqrt(square / known.length);
    this.#model = modelOf(network);
  }

  dispose(): void {
    this.#model.dispose();
  }

  train(steps: number): Progress {
    const started = performance.now();
    const last = POINTS - TEST - HISTORY - AHEAD;
    for (let step = 0; step < steps && performance.now() - started < BUDGET; step++) {
      const starts = Array.from({ length: BATCH }, () => {
        this.#next = (this.#next * 48_271) % 2_147_483_647;
        return this.#next % (last + 1);
      });
      this.#model.resetMetrics();
      const loss = tidy(() => {
        const [x, y] = [this.#windows(starts, 0, HISTORY), this.#windows(starts, HISTORY, AHEAD)];
        return this.#model.trainOnBatch(x.expandDims(-1), y)[0] ?? NaN;
      });
      this.#loss = Number.isNaN(this.#loss) ? loss : this.#loss * 0.95 + loss * 0.05;
      this.#steps += 1;
    }
    return {
      type: 'progress',
      run: this.#run,
      steps: this.#steps,
      loss: this.#loss,
      ...this.#test(),
    };
  }

  /** Windows of the series [starts, length], with mean 0 and variance 1. */
  #windows(starts: readonly number[], shift: number, length: number): Tensor {
    return tensor(
      starts.map((start) =>
        this.#values
          .slice(start + shift, start + shift + length)
          .map((value) => (value - this.#mean) / this.#deviation),
      ),
    );
  }

  /** The forecast that is shown, and the errors of one for each hour of the last week that has a day after it. */
  #test(): Pick<Progress, 'forecast' | 'error' | 'naive'> {
    const starts = Array.from(
      { length: TEST - AHEAD + 1 },
      (_, index) => POINTS - TEST - HISTORY + index,
    );
    const all = tidy(
      () =>
        this.#model
          .predictOnBatch(this.#windows(starts, 0, HISTORY).expandDims(-1))
          .mul(this.#deviation)
          .add(this.#mean)
          .data() as Float32Array,
    );
    let [error, naive] = [0, 0];
    for (const [row, start] of starts.entries()) {
      for (let hour = 0; hour < AHEAD; hour++) {
        const at = start + HISTORY + hour;
        const truth = this.#values[at] ?? 0;
        error += Math.abs((all[row * AHEAD + hour] ?? 0) - truth);
        naive += Math.abs((this.#values[at - PERIOD] ?? 0) - truth);
      }
    }
    const shown = TEST - SHOWN;
    return {
      forecast: all.slice(shown * AHEAD, (shown + 1) * AHEAD),
      error: error / all.length,
      naive: naive / all.length,
    };
  }
}

let forecaster: Forecaster | undefined;

answerWith<Request>((request) => {
  if (request.type === 'reset') {
    forecaster?.dispose();
    forecaster = new Forecaster(request.settings, request.run);
  } else if (forecaster !== undefined) postMessage(forecaster.train(request.steps));
});
