// Weights as one flat array, updates in few bytes, names of metrics, settings of nodes, advice of the server.
import { describe, expect, it } from 'vitest';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import { Polling } from '../../../src/extras/flower/polling.js';
import { tensor } from '../../../src/index.js';
import { joined, network, numbers, weightsOf, x, xTest, y, yTest } from './nodes.js';
import { superLink } from './superlink.js';
import type { SuperLink } from './superlink.js';

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;

function arraysOf(records: ReadonlyMap<string, unknown>): number[][] {
  return numbers((records.get('arrays') as ArrayRecord).values());
}

/** The calls after so many, without polls and heartbeats. */
function requestsAfter({ calls }: SuperLink, count: number): SuperLink['calls'] {
  return calls.slice(count).filter(({ name }) => name !== 'pullMessages' && name !== 'heartbeat');
}

describe('all weights as one array', () => {
  it('come as one and go as one, with the same numbers, in 14 requests', async () => {
    const server = await superLink();
    await joined(server, {
      model: network(1),
      data: [x, y],
      validationData: [xTest, yTest],
      ...quiet,
    });
    const arrays = weightsOf(network(2));
    const flat = new ArrayRecord({ all: tensor(numbers(arrays.values()).flat()) });
    const apart = await server.send({ arrays }, { runId: 1n });
    const before = server.calls.length;
    const config = new ConfigRecord({ lr: 0.01 });
    const { records } = await server.send({ flat, config }, { runId: 2n });
    expect(requestsAfter(server, before).length).toBeLessThanOrEqual(14);
    const answered = records.get('flat') as ArrayRecord;
    expect([...answered.keys()]).toEqual(['all']);
    expect(numbers(answered.values())).toEqual([arraysOf(apart.records).flat()]);
    const measured = await server.send({ flat }, { messageType: 'evaluate' });
    const expected = await server.send({ arrays }, { messageType: 'evaluate' });
    expect(measured.records).toEqual(expected.records);
  });

  it('of another length are refused', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const { error } = await server.send({ flat: new ArrayRecord([[1, 2, 3]]) });
    expect(error?.reason).toMatch(/has 1 arrays; .* has 8 weights.*flat array/);
  });
});

describe('updates in few bytes', () => {
  it.each(['float16', 'int8'] as const)('are what has changed, in %s', async (dtype) => {
    for (const form of ['apart', 'flat', 'clipped']) {
      const server = await superLink();
      await joined(server, { model: network(1), data: [x, y], ...quiet });
      const weights = weightsOf(network(2));
      const whole = [...numbers(weights.values())];
      const arrays = form === 'flat' ? new ArrayRecord([tensor(whole.flat())]) : weights;
      const clipping = form === 'clipped' ? { clipping_norm: 0.2 } : {};
      const free = await server.send({ arrays, config: new ConfigRecord(clipping) }, { runId: 1n });
      const config = new ConfigRecord({ 'update-dtype': dtype, ...clipping });
      const start = server.calls.length;
      const { records, pushed } = await server.send({ arrays, config }, { runId: 2n });
      const bytes = pushed.reduce((sum, id) => sum + (server.objects.get(id)?.length ?? 0), 0);
      expect(bytes).toBeGreaterThan(0);
      expect(requestsAfter(server, start).length).toBeLessThanOrEqual(form === 'flat' ? 14 : 42);
      const metrics = records.get('metrics') as MetricRecord;
      const scales = metrics.get('update-scales') as number[] | undefined;
      expect(scales?.length).toBe(dtype === 'int8' ? arrays.size : undefined);
      const before = numbers(arrays.values());
      const expected = arraysOf(free.records);
      let norm = 0;
      arraysOf(records).forEach((elements, i) => {
        const largest = Math.max(
          ...(expected[i] ?? []).map((value, j) => Math.abs(value - (before[i]?.[j] ?? NaN))),
        );
        // Half a step, or a whole one where numbers are rounded towards 0.
        const step = dtype === 'int8' ? largest / 127 : largest * 2 ** -10;
        elements.forEach((element, j) => {
          const change = element * (scales?.[i] ?? 1);
          norm += change ** 2;
          const exact = (expected[i]?.[j] ?? NaN) - (before[i]?.[j] ?? NaN);
          expect(Math.abs(change - exact)).toBeLessThanOrEqual(step + 1e-7);
        });
      });
      if (form === 'clipped') expect(Math.sqrt(norm)).toBeLessThanOrEqual(0.2);
    }
  });
});

