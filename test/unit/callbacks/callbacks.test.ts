import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import {
  Callback,
  CallbackList,
  EarlyStopping,
  History,
  LambdaCallback,
  TerminateOnNaN,
} from '../../../src/callbacks.js';
import type { CallbackModel, EarlyStoppingOptions } from '../../../src/callbacks.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { RecordingWriter } from './recording-writer.js';

/** A model of one weight, the number of the epoch. */
class FakeModel implements CallbackModel {
  stopTraining = false;
  weight = 0;
  readonly metrics = [
    { name: 'accuracy', direction: 'up' as const },
    { name: 'mae', direction: 'down' as const },
    { name: 'own', direction: undefined },
  ];
  getWeights(): Tensor[] {
    return [tensor(this.weight)];
  }
  setWeights(weights: readonly Tensor[]): void {
    this.weight = weights[0]?.item() ?? NaN;
  }
}

/** Runs epochs with these values of `name` and returns the model and the epochs that ran. */
function train(
  callback: Callback,
  values: readonly number[],
  name = 'val_loss',
): { readonly model: FakeModel; readonly epochs: number } {
  const model = new FakeModel();
  const list = new CallbackList([callback], model);
  void list.onTrainBegin();
  let epochs = 0;
  for (const value of values) {
    if (model.stopTraining) break;
    model.weight = epochs + 1;
    void list.onEpochEnd(epochs, { [name]: value });
    epochs++;
  }
  void list.onTrainEnd();
  return { model, epochs };
}

describe('EarlyStopping', () => {
  it.each<[string, EarlyStoppingOptions, string, number[], number]>([
    ['stops at the first rise', {}, 'val_loss', [3, 2, 2.5, 1], 3],
    ['goes on after the first epoch, with patience 0', {}, 'val_loss', [3, 4, 1], 2],
    ['waits with patience', { patience: 2 }, 'val_loss', [3, 4, 2, 5, 6, 1], 5],
    ['wants a change of minDelta', { minDelta: 0.5 }, 'val_loss', [3, 2.6, 1], 2],
    ['a metric that rises', { monitor: 'val_accuracy' }, 'val_accuracy', [0.1, 0.2, 0.15, 0.9], 3],
    ['a metric that falls', { monitor: 'mae' }, 'mae', [3, 2, 2.5, 1], 3],
    ['by mode', { monitor: 'own', mode: 'max' }, 'own', [1, 2, 1, 5], 3],
    ['not before startFromEpoch', { startFromEpoch: 3 }, 'val_loss', [1, 2, 3, 4, 5, 6], 5],
    ['a baseline has to be beaten', { baseline: 1, patience: 2 }, 'val_loss', [5, 4, 3, 2.9, 3], 5],
    ['a NaN is no improvement', { patience: 1 }, 'val_loss', [1, NaN, 0.5], 2],
  ])('%s', (_, options, name, values, epochs) => {
    expect(train(new EarlyStopping(options), values, name).epochs).toBe(epochs);
  });

  it.each([
    [true, 2],
    [false, 4],
  ])('restoreBestWeights %s leaves the weights of epoch %d', (restoreBestWeights, weight) => {
    const before = memory().tensors;
    const callback = new EarlyStopping({ patience: 2, restoreBestWeights });
    const { model, epochs } = train(callback, [3, 1, 2, 2, 0]);
    expect(epochs).toBe(4);
    expect(model.weight).toBe(weight);
    expect(memory().tensors).toBe(before);
    expect(callback.stoppedEpoch).toBe(3);
  });

  it('says what it did', () => {
    const writer = new RecordingWriter();
    train(new EarlyStopping({ verbose: 1, restoreBestWeights: true, writer }), [1, 2]);
    expect(writer.text).toBe(
      'Epoch 2: early stopping\n' + 'Restoring model weights from the end of the best epoch: 1.\n',
    );
  });

  it('says once that the monitored value is missing, and goes on', () => {
    const writer = new RecordingWriter();
    expect(train(new EarlyStopping({ writer }), [1, 2, 3], 'loss').epochs).toBe(3);
    expect(writer.text.match(/'val_loss', which is not in the logs: loss/g)).toHaveLength(1);
  });

  it('asks for a mode where no metric tells which way is better', () => {
    const run = (): unknown => train(new EarlyStopping({ monitor: 'own' }), [1], 'own');
    expect(run).toThrow(ValueError);
    expect(run).toThrow(/'own'.*mode: 'max'/);
  });

  it('can be used again', () => {
    const callback = new EarlyStopping();
    train(callback, [1, 2]);
    expect(train(callback, [5, 4, 3]).epochs).toBe(3);
  });

  it.each<[object, RegExp]>([
    [{ patience: -1 }, /patience/],
    [{ mode: 'up' as 'max' }, /'auto', 'min' or 'max', got 'up'/],
    [{ patence: 1 }, /Did you mean 'patience'/],
  ])('refuses %j', (options, message) => {
    expect(() => new EarlyStopping(options)).toThrow(message);
  });
});

