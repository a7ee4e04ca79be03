// How files say losses and metrics of several outputs: as Keras writes them, in the structure and order that was given.
import { describe, expect, it } from 'vitest';
import { losses, metrics } from 'lanegrad';
import { parseCompileConfig, serializeCompiled } from '../../../src/nn/saving/compile-config.js';
import { Compiled } from '../../../src/nn/training/compiled.js';
import type { CompileOptions } from '../../../src/models.js';

const outputs = { structure: { digit: [null, 3], slant: [null, 1] }, names: ['digit', 'slant'] };
const listed = { structure: [[null, 3], [null, 1]], names: ['digit', 'slant'] }; // prettier-ignore

function config(options: CompileOptions): Record<string, unknown> {
  const compiled = new Compiled(options, Array.isArray(options.loss) ? listed : outputs);
  const { loss, loss_weights, metrics: plain, weighted_metrics } = serializeCompiled(compiled);
  return { loss, loss_weights, metrics: plain, weighted_metrics };
}

describe('the compile config of several outputs', () => {
  it('keeps objects, and the order of their keys', () => {
    const options: CompileOptions = {
      loss: { slant: new losses.Huber({ delta: 2 }), digit: 'sparseCategoricalCrossentropy' },
      lossWeights: { slant: 0.1 },
      metrics: { slant: ['mae', new metrics.MeanSquaredError()], digit: 'accuracy' },
    };
    const written = config(options);
    expect(written).toMatchObject({
      loss: {
        slant: { class_name: 'Huber', config: { delta: 2 } },
        digit: 'sparse_categorical_crossentropy',
      },
      // Keras wants a factor for each loss.
      loss_weights: { slant: 0.1, digit: 1 },
      metrics: { slant: ['mae', { class_name: 'MeanSquaredError' }], digit: 'accuracy' },
      weighted_metrics: null,
    });
    expect(Object.keys(written['loss'] as object)).toEqual(['slant', 'digit']);
    const read = parseCompileConfig({ optimizer: 'sgd', ...written });
    expect(config(read)).toMatchObject({
      loss: { slant: { class_name: 'Huber' }, digit: 'sparse_categorical_crossentropy' }, // prettier-ignore
      loss_weights: { slant: 0.1, digit: 1 },
    });
    expect(new Compiled(read, outputs).metricsNames).toEqual(['loss', 'slant_loss', 'digit_loss']);
  });

  it('keeps lists, with null for an output without a loss', () => {
    const written = config({ loss: ['mse', null], metrics: [['mae'], null] });
    expect(written).toMatchObject({ loss: ['mse', null], metrics: [['mae'], null] });
    const read = parseCompileConfig({ optimizer: 'sgd', ...written });
    expect(new Compiled(read, listed).metricsNames).toEqual(['loss']);
  });

  it('is one loss for all, or one for each where there are factors: Keras wants both in one structure', () => {
    expect(config({ loss: 'mse' })).toMatchObject({
      loss: 'mse',
      loss_weights: null,
      metrics: null,
    });
    expect(config({ loss: 'mse', lossWeights: 2 })).toMatchObject({
      loss: { digit: 'mse', slant: 'mse' },
      loss_weights: { digit: 2, slant: 2 },
    });
  });
});
