// An Express server that answers predictions while a worker trains the next model.
import express from 'express';
import { datasets, layers, models, tidy, utils } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';

utils.setRandomSeed(1);
const [[images, labels], [testImages, testLabels]] = await datasets.digits.loadData();
const rows = (x: typeof images) => x.reshape([-1, 64]).astype('float32').div(16);
const [x, xTest] = [rows(images), rows(testImages)];

function makeModel(): models.Sequential {
  const model = new models.Sequential([
    new layers.Dense(32, { activation: 'relu', inputShape: [64] }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: 'adam',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** The model that answers. */
let serving = makeModel();
await serving.fit(x, labels, { epochs: 1, verbose: 0 });

async function trainNext(): Promise<number> {
  const next = makeModel();
  const remote = await inWorker(next);
  try {
    await remote.fit(x, labels, { epochs: 10, verbose: 0 });
    const { accuracy = NaN } = await remote.evaluate(xTest, testLabels, {
      verbose: 0,
      returnDict: true,
    });
    serving = next;
    return accuracy;
  } finally {
    remote.dispose();
  }
}

const isPixels = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 64 && value.every((pixel) => typeof pixel === 'number');

const app = express();
app.use(express.json());
app.post('/digit', async (request, response) => {
  const pixels: unknown = request.body;
  if (!isPixels(pixels)) {
    response.status(400).json({ error: 'expected 64 numbers' });
    return;
  }
  const scores = await serving.predict([pixels], { verbose: 0 });
  const [chances = []] = scores.toArray(2);
  const digit = tidy(() => scores.argmax(-1).item());
  scores.dispose();
  response.json({ digit, chance: chances[digit] });
});

// Asks the server while the worker trains.
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('the server has no port');
const ask = async (body: unknown): Promise<Response> =>
  fetch(`http://127.0.0.1:${address.port}/digit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

let isTraining = true;
const training = trainNext().finally(() => {
  isTraining = false;
});
const [pixels = []] = xTest.toArray(2);
let answers = 0;
while (isTraining) {
  const response = await ask(pixels);
  if (response.ok) answers++;
}
console.log('answers while the worker trained:', answers > 0);
console.log('accuracy of the next model', await training);
console.log('it says', await (await ask(pixels)).json());
console.log('not pixels', (await ask('seven')).status);
server.close();
