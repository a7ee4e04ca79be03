// Models in the browser's own storage, and as downloads. scripts/browsers/test-browser.mjs gives Chromium's page `takeDownload`
// and `limitStorage`; without them those cases are skipped.
import * as lanegrad from '/dist/index.js';
import { check, checkEqual, checkFails, skip } from './check.js';

const { layers, models, tensor } = lanegrad;

function network(units = 3) {
  return new models.Sequential([
    new layers.Dense(units, { activation: 'tanh', inputShape: [4] }),
    new layers.Dense(2),
  ]);
}

const x = tensor([[1, -2, 0.5, 3]]);
const outputs = (model) => Array.from(model.predictOnBatch(x).data());

/** Float32 weights of about so many MiB. */
const ofSize = (mebibytes) =>
  new models.Sequential([new layers.Dense(mebibytes * 64, { inputShape: [4096], useBias: false })]);

export const storageCases = [
  [
    'a model too large for IndexedDB is refused with the sizes, and the old one stays',
    async () => {
      if (!window.limitStorage) skip('nothing here can limit the storage');
      // Before IndexedDB is used at all: Chromium remembers for a while how much room there was.
      await window.limitStorage(4 * 2 ** 20);
      const small = network();
      await small.save('indexeddb://m');
      const big = ofSize(16);
      await checkFails(() => big.save('indexeddb://m'), 'ValueError', 'its 16 MiB do not fit');
      await window.limitStorage();
      checkEqual(outputs(await models.loadModel('indexeddb://m')), outputs(small), 'outputs');
      await models.removeModel('indexeddb://m');
    },
  ],

  ...['indexeddb', 'localstorage'].map((scheme) => [
    `${scheme}:// keeps models and weights, lists and forgets them`,
    async () => {
      const [first, second] = [network(), network()];
      await first.save(`${scheme}://m`);
      await second.save(`${scheme}://m`);
      checkEqual(outputs(await models.loadModel(`${scheme}://m`)), outputs(second), 'outputs');
      await first.saveWeights(`${scheme}://w.safetensors`);
      await second.loadWeights(`${scheme}://w.safetensors`);
      checkEqual(outputs(second), outputs(first), 'outputs');
      const listed = await models.listModels();
      checkEqual(
        Object.keys(listed).sort(),
        [`${scheme}://m`, `${scheme}://w.safetensors`],
        'list',
      );
      for (const location of Object.keys(listed)) await models.removeModel(location);
      checkEqual(await models.listModels(), {}, 'list after removing');
      await checkFails(() => models.loadModel(`${scheme}://m`), 'DatasetError', 'm');
    },
  ]),

  [
    'a model too large for local storage is refused with the sizes, and the old one stays',
    async () => {
      const small = network();
      await small.save('localstorage://m');
      const big = ofSize(8);
      await checkFails(() => big.save('localstorage://m'), 'ValueError', 'its 8', 'indexeddb://');
      checkEqual(outputs(await models.loadModel('localstorage://m')), outputs(small), 'outputs');
      await models.removeModel('localstorage://m');
    },
  ],

  [
    'downloads:// gives two files, from which the model is loaded',
    async () => {
      if (!window.takeDownload) skip('nothing here can read what was downloaded');
      const model = network();
      await model.save('downloads://m');
      const files = [];
      for (const name of ['m.weights.bin', 'm.json']) {
        const bytes = Uint8Array.from(await window.takeDownload(name));
        check(bytes.length > 0, `'${name}' is empty`);
        files.push(new File([bytes], name));
      }
      checkEqual(outputs(await models.loadModel(files)), outputs(model), 'outputs');
    },
  ],

  [
    'a path is refused: a page has no files',
    () => checkFails(() => network().save('folder'), 'ValueError', 'indexeddb://'),
  ],
];
