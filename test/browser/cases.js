// What must work in a browser, from the very bundle that Node loads. Each case is [name, async function]; what a
// case returns is printed beside its name.
import * as lanegrad from '/dist/index.js';
import { fingerprint } from '/fingerprint/train.js';
import { check, checkClose, checkEqual, checkFails, checkNoMore } from './check.js';
import { kerasCases } from './keras.js';
import { storageCases } from './storage.js';

const { data, datasets, grad, layers, memory, models, ops, random, tensor, utils } = lanegrad;

export const cases = [
  [
    'the page may compile WebAssembly but not evaluate text',
    () => {
      let evaluated = true;
      try {
        new Function('return 1');
      } catch {
        evaluated = false;
      }
      check(!evaluated, 'the content security policy is not in force');
      return JSON.stringify(lanegrad.backendInfo());
    },
  ],

  [
    'arithmetic, broadcasting, products and reductions',
    () => {
      const a = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      checkEqual(a.add([10, 20, 30]).toArray(), [[11, 22, 33], [14, 25, 36]], 'add'); // prettier-ignore
      checkEqual(a.dot(a.T).toArray(), [[14, 32], [32, 77]], 'dot'); // prettier-ignore
      checkEqual(a.sum(0).toArray(), [5, 7, 9], 'sum');
      checkEqual(a.slice(':', '-2:').toArray(), [[2, 3], [5, 6]], 'slice'); // prettier-ignore
      checkEqual(a.argmax(1).toArray(), [2, 2], 'argmax');
    },
  ],

  [
    'transcendental functions agree with Math',
    () => {
      const x = Array.from({ length: 41 }, (_, i) => (i - 20) / 4);
      for (const name of ['exp', 'tanh', 'sin', 'cos']) {
        checkClose(tensor(x)[name]().toArray(), x.map(Math[name]), name);
      }
    },
  ],

  [
    'a product larger than one block agrees with the sum of its terms',
    () => {
      const [m, k, n] = [37, 300, 29];
      const a = random.normal([m, k], { seed: 1 });
      const b = random.normal([k, n], { seed: 2 });
      const product = ops.matmul(a, b).data();
      const [x, y] = [a.data(), b.data()];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) sum += x[i * k + p] * y[p * n + j];
          const got = product[i * n + j];
          check(Math.abs(got - sum) < 1e-4, `element ${i},${j} is ${got}, expected ${sum}`);
        }
      }
    },
  ],

  [
    'gradients',
    () => {
      const gradient = grad((x) => x.mul(x).sum())(tensor([1, -2, 3]));
      checkClose(gradient.toArray(), [2, -4, 6], 'd/dx of the sum of x²');
    },
  ],

  [
    'errors name the op and the shapes',
    async () => {
      const a = tensor([[1, 2, 3]]);
      await checkFails(() => ops.matmul(a, a), 'ShapeError', 'matmul', '1', '3');
      a.dispose();
      await checkFails(() => a.add(1), 'DisposedError');
    },
  ],

  [
    'an IDX file is fetched, inflated and read',
    async () => {
      const images = await data.readIdx('/made/images-idx3-ubyte.gz');
      checkEqual(images.shape, [5, 4, 3], 'shape');
      checkEqual(images.dtype, 'uint8', 'dtype');
      // The server makes element i as 7 i mod 256.
      checkEqual(
        Array.from(images.data()),
        Array.from({ length: 60 }, (_, i) => (7 * i) % 256),
        'pixels',
      );
    },
  ],

  [
    'a truncated file is refused',
    () => checkFails(() => data.readIdx('/made/truncated-idx3-ubyte.gz'), 'FormatError'),
  ],

  [
    'the quick start trains on the embedded digits while the page stays responsive',
    async () => {
      utils.setRandomSeed(0);
      const [[trainImages, trainLabels], [testImages, testLabels]] =
        await datasets.digits.loadData();
      const network = new models.Sequential();
      network.add(new layers.Dense(512, { activation: 'relu', inputShape: [64] }));
      network.add(new layers.Dense(10, { activation: 'softmax' }));
      network.compile({
        optimizer: 'rmsprop',
        loss: 'categorical_crossentropy',
        metrics: ['accuracy'],
      });
      const prepare = (images) => images.reshape([-1, 64]).astype('float32').div(16);

      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      await network.fit(prepare(trainImages), utils.toCategorical(trainLabels), {
        epochs: 10,
        batchSize: 64,
        verbose: 0,
      });
      clearInterval(ticking);
      check(turns > 0, 'no timer of the page ran while the network trained');

      const [loss, accuracy] = await network.evaluate(
        prepare(testImages),
        utils.toCategorical(testLabels),
        { verbose: 0 },
      );
      check(accuracy >= 0.9, `accuracy ${accuracy} is below 0.9`);
      return `test loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`;
    },
  ],

  [
    'training leaves no tensors behind',
    async () => {
      const network = new models.Sequential();
      network.add(new layers.Dense(3, { inputShape: [4] }));
      network.compile({ optimizer: 'sgd', loss: 'mse' });
      const x = random.normal([64, 4]);
      const y = random.normal([64, 3]);
      await network.fit(x, y, { epochs: 1, verbose: 0 });
      const before = memory();
      await network.fit(x, y, { epochs: 5, verbose: 0 });
      checkNoMore(memory(), before);
    },
  ],

  [
    'a data set streams a gzipped CSV file, shuffled, and leaves nothing behind',
    async () => {
      const lines = Array.from({ length: 5000 }, (_, i) => `${i},"${i % 2 ? 'odd' : 'even'}"`);
      const plain = new Blob([`number,kind\r\n${lines.join('\r\n')}\r\n`]);
      const gzip = plain.stream().pipeThrough(new CompressionStream('gzip'));
      const file = await new Response(gzip).blob();
      const before = memory();
      const rows = data.Dataset.csv(file, { label: 'kind', dtypes: { kind: 'category' } });
      const seen = [];
      for await (const [x, y] of rows.shuffle(1000, { seed: 1 }).batch(64).prefetch(2)) {
        const kinds = y.data();
        x.data().forEach((number, i) => checkEqual(kinds[i], number % 2, 'kind'));
        seen.push(...x.data());
        x.dispose();
        y.dispose();
      }
      checkEqual(
        seen.sort((a, b) => a - b),
        lines.map((_, i) => i),
        'numbers',
      );
      checkEqual(rows.categories, { kind: ['even', 'odd'] }, 'categories');
      checkNoMore(memory(), before);
    },
  ],

  ...storageCases,
  ...kerasCases,

  [
    'the weights after training are those of Node, bit for bit',
    async () => {
      const [hash, ofNode] = await Promise.all([
        fingerprint(lanegrad),
        fetch('/fingerprint-of-node').then((response) => response.text()),
      ]);
      checkEqual(hash, ofNode, 'SHA-256 of the weights');
      return hash;
    },
  ],

  [
    'they have the same bits on one, two and three threads',
    async () => {
      if (!globalThis.crossOriginIsolated) return 'there is one thread, the page is not isolated';
      const ofNode = await fetch('/fingerprint-of-node').then((response) => response.text());
      for (const threads of [1, 2, 3]) {
        const answer = await fingerprintInWorker(String(threads));
        checkEqual(answer, { hash: ofNode, threads }, `on ${threads} threads`);
      }
      return 'recurrent layers and attention too';
    },
  ],

  [
    'with fused multiply-add the weights are those of Node with it, bit for bit',
    async () => {
      const ofNode = await fetch('/fused-fingerprint-of-node').then((response) => response.text());
      const { hash } = await fingerprintInWorker('1 fused');
      if (hash === null)
        return 'this engine has no relaxed SIMD, or this processor no multiply-add';
      checkEqual(hash, ofNode, 'SHA-256 of the weights');
      return hash;
    },
  ],
];

/** What the worker tells that trains as its name says. */
async function fingerprintInWorker(name) {
  const worker = new Worker('/page/fingerprint-worker.js', { type: 'module', name });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data: told }) => resolve(told);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  } finally {
    worker.terminate();
  }
}
