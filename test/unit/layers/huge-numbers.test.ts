import { describe, expect, it } from 'vitest';
import { camelCase, flattenNest } from '../../../src/config/index.js';
import type { Config } from '../../../src/config/index.js';
import * as layers from '../../../src/layers/index.js';
import * as classes from '../../../src/layers/generated/classes.js';
import { layerRegistry } from '../../../src/layers/registry.js';
import { Sequential } from '../../../src/models/index.js';
import { Tensor, tidy, zeros } from '../../../src/tensor/index.js';
import type { Shape } from '../../../src/tensor/index.js';
import { examples, inputFor } from './examples.js';
import { HUGE, numbersIn, outcome, refusal, withNumber } from '../huge-numbers.js';

layerRegistry.registerAll(classes);

const f32 = Math.fround;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** What real numbers, which may be of any size, make of an element x with the number v. */
const FORMULAS: Readonly<Record<string, (x: number, v: number) => number>> = {
  'ELU.alpha': (x, v) => (x > 0 ? x : v * Math.expm1(x)),
  'LeakyReLU.negative_slope': (x, v) => (x > 0 ? x : x * v),
  'ReLU.max_value': (x, v) => Math.min(v, x >= 0.25 ? x : 0.5 * (x - 0.25)),
  'ReLU.negative_slope': (x, v) => Math.min(1, x >= 0.25 ? x : v * (x - 0.25)),
  'ReLU.threshold': (x, v) => 0.5 * (x - v),
  'Rescaling.scale': (x, v) => x * v + 1,
  'Rescaling.offset': (x, v) => x * 2 + v,
};

/** Other real numbers that are taken as they are, and seeds, which are whole numbers below 2^53. */
const TAKEN = new Set([
  'BatchNormalization.epsilon',
  'BatchNormalization.renorm_momentum',
  'TimeDistributed.epsilon',
  'TimeDistributed.renorm_momentum',
  'GroupNormalization.epsilon',
  'LayerNormalization.epsilon',
  'Masking.mask_value',
  'RMSNormalization.epsilon',
  'ReversibleEmbedding.logit_soft_cap',
  'TernaryDense.threshold',
  'Normalization.mean',
  'Normalization.variance',
  'gain',
  'l1',
  'l2',
  'mean',
  'stddev',
  'maxval',
  'scale',
  'seed',
]);

describe('a huge number in the config of a layer', () => {
  it('is tried for every class', () => {
    const tried = new Set(
      examples.map(([layer]) => (layer.constructor as typeof layers.Layer).className),
    );
    const known = layerRegistry.classes
      .map((type) => type.className)
      .filter((name) => name !== 'Lambda');
    expect([...tried].sort()).toEqual(known.sort());
  });

  const table = examples.flatMap(([layer, shape]) => {
    const { config, class_name: name } = layers.serialize(layer);
    return [...numbersIn(config)].map(
      (path) => [`${name}.${path.join('.')}`, layer, shape, path] as const,
    );
  });

  it.each(table)('%s works, or is refused by name', (where, example, shape, path) => {
    const serialized = layers.serialize(example);
    const key = path.filter((part) => !/^(config|\d+)$/.test(part)).at(-1) ?? '';
    const name = `${serialized.class_name}.${key}`;
    for (const number of HUGE) {
      const config = withNumber(serialized.config, path, number) as Config;
      const result = outcome(() => {
        const layer: layers.AnyLayer = layers.deserialize({ ...serialized, config });
        try {
          const x = inputFor(layer, shape);
          // Layers with formulas take one tensor.
          return {
            x: Array.isArray(x) ? new Float32Array() : x.data(),
            // Recurrent layers and cells give their states as well.
            y: (flattenNest(layer.apply(x, { training: true }), isTensor)[0] as Tensor).data(),
          };
        } finally {
          layer.dispose();
        }
      });
      if ('message' in result) {
        expect(result.message, where).toMatch(new RegExp(`\\b${camelCase(key)}\\b`));
        expect(name in FORMULAS, where).toBe(false);
        continue;
      }
      const formula = FORMULAS[name];
      expect(
        formula !== undefined || TAKEN.has(name) || TAKEN.has(key),
        `${where} = ${number}`,
      ).toBe(true);
      if (formula === undefined) continue;
      const { x, y } = result.value;
      x.forEach((element, i) => {
        const expected = f32(formula(element, f32(number)));
        if (!Number.isFinite(expected)) expect(y[i], where).toBe(expected);
        else
          expect(Math.abs((y[i] ?? NaN) - expected), where).toBeLessThanOrEqual(
            1e-6 * Math.abs(expected),
          );
      });
    }
  });

  it('is refused the same by constructors', () => {
    for (const number of HUGE) {
      const cases: Record<string, () => unknown> = {
        'MaxPooling2D: poolSize': () => new layers.MaxPooling2D([2, number]),
        'MaxPooling2D: strides': () => new layers.MaxPooling2D(2, { strides: number }),
        'Conv2D: dilationRate': () => new layers.Conv2D(1, 2, { dilationRate: number }),
        'Conv1D: kernelSize': () => new layers.Conv1D(1, number),
        'Conv1D: filters': () => new layers.Conv1D(number, 1),
        'Conv1D: groups': () => new layers.Conv1D(1, 1, { groups: number }),
        'Dense: units': () => new layers.Dense(number),
        'Embedding: inputDim': () => new layers.Embedding(number, 1),
        'Embedding: outputDim': () => new layers.Embedding(1, number),
        'RepeatVector: n': () => new layers.RepeatVector(number),
        'Reshape: targetShape': () => new layers.Reshape([-1, number]),
        'UpSampling1D: size': () => new layers.UpSampling1D(number),
        'UpSampling2D: size': () => new layers.UpSampling2D([1, number]),
        'ZeroPadding1D: padding': () => new layers.ZeroPadding1D([0, number]),
        'ZeroPadding2D: padding': () =>
          new layers.ZeroPadding2D([
            [0, 0],
            [number, 0],
          ]),
        'Dense: inputShape': () => new layers.Dense(1, { inputShape: [number] }),
        'Dense: batchSize': () => new layers.Dense(1, { inputShape: [1], batchSize: number }),
        'Dropout: noiseShape': () => new layers.Dropout(0.5, { noiseShape: [number] }),
      };
      for (const [start, make] of Object.entries(cases)) {
        expect(refusal(make)).toBe(`${start} must be at most 268435452, got ${number}.`);
      }
    }
  });
});