describe('TerminateOnNaN', () => {
  it.each([NaN, Infinity])('ends training at a loss of %f', (loss) => {
    const writer = new RecordingWriter();
    const model = new FakeModel();
    const list = new CallbackList([new TerminateOnNaN({ writer })], model);
    void list.onTrainBatchEnd(0, { loss: 1 });
    expect(model.stopTraining).toBe(false);
    void list.onTrainBatchEnd(1, { loss });
    expect(model.stopTraining).toBe(true);
    expect(writer.text).toBe('Batch 1: Invalid loss, terminating training\n');
  });

  it('throws with raiseError', () => {
    const callback = new TerminateOnNaN({ raiseError: true });
    expect(() => callback.onBatchEnd(3, { loss: NaN })).toThrow(/batch 3 is NaN/);
  });
});

it('History gathers the logs of epochs', () => {
  const history = new History();
  void new CallbackList([history], new FakeModel(), { epochs: 2 }).onTrainBegin();
  history.onEpochEnd(0, { loss: 2 });
  history.onEpochEnd(1, { loss: 1, val_loss: 3 });
  expect(history.epoch).toEqual([0, 1]);
  expect(history.history).toEqual({ loss: [2, 1], val_loss: [3] });
  expect(history.params).toEqual({ epochs: 2 });
});

describe('plain objects of hooks', () => {
  it('are callbacks', () => {
    const seen: unknown[] = [];
    const list = new CallbackList([
      { onEpochEnd: (epoch, logs) => seen.push([epoch, logs]) },
      new LambdaCallback({ onTrainBatchEnd: (batch) => seen.push(batch) }),
    ]);
    expect(list.onTrainBatchEnd(7)).toBeUndefined();
    expect(list.onEpochEnd(1, { loss: 2 })).toBeUndefined();
    expect(seen).toEqual([7, [1, { loss: 2 }]]);
  });

  it('are refused with hooks that do not exist or are no functions', () => {
    expect(() => new CallbackList([{ onEpochEnds: () => 1 } as object])).toThrow(
      /Did you mean 'onEpochEnd'\?/,
    );
    const bad = { onEpochEnd: 3 as unknown as () => void };
    expect(() => new CallbackList([bad])).toThrow(/onEpochEnd must be a function, got 3/);
    expect(() => new CallbackList([(() => 1) as object])).toThrow(/got a function/);
  });
});

describe('CallbackList', () => {
  it('calls hooks in order and waits for those that are async', async () => {
    const seen: string[] = [];
    const list = new CallbackList([
      {
        async onEpochBegin() {
          await Promise.resolve();
          seen.push('slow');
        },
      },
      { onEpochBegin: () => seen.push('quick') },
    ]);
    await list.onEpochBegin(0);
    expect(seen).toEqual(['slow', 'quick']);
  });

  it('passes batch hooks on to their aliases', () => {
    const seen: number[] = [];
    class Old extends Callback {
      override onBatchEnd(batch: number): void {
        seen.push(batch);
      }
    }
    const list = new CallbackList([new Old()]);
    void list.onTrainBatchEnd(4);
    expect(seen).toEqual([4]);
    expect(list.has('onTrainBatchEnd')).toBe(true);
    expect(list.has('onTrainBatchBegin')).toBe(false);
  });

  it('gives model and params to all', () => {
    const callback = new Callback();
    const model = new FakeModel();
    new CallbackList([callback], model, { epochs: 3 });
    expect(callback.model).toBe(model);
    expect(callback.params.epochs).toBe(3);
  });
});
