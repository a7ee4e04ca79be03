import { afterEach, describe, expect, it } from 'vitest';
import { memory } from '../../../../src/index.js';
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

/** A node behind a SuperLink in the place of one that is here. */
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
async function secureRound(options: object = {}) {
  const link = await server();
  const model = network(1);
  const { node, progress } = await joined(link, {
    model,
    data: [x, y],
    validationData: [xTest, yTest],
    ...quiet,
    ...options,
  });
  const weights = weightsOf(network(2));
  const own = new FarNode(node.id, link, {
    'fitins.parameters': weights,
    'fitins.config': new ConfigRecord({ epochs: 2, lr: 0.02 }),
  });
  const zeros = network(2).weights.map(({ shape }) => new Array(shape.reduce((a, b) => a * b, 1)).fill(0) as number[]); // prettier-ignore
  const others = [5n, 6n].map((id) => new TestNode(id, resultOf(zeros, 100)));
  const nodes = [own, ...others];
  const keys = await setUp(nodes);
  const sealed = await shareKeys(nodes, keys);
  return { link, model, own, others, nodes, keys, sealed, progress, weights, node };
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
    expect(asked.error?.reason).toContain('which secure aggregation keeps from the server');
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

  it('refuses weights that are not finite, and more samples than the server allows for', async () => {
    const { own, sealed } = await secureRound({ numExamples: 1001 });
    await expect(collectFrom(own, sealed)).rejects.toThrow('this node has 1001 samples');
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