describe('numbers that are too large together', () => {
  const { MaxPooling2D, Conv2D, Dense, UpSampling2D, RepeatVector, ZeroPadding2D } = layers;
  /** The message of what a first layer of a model makes of an input of that shape. */
  const built = (layer: layers.Layer, shape: Shape): string =>
    refusal(() => {
      layer.build([null, ...shape]);
    });
  const applied = (layer: layers.Layer, shape: Shape): string =>
    refusal(() => layer.apply(zeros([1, ...shape])));

  it('are refused with the name of the layer, and what they make', () => {
    const pooling = new MaxPooling2D(2 ** 15, { padding: 'same', strides: 1, name: 'p' });
    expect(built(pooling, [3, 3, 1])).toBe(
      `MaxPooling2D layer 'p': a window of 32768 × 32768 is too large: its elements, and the positions that it ` +
        `reaches over on an axis, may be 268435452 at most.`,
    );
    const dilated = new Conv2D(1, 3, { dilationRate: 2 ** 27, padding: 'same', name: 'c' });
    expect(built(dilated, [3, 3, 1])).toMatch(
      /^Conv2D layer 'c': a window of 3 × 3 with a dilationRate of 134217728 × 134217728 is too large/,
    );
    expect(built(new Dense(2 ** 27, { name: 'd' }), [3])).toMatch(
      /^Dense layer 'd': weight 'kernel': A tensor of shape \(3, 134217728\), float32, takes 1.5 GiB/,
    );
    expect(applied(new RepeatVector(2 ** 27, { name: 'r' }), [3])).toMatch(
      /'r': n = 134217728: .*1.5 GiB/,
    );
    expect(applied(new UpSampling2D(2 ** 14, { name: 'u' }), [2, 2, 1])).toMatch(
      /'u': upSample: size 16384: .*\(1, 32768, 32768, 1\), float32, takes 4 GiB/,
    );
    expect(applied(new ZeroPadding2D(2 ** 14, { name: 'z' }), [1, 1, 1])).toMatch(
      /'z': pad: widths \[\[0,0\],\[16384,16384\],.*takes 4 GiB/,
    );
  });

  it('are refused when the layer is put on a model', () => {
    const model = new Sequential([layers.Input([4]), new RepeatVector(2 ** 25, { name: 'once' })]);
    const message = refusal(() => {
      model.add(new layers.UpSampling1D(2, { name: 'twice' }));
    });
    expect(message).toMatch(
      /UpSampling1D layer 'twice': .*\(None, 67108864, 4\), float32, takes 1 GiB/,
    );
    expect(tidy(() => model.countParams())).toBe(0);
  });
});