describe('metricNames', () => {
  it('are what the server calls metrics', async () => {
    const server = await superLink();
    const metricNames = { loss: 'train-loss', accuracy: null, 'num-examples': 'samples' };
    await joined(server, {
      model: network(1),
      data: [x, y],
      validationData: [xTest, yTest],
      metricNames,
      ...quiet,
    });
    const arrays = weightsOf(network(2));
    for (const messageType of ['train', 'evaluate']) {
      const { records } = await server.send({ arrays }, { messageType });
      expect([...(records.get('metrics') as MetricRecord).keys()]).toEqual([
        'train-loss',
        'samples',
      ]);
    }
  });

  it.each([[5], [{ loss: 5 }], [{ loss: '' }], [['loss']]])('are checked: %o', async (names) => {
    const server = await superLink();
    const options = { model: network(1), data: [x, y] as const, metricNames: names as never };
    await expect(joined(server, options)).rejects.toThrow(/metricNames must be an object of texts/);
  });

  it('are told when two metrics get one name', async () => {
    const server = await superLink();
    await joined(server, {
      model: network(1),
      data: [x, y],
      metricNames: { loss: 'accuracy' },
      ...quiet,
    });
    const { error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error?.reason).toMatch(/gives two metrics the name 'accuracy'/);
  });
});

describe('settings', () => {
  it('of the node are in its messages', async () => {
    const server = await superLink();
    const nodeConfig = { 'partition-id': 3, name: 'north' };
    await joined(server, {
      nodeConfig,
      train: (message) => ({
        metrics: new MetricRecord({ id: message.nodeConfig['partition-id'] as number }),
      }),
    });
    const { records } = await server.send({});
    expect((records.get('metrics') as MetricRecord).get('id')).toBe(3);
    const wrong = { nodeConfig: { a: [1] } as never, train: () => ({}) };
    await expect(joined(server, wrong)).rejects.toThrow(/nodeConfig must be an object of texts/);
  });

  it('of several records are taken together, and contradictions are refused', async () => {
    const server = await superLink();
    const { progress, told } = await joined(server, {
      model: network(1),
      data: [x, y],
      ...quiet,
      onProgress: (one) => {
        if (one.type === 'received') one.message.config.get('server-round');
      },
    });
    const arrays = weightsOf(network(2));
    const a = new ConfigRecord({ epochs: 2, note: 'x' });
    const b = new ConfigRecord({ 'batch-size': 10, note: 'x' });
    expect((await server.send({ arrays, a, b })).error).toBeUndefined();
    expect(told('epoch')).toHaveLength(2);
    const other = new ConfigRecord({ epochs: 3 });
    const { error } = await server.send({ arrays, a, other });
    expect(error?.reason).toMatch(/epochs = 2 and epochs = 3, which contradict each other/);
    expect(progress.map(({ type }) => type)).not.toContain('left');
  });

  it.each([
    { lr: 0.1, 'learning-rate': 0.2 },
    { epochs: 1, 'local-epochs': 2 },
    { local_epochs: 1, 'local-epochs': 2 },
    { batch_size: 8, 'batch-size': 16 },
    { proximal_mu: 0, 'proximal-mu': 1 },
    { clipping_norm: 1, 'clipping-norm': 1e9 },
    { poll_interval: 1, 'poll-interval': 2 },
    { noise_multiplier: 0, 'noise-multiplier': 1 },
    { note: `${'x'.repeat(1000)}y`, local_note: `${'x'.repeat(1000)}z` },
  ])('that contradict each other in two spellings are refused: %o', async (settings) => {
    const server = await superLink();
    const { told } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const entries = Object.entries(settings) as [string, string | number][];
    const one = { config: new ConfigRecord(entries) };
    const two = {
      a: new ConfigRecord(entries.slice(0, 1)),
      b: new ConfigRecord(entries.slice(1)),
    };
    for (const records of [one, two]) {
      const { error } = await server.send({ arrays, ...records });
      expect(error?.reason).toMatch(/which contradict each other/);
    }
    expect(told('epoch')).toEqual([]);
  });

  it('may be repeated in two spellings', async () => {
    const server = await superLink();
    const { told } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const a = new ConfigRecord({ lr: 0.1, epochs: 2, list: [1, 2] });
    const b = new ConfigRecord({ 'learning-rate': 0.1, local_epochs: 2, list: [1, 2] });
    const { error } = await server.send({ arrays: weightsOf(network(2)), a, b });
    expect(error).toBeUndefined();
    expect(told('epoch')).toHaveLength(2);
  });

  it('of clipping and polling must not contradict each other for handlers of the caller either', async () => {
    const server = await superLink();
    let calls = 0;
    const train = () => (calls++, { metrics: new MetricRecord({ n: 1 }) });
    await joined(server, { train });
    const arrays = new ArrayRecord([x]);
    for (const name of ['clipping_norm', 'poll-interval']) {
      const [a, b] = [1, 2].map((value) => new ConfigRecord({ [name]: value }));
      const { error } = await server.send({ arrays, a, b } as never);
      expect(error?.reason).toContain(`${name} = 1 and ${name} = 2, which contradict each other`);
    }
    expect(calls).toBe(0);
  });

  it('that demand secure aggregation without naming a stage are refused', async () => {
    const server = await superLink();
    const { told, tells } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const { error } = await server.send({ arrays, secaggplus_configs: new ConfigRecord({}) });
    expect(error?.reason).toMatch(
      /secure aggregation: stage must be one of setup, .*got undefined/,
    );
    await tells('failed');
    expect(told('failed')[0]?.isRefusal).toBe(true);
  });

  it('tell a monitor of bytes and seconds', async () => {
    const server = await superLink();
    const { told, tells } = await joined(server, { train: ({ arrays }) => ({ arrays }) });
    await server.send({ arrays: new ArrayRecord([x]) });
    await tells('answered');
    expect(told('received')[0]?.bytes).toBeGreaterThan(x.byteLength);
    expect(told('received')[0]?.seconds).toBeGreaterThanOrEqual(0);
  });
});

