import { describe, expect, it } from 'vitest';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import { memory } from '../../../src/index.js';
import { ObjectReader } from '../../../src/extras/flower/object-reader.js';
import { ObjectWriter } from '../../../src/extras/flower/object-writer.js';
import { contentsOf, pullFrom } from './fixtures.js';
import { joined, network, numbers, weightsOf, x, xTest, y, yTest } from './nodes.js';
import { superLink } from './superlink.js';

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;
const STATUS = { code: 0, message: 'Success' };

function valuesOf(record: unknown): Record<string, unknown> {
  return Object.fromEntries(record as ConfigRecord | MetricRecord);
}

describe('a node with a model, and a server of the legacy API', () => {
  it('trains as fitins ask, and answers with fitres', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const sent = weightsOf(network(2));
    const plain = network(9);
    plain.setWeights([...sent.values()]);
    if (plain.optimizer) plain.optimizer.learningRate = 0.05;
    const { history } = await plain.fit(x, y, { ...quiet, epochs: 3 });
    const config = new ConfigRecord({ epochs: 3, lr: 0.05, 'server-round': 1 });
    const { error, records } = await server.send({
      'fitins.parameters': sent,
      'fitins.config': config,
    });
    expect(error).toBeUndefined();
    expect(numbers((records.get('fitres.parameters') as ArrayRecord).values())).toEqual(
      numbers(plain.weights),
    );
    expect(records.get('fitres.num_examples')).toEqual(new MetricRecord({ num_examples: 50 }));
    expect(records.get('fitres.metrics')).toBeInstanceOf(ConfigRecord);
    const last = Object.entries(history).map(([name, values]) => [name, values.at(-1)]);
    expect(valuesOf(records.get('fitres.metrics'))).toEqual(Object.fromEntries(last));
    expect(valuesOf(records.get('fitres.status'))).toEqual(STATUS);
    expect(records.size).toBe(4);
  });

  it('measures as evaluateins ask, and answers with evaluateres', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), validationData: [xTest, yTest], ...quiet });
    const other = network(2);
    const options = { verbose: 0, returnDict: true, batchSize: 8 } as const;
    const { loss, ...metrics } = await other.evaluate(xTest, yTest, options);
    const ask = {
      'evaluateins.parameters': weightsOf(other),
      'evaluateins.config': new ConfigRecord(),
    };
    const { records } = await server.send(ask, { messageType: 'evaluate' });
    expect(valuesOf(records.get('evaluateres.loss'))).toEqual({ loss });
    expect(valuesOf(records.get('evaluateres.num_examples'))).toEqual({ num_examples: 20 });
    expect(valuesOf(records.get('evaluateres.metrics'))).toEqual(metrics);
    expect(valuesOf(records.get('evaluateres.status'))).toEqual(STATUS);
    expect(records.size).toBe(4);
  });

  it('gives the weights to begin with, and refuses questions of another form', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], ...quiet });
    const type = { messageType: 'get_parameters' };
    const { records } = await server.send({ 'getparametersins.config': new ConfigRecord() }, type);
    const parameters = records.get('getparametersres.parameters') as ArrayRecord;
    expect([...parameters.keys()]).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(numbers(parameters.values())).toEqual(numbers(model.weights));
    expect(valuesOf(records.get('getparametersres.status'))).toEqual(STATUS);
    const arrays = weightsOf(model);
    const { tensors } = memory();
    const { error } = await server.send({ arrays }, type);
    expect(error?.reason).toContain(
      "must have the record 'getparametersins.config', got ['arrays']",
    );
    expect(memory().tensors).toBe(tensors);
  });

  it('names metrics as the server does, clips updates, and refuses those in few bytes', async () => {
    const server = await superLink();
    const metricNames = { accuracy: 'acc', 'num-examples': null };
    const model = network(1);
    await joined(server, { model, data: [x, y], validationData: [xTest, yTest], metricNames, ...quiet }); // prettier-ignore
    const sent = weightsOf(network(2));
    const ask = (settings: Record<string, number | string>) =>
      server.send({ 'fitins.parameters': sent, 'fitins.config': new ConfigRecord(settings) });
    const { records } = await ask({ clipping_norm: 0.1 });
    expect(Object.keys(valuesOf(records.get('fitres.metrics')))).toEqual([
      'loss',
      'acc',
      'norm_bit',
    ]);
    expect(valuesOf(records.get('fitres.metrics'))['norm_bit']).toBe(1);
    expect(valuesOf(records.get('fitres.num_examples'))).toEqual({ num_examples: 50 });
    const before = numbers(sent.values()).flat();
    const after = numbers((records.get('fitres.parameters') as ArrayRecord).values()).flat();
    const norm = Math.hypot(...after.map((value, i) => value - (before[i] ?? NaN)));
    expect(norm).toBeLessThanOrEqual(0.1);
    expect(norm).toBeGreaterThan(0.0999);
    const { error } = await ask({ 'update-dtype': 'float16' });
    expect(error?.reason).toContain("does not go with Flower's legacy API");
    const question = { 'evaluateins.parameters': sent, 'evaluateins.config': new ConfigRecord() };
    const measured = await server.send(question, { messageType: 'evaluate' });
    expect(Object.keys(valuesOf(measured.records.get('evaluateres.metrics')))).toEqual(['acc']);
  });

  it('gives no weights of which the server may see only a clipped or noisy update', async () => {
    const server = await superLink();
    const model = network(1);
    const localDp = { clippingNorm: 0.1, sensitivity: 1, epsilon: 1, delta: 0.1 };
    await joined(server, { model, data: [x, y], validationData: [xTest, yTest], localDp, ...quiet }); // prettier-ignore
    const ask = () =>
      server.send({ 'getparametersins.config': new ConfigRecord() }, { messageType: 'get_parameters' }); // prettier-ignore
    const reason = 'the server gets them only as a clipped or noisy update';
    // Before the first round, the weights are those that the caller may have trained.
    expect((await ask()).error?.reason).toContain(reason);
    const arrays = weightsOf(network(2));
    expect((await server.send({ arrays })).error).toBeUndefined();
    expect((await ask()).error?.reason).toContain(reason);
    await server.send({ arrays }, { messageType: 'evaluate' });
    expect((await ask()).error).toBeUndefined();
  });

  it('gives no weights that a handler of the caller may train', async () => {
    const server = await superLink();
    const train = () => ({ metrics: new MetricRecord({ n: 1 }) });
    await joined(server, { model: network(1), validationData: [xTest, yTest], train, ...quiet });
    const ask = { 'getparametersins.config': new ConfigRecord() };
    const { error } = await server.send(ask, { messageType: 'get_parameters' });
    expect(error?.reason).toContain("no handler for messages of type 'get_parameters'");
  });
});

