import { describe, expect, it } from 'vitest';
import { CallbackList, ProgbarLogger } from '../../../src/callbacks.js';
import type { CallbackModel, CallbackParams } from '../../../src/callbacks.js';
import {
  formatCount,
  formatEta,
  formatStepTime,
  formatValue,
} from '../../../src/nn/callbacks/progress-bar.js';
import { Progbar } from '../../../src/utils.js';
import { RecordingWriter } from './recording-writer.js';

describe('numbers as Keras shows them', () => {
  it.each([
    [0, '0s'],
    [59.9, '59s'],
    [61, '1:01'],
    [3599, '59:59'],
    [3601, '1:00:01'],
    [7325, '2:02:05'],
  ])('%f seconds are left: %s', (seconds, text) => expect(formatEta(seconds)).toBe(text));

  it.each([
    [2.4, '2s/step'],
    [0.0123, '12ms/step'],
    [0.00035, '350us/step'],
    [0, '0s/step'],
  ])('a step of %f s: %s', (seconds, text) => expect(formatStepTime(seconds)).toBe(text));

  it.each([
    [0.87321, '0.8732'],
    [12.5, '12.5000'],
    [-0.5, '-0.5000'],
    [0.0004231, '4.2310e-04'],
    [0, '0.0000e+00'],
    [1.5e-12, '1.5000e-12'],
    [NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('the value %f: %s', (value, text) => expect(formatValue(value)).toBe(text));

  it('counts steps as wide as all of them', () => {
    expect(formatCount(9, 469)).toBe('  9/469');
    expect(formatCount(9, null)).toBe('      9/Unknown');
  });
});

const model: CallbackModel = {
  stopTraining: false,
  getWeights: () => [],
  setWeights: () => undefined,
};

/** Two epochs of four steps of 1/16 s each. */
function fit(writer: RecordingWriter, params: CallbackParams, steps = 4): void {
  let time = 100;
  const list = new CallbackList([new ProgbarLogger({ writer, now: () => time })], model, {
    epochs: 2,
    steps,
    ...params,
  });
  void list.onTrainBegin();
  for (let epoch = 0; epoch < 2; epoch++) {
    void list.onEpochBegin(epoch);
    for (let batch = 0; batch < steps; batch++) {
      time += 0.0625;
      void list.onTrainBatchEnd(batch, { accuracy: 0.5, loss: 1 / (batch + 1) });
    }
    void list.onTestBegin();
    void list.onTestBatchEnd(0, { loss: 9 });
    void list.onTestEnd({ loss: 9 });
    void list.onEpochEnd(epoch, { accuracy: 0.5, loss: 0.25, val_loss: 9 });
  }
  void list.onTrainEnd();
}

/** The bar without colours, so many of its 20 cells filled. */
const bar = (filled: number): string => '━'.repeat(filled) + '─'.repeat(20 - filled);

describe('ProgbarLogger', () => {
  it('draws no bar on a terminal with verbose 2, only a line an epoch', () => {
    const writer = new RecordingWriter({ isTerminal: true });
    fit(writer, { verbose: 2 });
    expect(writer.writes).toHaveLength(2);
    // The first step does not count for the time of a step.
    expect(writer.writes[0]).toBe(
      'Epoch 1/2 - 4/4 - 0s - 63ms/step - accuracy: 0.5000 - loss: 0.2500 - val_loss: 9.0000\n',
    );
  });

  it('draws a bar in place on a terminal, at most every 100 ms', () => {
    const writer = new RecordingWriter({ isTerminal: true, columns: 120 });
    fit(writer, { verbose: 'auto' });
    expect(writer.writes).toEqual(
      [1, 2].flatMap((epoch) => [
        `Epoch ${epoch}/2\n`,
        `\r1/4 ${bar(5)} 0s 63ms/step - accuracy: 0.5000 - loss: 1.0000\x1b[K`,
        `\r3/4 ${bar(15)} 0s 63ms/step - accuracy: 0.5000 - loss: 0.3333\x1b[K`,
        `\r4/4 ${bar(20)} 0s 63ms/step - accuracy: 0.5000 - loss: 0.2500 - val_loss: 9.0000\x1b[K\n`,
      ]),
    );
  });

  it('fills the bar in colours where there are any', () => {
    const writer = new RecordingWriter({ isTerminal: true, hasColors: true });
    fit(writer, { verbose: 1 });
    expect(writer.writes[1]).toBe(
      `\r\x1b[1m1/4\x1b[0m \x1b[32m${'━'.repeat(5)}\x1b[0m\x1b[37m${'━'.repeat(15)}\x1b[0m ` +
        `\x1b[1m0s\x1b[0m 63ms/step - accuracy: 0.5000 - loss: 1.0000\x1b[K`,
    );
  });

  it('cuts a running line to the width of the terminal, but not the final one', () => {
    const writer = new RecordingWriter({ isTerminal: true, columns: 40 });
    fit(writer, { verbose: 1 });
    expect(writer.writes[1]).toBe(`\r1/4 ${bar(5)} 0s 63ms/step -\x1b[K`);
    expect(writer.writes[3]).toContain('val_loss: 9.0000');
  });

  it.each(['auto', 1, 2] as const)(
    'writes one line an epoch where there is no terminal: verbose %s',
    (verbose) => {
      const writer = new RecordingWriter();
      fit(writer, { verbose });
      const line = '4/4 - 0s - 63ms/step - accuracy: 0.5000 - loss: 0.2500 - val_loss: 9.0000\n';
      expect(writer.writes).toEqual([`Epoch 1/2 - ${line}`, `Epoch 2/2 - ${line}`]);
    },
  );

  it('writes nothing with verbose 0', () => {
    const writer = new RecordingWriter({ isTerminal: true });
    fit(writer, { verbose: 0 });
    expect(writer.writes).toEqual([]);
  });

  it('has no bar while the number of steps is not known, and one afterwards', () => {
    const writer = new RecordingWriter({ isTerminal: true });
    let time = 0;
    const list = new CallbackList([new ProgbarLogger({ writer, now: () => time })], model, {
      verbose: 1,
      steps: null,
    });
    for (let epoch = 0; epoch < 2; epoch++) {
      void list.onEpochBegin(epoch);
      time += 2;
      void list.onTrainBatchEnd(0, { loss: 1 });
      void list.onEpochEnd(epoch, { loss: 1 });
    }
    expect(writer.writes[0]).toBe('\r      1/Unknown 2s 2s/step - loss: 1.0000\x1b[K');
    expect(writer.writes[1]).toBe(`\r1/1 ${bar(20)} 2s 2s/step - loss: 1.0000\x1b[K\n`);
    expect(writer.writes[2]).toBe(`\r1/1 ${bar(20)} 0s 2s/step - loss: 1.0000\x1b[K`);
  });

  it('shows evaluate and predict as well', () => {
    const writer = new RecordingWriter({ isTerminal: true });
    const logger = new ProgbarLogger({ writer, now: () => 0 });
    const list = new CallbackList([logger], model, { verbose: 1, steps: 1 });
    void list.onTestBegin();
    void list.onTestBatchEnd(0, { loss: 1 });
    void list.onTestEnd({ loss: 1 });
    void list.onPredictBegin();
    void list.onPredictBatchEnd(0);
    void list.onPredictEnd();
    expect(writer.writes).toHaveLength(4);
    expect(writer.writes[1]).toBe(`\r1/1 ${bar(20)} 0s 0s/step - loss: 1.0000\x1b[K\n`);
    expect(writer.writes[3]).toBe(`\r1/1 ${bar(20)} 0s 0s/step\x1b[K\n`);
  });
});

describe('Progbar', () => {
  /** A bar on a terminal, and a clock that goes on by a second with each update. */
  function bar10(options: object = {}): { writer: RecordingWriter; progress: Progbar } {
    const writer = new RecordingWriter({ isTerminal: true });
    let time = 0;
    const progress = new Progbar(10, { writer, now: () => time++, ...options });
    return { writer, progress };
  }

  // Means weighted by the steps since the last update, and at the end the last value: keras.utils.Progbar.
  it('shows means of values, and those of statefulMetrics as they are', () => {
    const { writer, progress } = bar10({ statefulMetrics: ['rate'] });
    progress.update(1, { loss: 1, rate: 0.5 });
    progress.update(4, { loss: 2, rate: 0.25 });
    progress.add(6, [
      ['loss', 3],
      ['rate', 0.125],
    ]);
    expect(writer.writes).toEqual([
      `\r 1/10 ${bar(2)} 9s 1s/step - loss: 1.0000 - rate: 0.5000\x1b[K`,
      `\r 4/10 ${bar(8)} 2s 333ms/step - loss: 1.7500 - rate: 0.2500\x1b[K`,
      `\r10/10 ${bar(20)} 3s 222ms/step - loss: 3.0000 - rate: 0.1250\x1b[K\n`,
    ]);
  });

  it('takes the width, the unit, and statelessMetrics', () => {
    const { writer, progress } = bar10({ width: 4, unitName: 'file', statelessMetrics: ['a'] });
    progress.update(2, { a: 1, b: 1 });
    progress.update(4, { a: 3, b: 3 });
    expect(writer.writes[1]).toBe(`\r 4/10 ━─── 3s 500ms/file - a: 2.0000 - b: 3.0000\x1b[K`);
  });

  it('writes one line at the end with verbose 2, and nothing with 0', () => {
    const two = bar10({ verbose: 2 });
    two.progress.update(5, { loss: 1 });
    two.progress.update(10, { loss: 2 });
    expect(two.writer.writes).toEqual(['10/10 - 2s - 200ms/step - loss: 2.0000\n']);
    const none = bar10({ verbose: 0 });
    none.progress.update(10);
    expect(none.writer.writes).toEqual([]);
  });

  it('ends when it is told to, where the number of steps is not known', () => {
    const writer = new RecordingWriter();
    const progress = new Progbar(null, { writer, now: () => 0 });
    progress.update(3, { loss: 1 });
    progress.update(4, { loss: 2 }, true);
    expect(writer.writes).toEqual([`4/4 ${bar(20)} 0s 0s/step - loss: 2.0000\n`]);
  });

  it('refuses wrong options', () => {
    const make = (target: unknown, options?: object) => () => new Progbar(target as never, options);
    expect(make('ten')).toThrow(/target/);
    expect(make(3, { verbose: 3 })).toThrow(/verbose/);
    expect(make(3, { statefulMetrics: ['a'], statelessMetrics: ['b'] })).toThrow(
      /statefulMetrics or statelessMetrics/,
    );
    expect(() => new Progbar(3).update(1, { loss: 'x' } as never)).toThrow(/loss/);
  });
});