describe('questions for messages', () => {
  it('come after an eighth of the idle time, within bounds, or as the server advises', () => {
    let now = 0;
    const clock = performance.now.bind(performance);
    performance.now = () => now;
    try {
      const polling = new Polling(1, 15);
      const mean = (): number =>
        Array.from({ length: 2000 }, () => polling.seconds).reduce((a, b) => a + b, 0) / 2000;
      const at = (seconds: number): number => {
        now = seconds * 1000;
        return mean();
      };
      expect(at(0)).toBeCloseTo(1, 1);
      expect(at(4)).toBeCloseTo(1, 1);
      expect(Math.abs(at(40) / 5 - 1)).toBeLessThan(0.03);
      expect(Math.abs(at(1e6) / 15 - 1)).toBeLessThan(0.03);
      polling.note(1n);
      expect(mean()).toBeCloseTo(1, 1);
      polling.note(1n, 4);
      polling.note(1n);
      expect(Math.abs(at(2e6) / 4 - 1)).toBeLessThan(0.03);
      const all = Array.from({ length: 2000 }, () => polling.seconds);
      expect(Math.min(...all)).toBeGreaterThanOrEqual(3);
      expect(Math.max(...all)).toBeLessThanOrEqual(5);
      // Another run has not advised anything.
      polling.note(2n);
      expect(mean()).toBeCloseTo(1, 1);
      polling.note(2n, 100);
      expect(mean()).toBeGreaterThan(90);
    } finally {
      performance.now = clock;
    }
  });

  it('follow the advice of a message, which has bounds', async () => {
    const server = await superLink();
    const train = () => ({ metrics: new MetricRecord({ n: 1 }) });
    const { tells } = await joined(server, { train });
    const wrong = await server.send({ config: new ConfigRecord({ 'poll-interval': 1e9 }) });
    expect(wrong.error?.reason).toMatch(/poll-interval.*600/);
    const config = new ConfigRecord({ 'poll-interval': 600 });
    expect((await server.send({ config })).error).toBeUndefined();
    await tells('answered');
    const asked = server.count('pullMessages');
    await new Promise((resolve) => setTimeout(resolve, 200));
    // One question comes at once, and the next one not before seven minutes.
    expect(server.count('pullMessages')).toBeLessThanOrEqual(asked + 1);
  });
});
