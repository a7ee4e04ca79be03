// Lists and objects of data on their way to a worker and back. The worker's side runs in this thread, behind a port that
// copies messages as a thread does.
import { afterEach, expect, it, vi } from 'vitest';
import { data, Input, layers, models, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { Peer } from '../../../src/engine/workers/peer.js';
import type { CallerMethods, WorkerMethods } from '../../../src/extras/remote/protocol.js';
import { RemoteModel } from '../../../src/extras/remote/remote-model.js';
import { ServedModel } from '../../../src/extras/remote/served-model.js';
import { bitsOf } from '../models/networks.js';

const made = vi.hoisted((): { model: unknown } => ({ model: undefined }));
// What makes the model over there has tests of its own.
vi.mock('../../../src/extras/remote/make-model.js', async (original) => ({
  ...(await original<object>()),
  makeModel: () => made.model,
}));

const n = 20;
const quiet = { verbose: 0, batchSize: 6 } as const;

function network() {
  utils.setRandomSeed(1);
  const image = Input([4], { name: 'image' });
  const meta = Input([3], { name: 'meta' });
  const digit = new layers.Dense(3, { activation: 'softmax', name: 'a' }).apply(image);
  const slant = new layers.Dense(1, { name: 'b' }).apply(meta);
  const model = new models.Model({ inputs: { image, meta }, outputs: { digit, slant } });
  model.compile({
    optimizer: 'adam',
    loss: { slant: 'mse', digit: 'sparse_categorical_crossentropy' },
    metrics: { digit: ['accuracy'] },
  });
  return model;
}

type Network = ReturnType<typeof network>;

const channels: MessageChannel[] = [];

afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});

async function remoteOf(model: Network): Promise<RemoteModel<Network>> {
  made.model = network();
  const channel = new MessageChannel();
  channels.push(channel);
  const { port1, port2 } = channel;
  const post = (port: MessagePort) => ({
    post: (message: unknown, transfer: readonly ArrayBuffer[]) => {
      port.postMessage(message, [...transfer]);
    },
  });
  const served = new ServedModel(post(port2));
  port2.onmessage = ({ data: message }) => {
    served.peer.receive(message);
  };
  const methods: CallerMethods = {
    hook: (...args) => remote.runs.hook(...args),
    openIterator: (...args) => remote.runs.openIterator(...args),
    nextBatch: (...args) => remote.runs.nextBatch(...args),
    closeIterator: (...args) => remote.runs.closeIterator(...args),
  };
  const peer = new Peer<WorkerMethods>(post(port1), { ...methods });
  port1.onmessage = ({ data: message }) => {
    peer.receive(message);
  };
  const remote = new RemoteModel<Network>(model, peer, true, () => undefined);
  await remote.connect();
  return remote;
}

const image = random.normal([n, 4], { seed: 1 });
const meta = random.normal([n, 3], { seed: 2 });
const digit = tensor(Int32Array.from({ length: n }, (_, i) => i % 3));
const slant = random.normal([n, 1], { seed: 3 });
const x = { image, meta };
const y = { digit, slant };
const weights = Float32Array.from({ length: n }, (_, i) => i % 3);

it('train, are measured and predicted as here', async () => {
  const here = network();
  const expected = await here.fit(x, y, { ...quiet, epochs: 2, sampleWeight: { slant: weights } });
  const there = network();
  const remote = await remoteOf(there);
  // Typed arrays are cut as the input has it, and lists stand for objects.
  const given = { image: image.data(), meta: meta.toArray() as number[][] };
  utils.setRandomSeed(1);
  network();
  const targets = { digit: Array.from(digit.data()), slant };
  const options = { ...quiet, epochs: 2, sampleWeight: { slant: weights } };
  const history = await remote.fit(given, targets, options);
  expect(history.history).toEqual(expected.history);
  expect(bitsOf(there)).toEqual(bitsOf(here));
  expect(remote.metricsNames).toEqual(['loss', 'slant_loss', 'digit_loss', 'digit_accuracy']);
  const measure = { ...quiet, sampleWeight: Array.from(weights), returnDict: true } as const;
  expect(await remote.evaluate(x, y, measure)).toEqual(await here.evaluate(x, y, measure));
  const [predicted, own] = [await remote.predict(x, quiet), await here.predict(x, quiet)];
  expect(Object.keys(predicted)).toEqual(['digit', 'slant']);
  expect(predicted.digit.toArray()).toEqual(own.digit.toArray());
  expect(predicted.slant.toArray()).toEqual(own.slant.toArray());
});

it('come in data sets and generators, with data to validate with', async () => {
  const validationData = [x, y] as const;
  const dataset = () => data.Dataset.fromTensors(x, y).shuffle(n, { seed: 4 }).batch(6);
  const here = network();
  const expected = await here.fit(dataset(), { verbose: 0, validationData });
  const there = network();
  const remote = await remoteOf(there);
  const history = await remote.fit(dataset(), { verbose: 0, validationData });
  expect(history.history).toEqual(expected.history);
  expect(bitsOf(there)).toEqual(bitsOf(here));
  const batches = {
    *[Symbol.iterator]() {
      const rows = (part: Tensor): Tensor => part.slice([0, 6]);
      yield [
        { image: rows(image), meta: rows(meta).toArray() as number[][] },
        { digit: rows(digit).data(), slant: rows(slant) },
      ] as const;
    },
  };
  const measure = { verbose: 0, returnDict: true } as const;
  expect(await remote.evaluate(batches, measure)).toEqual(await here.evaluate(batches, measure));
});

it('are refused as here', async () => {
  const remote = await remoteOf(network());
  await expect(remote.fit({ image } as never, y, quiet)).rejects.toThrow(
    /^fit: x: 'meta' is missing/,
  );
  await expect(remote.fit(x, { digit, slnat: slant }, quiet)).rejects.toThrow(
    /^fit: y: there is no 'slnat'/,
  );
});
