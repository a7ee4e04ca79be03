import { afterEach, describe, expect, it } from 'vitest';
import { memory, tensor } from '../../../../src/index.js';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../../src/flower.js';
import type { FlowerRecord } from '../../../../src/flower.js';
import { SECURE_AGGREGATION } from '../../../../src/extras/flower/message.js';
import { joined, network, numbers, weightsOf, x, xTest, y, yTest } from '../nodes.js';
import { superLink } from '../superlink.js';
import type { SuperLink } from '../superlink.js';
import {
  collectFrom,
  resultOf,
  SETUP,
  setUp,
  shareKeys,
  TestNode,
  unmaskedSum,
} from './exchange.js';
import type { Values } from './exchange.js';
import { int64s } from './fixtures.js';

type Bytes = Uint8Array<ArrayBuffer>;

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;
const open: SuperLink[] = [];

afterEach(() => {
  for (const server of open.splice(0)) expect(server.failures).toEqual([]);
});

async function server(): Promise<SuperLink> {
  const made = await superLink();
  open.push(made);
  return made;
}

/** A node behind a SuperLink in place of one that is here. */
class FarNode extends TestNode {
  readonly answers: ReadonlyMap<string, FlowerRecord>[] = [];

  constructor(
    id: bigint,
    private readonly link: SuperLink,
    private readonly fitins: Readonly<Record<string, FlowerRecord>>,
  ) {
    super(id);
  }

  override async ask(config: ConfigRecord | Values): Promise<ConfigRecord> {
    const record = new ConfigRecord(Object.entries(config));
    const isRound = record.get('stage') === 'collect_masked_vectors';
    const { error, records } = await this.link.send({
      ...(isRound ? this.fitins : {}),
      [SECURE_AGGREGATION]: record,
    });
    if (error !== undefined) throw new Error(error.reason);
    this.answers.push(records);
    return records.get(SECURE_AGGREGATION) as ConfigRecord;
  }
}

/** A round of a node with a model and of two others. */
async function secureRound(
  options: object = {},
  asked: Values = {},
  weights = weightsOf(network(2)),
) {
  const link = await server();
  const model = network(1);
  const { node, progress } = await joined(link, {
    model,
    data: [x, y],
    validationData: [xTest, yTest],
    ...quiet,
    ...options,
  });
  const own = new FarNode(node.id, link, {
    'fitins.parameters': weights,
    'fitins.config': new ConfigRecord({ epochs: 2, lr: 0.02, ...asked }),
  });
  const zeros = [...weights.values()].map(({ size }) => new Array<number>(size).fill(0));
  const others = [5n, 6n].map((id) => new TestNode(id, resultOf(zeros, 100)));
  const nodes = [own, ...others];
  const keys = await setUp(nodes);
  const sealed = await shareKeys(nodes, keys);
  return { link, model, own, others, nodes, keys, sealed, progress, weights, node };
}

/** The weights of the first node of a round whose other nodes have sent zeros. They are exact to 4e-4. */
async function sentWeights(round: Awaited<ReturnType<typeof secureRound>>): Promise<number[][]> {
  const { nodes, sealed, keys } = round;
  const vectors = [];
  for (const one of nodes) vectors.push(await collectFrom(one, sealed));
  const sum = await unmaskedSum(nodes, [], vectors, keys);
  const [r, c] = [SETUP.target_range, SETUP.clipping_range];
  const factor = Math.round((50 / SETUP.max_weight) * r);
  return sum
    .slice(1)
    .map((array) => array.map((value) => (((Number(value) - r) * 2 * c) / r - c) * (r / factor)));
}

