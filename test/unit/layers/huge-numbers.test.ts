import { describe, expect, it } from 'vitest';
import { layers, LanegradError, memory, tidy, zeros, tensor, random } from '../../../src/index.js';
import { LAYERS } from '../../../src/layers/known.js';

const image = [2, 3, 4, 2];
const cases: [any, number[]][] = [
  [new layers.Activation('relu'), image],
  [new layers.AlphaDropout(0.5, { seed: 1, noiseShape: [1, 1, 1, 1] }), image],
  [new layers.AveragePooling1D(2, { strides: 1 }), [2, 5, 2]],
  [new layers.AveragePooling2D(2, { strides: 1, padding: 'same' }), image],
  [new layers.BatchNormalization({ axis: -1 }), image],
  [new layers.Conv1D(2, 2, { strides: 1 }), [2, 5, 2]],
  [new layers.Conv2D(2, 2, { strides: 1, padding: 'same' }), image],
  [new layers.Conv2D(2, 2, { strides: 1, padding: 'valid' }), image],
  [new layers.Dense(2, { kernelInitializer: new (layers as any, (await import('../../../src/index.js')).initializers.RandomNormal)({ seed: 1 }) }), [2, 3]],
  [new layers.Dropout(0.5, { seed: 1, noiseShape: [1, 1] }), [2, 3]],
  [new layers.ELU(), image],
  [new layers.Embedding(3, 2), [2, 3]],
  [new layers.Flatten(), image],
  [new layers.GaussianNoise(0.5, { seed: 1 }), image],
  [new layers.LayerNormalization({ axis: [-1] }), image],
  [new layers.LayerNormalization({ axis: -1 }), image],
  [new layers.LeakyReLU(), image],
  [new layers.MaxPooling1D(2, { strides: 1 }), [2, 5, 2]],
  [new layers.MaxPooling2D(2, { strides: 1, padding: 'same' }), image],
  [new layers.Normalization({ axis: -1, mean: [1, 2], variance: [1, 2] }), image],
  [new layers.Permute([2, 1]), [2, 3, 4]],
  [new layers.PReLU({ sharedAxes: [1, 2] }), image],
  [new layers.ReLU({ maxValue: 1 }), image],
  [new layers.RepeatVector(2), [2, 3]],
  [new layers.Rescaling(2, { offset: 1 }), image],
  [new layers.Reshape([6, 4]), image],
  [new layers.Softmax({ axis: [-1, 1] }), image],
  [new layers.SpatialDropout1D(0.5, { seed: 1 }), [2, 5, 2]],
  [new layers.SpatialDropout2D(0.5, { seed: 1 }), image],
  [new layers.UnitNormalization({ axis: -1 }), image],
  [new layers.UpSampling1D(2), [2, 5, 2]],
  [new layers.UpSampling2D(2), image],
  [new layers.UpSampling2D(2, { interpolation: 'bilinear' }), image],
  [new layers.ZeroPadding1D(2), [2, 5, 2]],
  [new layers.ZeroPadding2D(2), image],
  [new layers.InputLayer([3, 4, 2], { batchSize: 2 }), image],
];
const HUGE = [2 ** 28, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 5, 2 ** 32, 2 ** 53 - 1, 1e300];

function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value === 'number') yield path;
  else if (Array.isArray(value)) for (let i = 0; i < value.length; i++) yield* leaves(value[i], [...path, i]);
  else if (typeof value === 'object' && value !== null)
    for (const [k, v] of Object.entries(value)) yield* leaves(v, [...path, k]);
}
function put(value: any, [first, ...rest]: (string | number)[], leaf: number): any {
  if (first === undefined) return leaf;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[first] = put(value[first], rest, leaf);
  return copy;
}
it('explore', () => {
  const out: string[] = [];
  for (const [example, shape] of cases) {
    const config = example.getConfig();
    for (const path of leaves(config)) {
      for (const v of HUGE) {
        const before = memory();
        const t0 = performance.now();
        let result = '';
        try {
          const made = (example.constructor as any).fromConfig(put(config, path, v));
          try {
            tidy(() => {
              made.build(shape);
              const x = made instanceof layers.Embedding ? zeros(shape) : random.normal(shape, { seed: 3 });
              const y = made.apply(x, { training: true });
              result = 'ok ' + y.shape.join('x') + ' ' + [...y.data().slice(0, 4)].join(' ');
            });
          } finally {
            made.dispose();
          }
        } catch (e) {
          result = (e instanceof LanegradError ? '' : 'RAW ') + String(e).slice(0, 150);
        }
        const ms = performance.now() - t0;
        const after = memory();
        out.push(`${example.constructor.className}.${path.join('.')} ${v}: ${result} ${ms > 300 ? 'SLOW ' + ms : ''} ${after.bytes !== before.bytes ? 'LEAK' : ''}`);
      }
    }
  }
  console.log(out.join('\n'));
});
