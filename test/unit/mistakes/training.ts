// A loss that becomes NaN, and names that callbacks monitor.
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  callbacks,
  layers,
  losses,
  metrics,
  models,
  optimizers,
  zeros,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { anchorsOf, readPages } from '../docs/pages.js';
import { expectText, messageOf, ofFour, sequential, silent, untyped } from './mistake.js';
import type { Text } from './mistake.js';

export function mistakesOfTraining(): void {
  describe('a loss that is not a number', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    afterEach(() => warned.mockClear());
    const warnings = (): string[] => warned.mock.calls.map(([text]) => String(text));
    const [x, y] = [
      [[1], [2], [3], [4]],
      [[2], [4], [6], [8]],
    ];

    /** A model whose weights leave float32 after some steps, as its learning rate is far too high. */
    const exploding = (): models.Sequential => {
      const model = sequential(new layers.Dense(1, { inputShape: [1], name: 'line' }));
      model.compile({ loss: 'mse', optimizer: new optimizers.SGD({ learningRate: 1e15 }) });
      return model;
    };

    it('is told once a fit, with the step and the page', async () => {
      const model = exploding();
      const steps: number[] = [];
      const onTrainBatchEnd = (_: number, logs: callbacks.Logs = {}): void => {
        steps.push(logs['loss'] ?? 0);
      };
      const options = { ...silent, epochs: 3, batchSize: 2, shuffle: false };
      await model.fit(x, y, { ...options, callbacks: { onTrainBatchEnd } });
      const first = steps.findIndex((loss) => !Number.isFinite(loss));
      expect(first).toBeGreaterThan(0);
      expect(warnings()).toHaveLength(1);
      const place = `step ${(first % 2) + 1} of epoch ${Math.floor(first / 2) + 1}`;
      expect(warnings()[0]).toMatch(
        `model '${model.name}' is ${String(steps[first])} since ${place}`,
      );
      await model.fit(x, y, options);
      expect(warnings()).toHaveLength(2);
      expect(warnings()[1]).toMatch('NaN since step 1 of epoch 1');
    });

    it('names a heading of the documentation', async () => {
      await exploding().fit(x, y, { ...silent, epochs: 5 });
      const [, page = '', anchor = ''] = /(docs\/\S+\.md)#(\S+)/.exec(warnings()[0] ?? '') ?? [];
      const found = readPages().find(({ name }) => name === page);
      expect(found && [...anchorsOf(found)]).toContain(anchor);
    });

    it('is told by a custom training step too', async () => {
      class Own extends models.Sequential {
        override trainStep(): { loss: number } {
          return { loss: NaN };
        }
      }
      const model = new Own([new layers.Dense(1, { inputShape: [1] })]);
      model.compile({ loss: 'mse' });
      // The step changes nothing, which is refused when the epoch ends.
      expect(await messageOf(() => model.fit(x, y, silent))).toMatch('none of its');
      expect(
        warnings().filter((text) => text.includes('NaN since step 1 of epoch 1')),
      ).toHaveLength(1);
    });

    it('is told by nothing but TerminateOnNaN where that watches', async () => {
      const lines: string[] = [];
      const writer = { isTerminal: false, columns: 80, write: (text: string) => lines.push(text) };
      const watch = new callbacks.TerminateOnNaN({ writer: untyped(writer) });
      await exploding().fit(x, y, { ...silent, epochs: 5, callbacks: watch });
      expect(lines.join('')).toMatch('Invalid loss, terminating training');
      expect(warnings()).toEqual([]);
    });

    it('is nothing where all losses are finite', async () => {
      await ofFour().fit(zeros([4, 4]), zeros([4, 1]), silent);
      expect(warnings()).toEqual([]);
    });
  });

  describe('the name of a monitor', () => {
    const lines: string[] = [];
    const writer = untyped({ write: (text: string) => lines.push(text) });
    const trained = async (make: () => callbacks.Callback): Promise<string> => {
      lines.length = 0;
      const model = sequential(new layers.Dense(2, { activation: 'softmax', inputShape: [2] }));
      const loss = new losses.SparseCategoricalCrossentropy();
      const own = new metrics.MeanMetricWrapper((a: Tensor, b: Tensor) => a.mul(0).add(b.mean(1)), {
        name: 'own',
      });
      model.compile({ loss, metrics: ['accuracy', own] });
      const thrown = await messageOf(() =>
        model.fit(zeros([2, 2]), [0, 1], { ...silent, callbacks: make() }),
      );
      return thrown + lines.join('');
    };
    const watching: readonly [string, (options: object) => callbacks.Callback][] = [
      ['EarlyStopping', (options) => new callbacks.EarlyStopping({ ...options, writer })],
      ['ReduceLROnPlateau', (options) => new callbacks.ReduceLROnPlateau({ ...options, writer })],
      [
        'ModelCheckpoint',
        (options) =>
          new callbacks.ModelCheckpoint(path.join(os.tmpdir(), 'no/such/folder/m.keras'), {
            ...options,
            saveBestOnly: true,
            initialValueThreshold: 1,
            writer,
          }),
      ],
    ];
    const monitors: readonly [monitor: string, says: readonly Text[], not: readonly Text[]][] = [
      [
        'val_acc',
        [
          "'val_acc', which is not in the logs: loss, accuracy, own",
          "Did you mean 'val_accuracy'?",
          'validationData',
        ],
        ['mode'],
      ],
      [
        'acc',
        ["'acc', which is not in the logs", "Did you mean 'accuracy'?"],
        ['mode', 'validationData'],
      ],
      ['acuracy', ["Did you mean 'accuracy'?"], ['mode']],
      [
        'quality',
        ["'quality', which is not in the logs: loss, accuracy, own"],
        ['mode', 'Did you mean'],
      ],
      ['val_accuracy', ['which is not in the logs', 'validationData'], ['mode', 'Did you mean']],
    ];
    describe.each(watching)('%s', (owner, make) => {
      it.each(monitors)('%s', async (monitor, says, not) => {
        expectText(await trained(() => make({ monitor })), [owner, ...says], not);
        // Nor is it passed over where the mode is said.
        expectText(await trained(() => make({ monitor, mode: 'max' })), [owner, ...says], not);
      });
    });

    it('that exists is asked for its direction', async () => {
      const message = await trained(() => new callbacks.EarlyStopping({ monitor: 'own' }));
      expectText(message, ["'own' should rise or fall", "mode: 'max'"], ['not in the logs']);
    });
  });
}