describe('a node with a model whose server asks for secure aggregation', () => {
  it('answers with weights that only the sum of all nodes shows', async () => {
    const { own, nodes, keys, sealed, progress, weights, model } = await secureRound();
    const vectors = [];
    for (const one of nodes) vectors.push(await collectFrom(one, sealed));
    const sum = await unmaskedSum(nodes, [], vectors, keys);

    const plain = network(9);
    plain.setWeights([...weights.values()]);
    if (plain.optimizer) plain.optimizer.learningRate = 0.02;
    const { history } = await plain.fit(x, y, { ...quiet, epochs: 2 });
    const expected = numbers(plain.weights);
    expect(numbers(model.weights)).toEqual(expected);
    const [r, c] = [SETUP.target_range, SETUP.clipping_range];
    const factors = [50, 100, 100].map((count) => Math.round((count / 1000) * r));
    expect(Number(sum[0]?.[0])).toBe(factors.reduce((a, b) => a + b));
    for (const [a, array] of expected.entries()) {
      for (const [i, weight] of array.entries()) {
        // The two others have sent zeros, which stand in the middle of the range.
        const exact = ((weight * (factors[0] ?? 0)) / r + c) * (r / (2 * c)) + r;
        expect(Math.abs(Number(sum[a + 1]?.[i]) - exact)).toBeLessThan(4.5);
      }
    }
    const [, , records = new Map<string, FlowerRecord>()] = own.answers;
    expect((records.get('fitres.parameters') as ArrayRecord).size).toBe(0);
    expect((records.get('fitres.metrics') as ConfigRecord).get('loss')).toBe(history.loss?.at(-1));
    expect((records.get('fitres.num_examples') as MetricRecord).get('num_examples')).toBe(50);
    const masked = (records.get(SECURE_AGGREGATION) as ConfigRecord).get(
      'masked_params',
    ) as Bytes[];
    expect(masked.slice(1).map((file) => int64s(file).length)).toEqual(expected.map((one) => one.length)); // prettier-ignore
    expect(progress.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  it('keeps the weights of such a round from a server that asks for them otherwise', async () => {
    const { link, nodes, sealed, keys, weights } = await secureRound();
    const [node = new TestNode(0n)] = nodes;
    const ask = { 'getparametersins.config': new ConfigRecord() };
    const askedFirst = await link.send(ask, { messageType: 'get_parameters' });
    expect([...askedFirst.records.keys()]).toEqual([
      'getparametersres.parameters',
      'getparametersres.status',
    ]);
    await collectFrom(node, sealed);
    const asked = await link.send(ask, { messageType: 'get_parameters' });
    expect(asked.error?.reason).toContain('secure aggregation keeps them from the server');
    // When it has weights of the server, they are no secret.
    await link.send({ arrays: weights }, { messageType: 'evaluate' });
    const { records } = await link.send(ask, { messageType: 'get_parameters' });
    expect(numbers((records.get('getparametersres.parameters') as ArrayRecord).values())).toEqual(
      numbers(weights.values()),
    );
    expect(Object.keys(keys)).toHaveLength(3);
  });

  it('trains by secure aggregation alone where it is told to', async () => {
    const { link, nodes, sealed, weights } = await secureRound({ requireSecureAggregation: true });
    const [node = new TestNode(0n)] = nodes;
    const ask = { 'getparametersins.config': new ConfigRecord() };
    const asked = await link.send(ask, { messageType: 'get_parameters' });
    expect(asked.error?.reason).toContain('secure aggregation keeps them from the server');
    const { error } = await link.send({ arrays: weights });
    expect(error?.reason).toContain(
      'trains by secure aggregation alone (requireSecureAggregation)',
    );
    const legacy = { 'fitins.parameters': weights, 'fitins.config': new ConfigRecord() };
    expect((await link.send(legacy)).error?.reason).toContain('requireSecureAggregation');
    expect(await collectFrom(node, sealed)).toHaveLength(9);
  });

  it('goes on after stages that it refuses, with the weights and the memory that it had', async () => {
    const { link, model, own, sealed, weights } = await secureRound();
    const before = numbers(model.weights);
    const { tensors } = memory();
    const stray = { arrays: weights, [SECURE_AGGREGATION]: new ConfigRecord({ stage: 'unmask' }) };
    expect((await link.send(stray)).error?.reason).toContain(
      'the stage must be collect_masked_vectors',
    );
    const metric = { [SECURE_AGGREGATION]: new MetricRecord({ stage: 1 }) };
    expect((await link.send(metric)).error?.reason).toContain('must be a ConfigRecord');
    const wrong = {
      'fitins.parameters': new ArrayRecord([[1]]),
      'fitins.config': new ConfigRecord(),
    };
    const told = { stage: 'collect_masked_vectors', ...sealed.get(own.id) };
    const round = { ...wrong, [SECURE_AGGREGATION]: new ConfigRecord(Object.entries(told)) };
    expect((await link.send(round)).error?.reason).toContain('has 1 arrays');
    expect(numbers(model.weights)).toEqual(before);
    wrong['fitins.parameters'].get('0')?.dispose();
    expect(memory().tensors).toBe(tensors);
    expect(await collectFrom(own, sealed)).toHaveLength(9);
  });

  it('refuses more samples than the server allows for, and has what it had before the round', async () => {
    const { link, model, own, sealed } = await secureRound({ numExamples: 1001 });
    const before = numbers([...model.weights, ...(model.optimizer?.variables ?? [])]);
    const { tensors } = memory();
    await expect(collectFrom(own, sealed)).rejects.toThrow('this node has 1001 samples');
    expect(numbers([...model.weights, ...(model.optimizer?.variables ?? [])])).toEqual(before);
    expect(memory().tensors).toBe(tensors);
    // So its weights are no secret either.
    const ask = { 'getparametersins.config': new ConfigRecord() };
    const { error } = await link.send(ask, { messageType: 'get_parameters' });
    expect(error).toBeUndefined();
  });

  it.each([
    ['clipping_norm', {}, { clipping_norm: 0.1 }],
    ['localDp', { localDp: { clippingNorm: 0.1, sensitivity: 0, epsilon: 1, delta: 0.1 } }, {}],
  ])('clips updates before they are masked: %s', async (name, options, asked) => {
    const round = await secureRound(options, asked);
    const { tensors } = memory();
    const sent = await sentWeights(round);
    expect(memory().tensors).toBe(tensors);
    const before = numbers(round.weights.values()).flat();
    const norm = Math.hypot(...sent.flat().map((value, i) => value - (before[i] ?? NaN)));
    expect(Math.abs(norm - 0.1)).toBeLessThan(0.005);
    const metrics = round.own.answers[2]?.get('fitres.metrics') as ConfigRecord;
    expect(metrics.get('norm_bit')).toBe(name === 'localDp' ? undefined : 1);
  });

  it('masks all weights as one array if the server has sent them so', async () => {
    const flat = new ArrayRecord([tensor(numbers(weightsOf(network(2)).values()).flat())]);
    const round = await secureRound({}, {}, flat);
    const sent = await sentWeights(round);
    const trained = numbers(round.model.weights).flat();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toHaveLength(trained.length);
    trained.forEach((value, i) => {
      expect(Math.abs((sent[0]?.[i] ?? NaN) - value)).toBeLessThan(4e-4);
    });
  });

  it('refuses updates in few bytes and demands for privacy that it cannot meet', async () => {
    const settings = [
      [{ 'update-dtype': 'int8' }, 'does not go with secure aggregation'],
      [{ noise_multiplier: 1 }, 'a demand for privacy that this node does not know'],
    ] as const;
    for (const [asked, reason] of settings) {
      const { own, sealed, model, progress } = await secureRound({}, asked);
      const before = numbers(model.weights);
      await expect(collectFrom(own, sealed)).rejects.toThrow(reason);
      expect(numbers(model.weights)).toEqual(before);
      const failures = progress.filter((one) => one.type === 'failed');
      expect(failures.map((one) => one.isRefusal)).toEqual([true]);
    }
  });

  it('has a handler of its own or the promise, not both', async () => {
    const link = await server();
    const train = () => ({});
    const options = {
      model: network(1),
      data: [x, y] as const,
      requireSecureAggregation: true,
      train,
    };
    await expect(joined(link, options)).rejects.toThrow('train is a handler of your own');
    const wrong = {
      model: network(1),
      data: [x, y] as const,
      requireSecureAggregation: 1 as never,
    };
    await expect(joined(link, wrong)).rejects.toThrow(
      'requireSecureAggregation must be true or false',
    );
  });
});