describe('arrays of the legacy API', () => {
  /** A record whose array says so of itself. */
  async function read(said: string): Promise<ArrayRecord> {
    const writer = new ObjectWriter();
    const content = await writer.records('test', { arrays: new ArrayRecord([[[1, 2, 3]]]) });
    const { id } = await writer.message(new Uint8Array(), content);
    const renamed = new Map<string, string>();
    const contents = new Map<string, Uint8Array<ArrayBuffer>>();
    const { sha256 } = await import('../../../src/extras/flower/objects.js');
    for (const [old, bytes] of contentsOf(writer)) {
      let text = Buffer.from(bytes).toString('latin1');
      const told = text.replace('"dtype": "float32", "shape": [1, 3]', said);
      const change = told.length - text.length;
      text = told.replace(/^(Array \S+ )(\d+)/, (_, head: string, length: string) => `${head}${Number(length) + change}`); // prettier-ignore
      text = text.replace(/[0-9a-f]{64}/g, (one) => renamed.get(one) ?? one);
      const made = Uint8Array.from(Buffer.from(text, 'latin1'));
      renamed.set(old, await sha256(made));
      contents.set(renamed.get(old) ?? '', made);
    }
    const records = await new ObjectReader(pullFrom(contents), 2 ** 20).records(
      renamed.get(id) ?? '',
    );
    return records.get('arrays') as ArrayRecord;
  }

  it('say nothing of their shape, which stands in the file', async () => {
    const record = await read('"dtype": "", "shape": []');
    expect(record.get('0')?.shape).toEqual([1, 3]);
    expect(numbers(record.values())).toEqual([[1, 2, 3]]);
  });

  it.each([
    '"dtype": "float32", "shape": []',
    '"dtype": "", "shape": [3]',
    '"dtype": "", "shape": null',
  ])('are refused if they say something wrong: %s', async (said) => {
    await expect(read(said)).rejects.toThrow('has shape [1, 3], but says shape');
  });
});
