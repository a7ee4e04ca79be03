// The rates follow from Keras's rules: after `patience` epochs without improvement, times `factor`.
import { describe, expect, it } from 'vitest';
import { CallbackList, LearningRateScheduler, ReduceLROnPlateau } from '../../../src/callbacks.js';
import type { ReduceLROnPlateauOptions, Callback } from '../../../src/callbacks.js';
import { ValueError } from '../../../src/errors.js';
import { compiledTwoLayers, regression } from '../models/networks.js';
import { RecordingWriter } from './recording-writer.js';

/** The learning rate after each epoch with these values of `name`, starting at 1. */
function ratesAfter(callback: Callback, values: readonly number[], name = 'val_loss'): number[] {
  const optimizer = { learningRate: 1 };
  const model = {
    stopTraining: false,
    metrics: [{ name: 'accuracy', direction: 'up' as const }],
    optimizer,
    getWeights: () => [],
    setWeights: () => undefined,
  };
  const list = new CallbackList([callback], model);
  void list.onTrainBegin();
  return values.map((value, epoch) => {
    void list.onEpochBegin(epoch);
    void list.onEpochEnd(epoch, { [name]: value });
    return optimizer.learningRate;
  });
}

describe('ReduceLROnPlateau', () => {
  it.each<[string, ReduceLROnPlateauOptions, number[], number[]]>([
    [
      'after patience epochs',
      { factor: 0.5, patience: 2 },
      [3, 3, 3, 3, 3],
      [1, 1, 0.5, 0.5, 0.25],
    ],
    [
      'counting again after an improvement',
      { factor: 0.5, patience: 2 },
      [3, 3, 2, 2, 2],
      [1, 1, 1, 1, 0.5],
    ],
    ['not below minLr', { factor: 0.5, patience: 1, minLr: 0.4 }, [3, 3, 3, 3], [1, 0.5, 0.4, 0.4]],
    [
      'where a change of less than minDelta is none',
      { factor: 0.5, patience: 1, minDelta: 0.5 },
      [3, 2.6, 2],
      [1, 0.5, 0.5],
    ],
    [
      'not while it cools down',
      { factor: 0.5, patience: 1, cooldown: 2 },
      [3, 3, 3, 3, 3],
      [1, 0.5, 0.5, 0.25, 0.25],
    ],
    [
      'where the value should rise',
      { factor: 0.5, patience: 1, mode: 'max' },
      [1, 2, 2],
      [1, 1, 0.5],
    ],
  ])('lowers the rate %s', (_, options, values, rates) => {
    expect(ratesAfter(new ReduceLROnPlateau(options), values)).toEqual(rates);
  });

  it('knows from the metric which way is better', () => {
    const callback = new ReduceLROnPlateau({ monitor: 'val_accuracy', patience: 1, factor: 0.5 });
    expect(ratesAfter(callback, [0.5, 0.6, 0.6], 'val_accuracy')).toEqual([1, 1, 0.5]);
  });

  it('says what it does, and once that the value is missing', () => {
    const writer = new RecordingWriter();
    ratesAfter(new ReduceLROnPlateau({ patience: 1, factor: 0.5, verbose: 1, writer }), [1, 1]);
    expect(writer.text).toBe('\nEpoch 2: ReduceLROnPlateau reducing learning rate to 0.5.\n');
    const warned = new RecordingWriter();
    ratesAfter(new ReduceLROnPlateau({ writer: warned }), [1, 1], 'loss');
    expect(warned.writes).toHaveLength(1);
    expect(warned.text).toContain("'val_loss', which is not in the logs: loss");
  });

  it.each<[ReduceLROnPlateauOptions]>([
    [{ factor: 1 }],
    [{ patience: -1 }],
    [{ cooldown: 0.5 }],
    [{ minLr: -1 }],
    [{ mode: 'up' as never }],
    [{ minDetla: 1 } as never],
  ])('refuses %j', (options) => {
    expect(() => new ReduceLROnPlateau(options)).toThrow(ValueError);
  });

  it('puts the rate of each epoch into the history', async () => {
    const { x, y } = regression(8);
    const model = compiledTwoLayers();
    const callback = new ReduceLROnPlateau({
      monitor: 'loss',
      patience: 1,
      minDelta: 100,
      factor: 0.5,
    });
    const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: [callback] });
    // 0.1 in float32, as the optimizer keeps it.
    expect(history['learning_rate']).toEqual([
      Math.fround(0.1),
      Math.fround(0.1),
      Math.fround(0.05),
    ]);
  });
});

describe('LearningRateScheduler', () => {
  it('sets the rate before each epoch', async () => {
    const { x, y } = regression(8);
    const model = compiledTwoLayers();
    const writer = new RecordingWriter();
    const schedule = (epoch: number, rate: number): number => (epoch === 0 ? rate : rate / 2);
    const callback = new LearningRateScheduler(schedule, { verbose: 1, writer });
    const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: [callback] });
    const rate = Math.fround(0.1);
    expect(history['learning_rate']).toEqual([rate, rate / 2, rate / 4]);
    expect(writer.writes[1]).toBe(
      `\nEpoch 2: LearningRateScheduler setting learning rate to ${rate / 2}.\n`,
    );
  });

  it.each([NaN, -1, '0.1', undefined])('refuses a schedule that gives %s', (value) => {
    const callback = new LearningRateScheduler(() => value as number);
    expect(() => ratesAfter(callback, [1])).toThrow(/the schedule must give a number/);
  });

  it('refuses what is not a function', () => {
    expect(() => new LearningRateScheduler(0.1 as never)).toThrow(ValueError);
  });
});
