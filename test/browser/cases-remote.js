// Training in a worker: the page stays free, and the numbers are those of training in the page.
import * as lanegrad from '/dist/index.js';
import { inWorker } from '/dist/remote.js';
import { check, checkEqual, checkFails } from './check.js';
import { framesInTurns, summary } from './frames.js';
import { Doubling } from './parts.js';

const { backendInfo, layers, models, ones, random, tensor, utils } = lanegrad;

/** The seed network, and data of MNIST's shape. */
function seedNetwork() {
  utils.setRandomSeed(0);
  const network = new models.Sequential();
  network.add(new layers.Dense(512, { activation: 'relu', inputShape: [784] }));
  network.add(new layers.Dense(10, { activation: 'softmax' }));
  network.compile({ optimizer: 'rmsprop', loss: 'sparse_categorical_crossentropy' });
  return network;
}

function smallNetwork() {
  utils.setRandomSeed(1);
  const network = new models.Sequential([
    new layers.Dense(16, { activation: 'relu', inputShape: [8] }),
    new layers.Dropout(0.2),
    new layers.Dense(3, { activation: 'softmax' }),
  ]);
  network.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' });
  return network;
}

const samples = random.normal([64, 8], { seed: 3 });
const labels = tensor(Int32Array.from({ length: 64 }, (_, i) => i % 3));
const bits = (model) => model.getWeights().map((weight) => Array.from(weight.data()));

export const cases = [
  [
    'threads are there if, and only if, the page is isolated',
    async () => {
      const info = backendInfo();
      if (!globalThis.crossOriginIsolated) {
        checkEqual(info.threads, 1, 'threads');
        check(/not cross-origin isolated/.test(info.reason), info.reason);
        return info.reason;
      }
      checkEqual(info.threads, Math.min(navigator.hardwareConcurrency, 16), 'threads');
      const a = ones([400, 400]);
      for (let i = 0; i < 20; i++) a.matmul(a).dispose();
      await new Promise((resolve) => setTimeout(resolve, 500));
      check(!/missing/.test(backendInfo().reason), backendInfo().reason);
      return backendInfo().reason;
    },
  ],

  [
    'a worker trains to the bits of the page, and hands its weights back',
    async () => {
      const here = smallNetwork();
      const expected = await here.fit(samples, labels, { epochs: 4, verbose: 0 });
      const there = smallNetwork();
      const remote = await inWorker(there);
      const history = await remote.fit(samples, labels, { epochs: 4, verbose: 0 });
      checkEqual(history.history, expected.history, 'history');
      checkEqual(bits(there), bits(here), 'weights');
      checkEqual(
        (await remote.predict(samples)).toArray(),
        (await here.predict(samples, { verbose: 0 })).toArray(),
        'predictions',
      );
      remote.dispose();
    },
  ],

  [
    'a page shows its frames while a worker trains the seed network',
    async () => {
      const x = random.uniform([6400, 784], { seed: 1 });
      const y = tensor(Int32Array.from({ length: 6400 }, (_, i) => i % 10));
      const remote = await inWorker(seedNetwork());
      let batches = 0;
      const callbacks = [{ onTrainBatchEnd: () => void batches++ }];
      const { train, idle } = await framesInTurns({
        train: () => remote.fit(x, y, { batchSize: 128, epochs: 2, verbose: 0, callbacks }),
        idle: () => new Promise((resolve) => setTimeout(resolve, 300)),
      });
      remote.dispose();
      checkEqual(batches % 100, 0, 'batches');
      // 50 ms, or what a page that does nothing has on a machine as busy as this one.
      const limit = Math.max(50, 2 * idle.usualLongest);
      check(
        train.usualLongest <= limit,
        `the longest frame is longer than ${limit} ms in each round; ${summary(train)}; idle: ${summary(idle)}`,
      );
      return `${summary(train)}; idle: ${summary(idle)}`;
    },
  ],

  [
    'errors and aborted signals come out of a worker as what they are',
    async () => {
      const remote = await inWorker(smallNetwork());
      await checkFails(() => remote.fit(samples, tensor([1, 2]), { verbose: 0 }), 'ShapeError');
      const abort = new AbortController();
      const reason = new Error('enough');
      const running = remote.fit(samples, labels, {
        epochs: 1e6,
        verbose: 0,
        signal: abort.signal,
      });
      setTimeout(() => abort.abort(reason), 100);
      const error = await running.catch((caught) => caught);
      check(error === reason, `got ${error}`);
      remote.dispose();
      await checkFails(() => remote.predict(samples), 'DisposedError');
    },
  ],

  [
    'a worker finds layers of your own in modules, and says when it has none',
    async () => {
      const make = () =>
        new models.Sequential([new Doubling({ inputShape: [8] }), new layers.Dense(2)]);
      const remote = await inWorker(make(), { modules: [new URL('parts.js', import.meta.url)] });
      const predicted = await remote.predict(samples);
      const expected = await remote.model.predict(samples, { verbose: 0 });
      checkEqual(predicted.toArray(), expected.toArray(), 'predictions');
      remote.dispose();
      await checkFails(() => inWorker(make()), 'ValueError', 'Doubling', 'modules');
      await checkFails(
        () => inWorker(smallNetwork(), { workerUrl: '/page/missing.js' }),
        'LanegradError',
        'workerUrl',
      );
    },
  ],

  [
    'a worker may be started by the page, from a module of its own',
    async () => {
      const worker = () =>
        new Worker(new URL('own-worker.js', import.meta.url), { type: 'module' });
      const model = new models.Sequential([new Doubling({ inputShape: [8] })]);
      const remote = await inWorker(model, { worker });
      checkEqual(
        (await remote.predict(samples)).toArray(),
        samples.mul(2).toArray(),
        'predictions',
      );
      remote.dispose();
    },
  ],
];
