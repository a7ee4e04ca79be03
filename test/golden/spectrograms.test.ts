// STFTSpectrogram and MelSpectrogram against Keras on JAX: test/oracles/fixtures/keras-spectrograms.py.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { tensor, tidy } from '../../src/engine/tensor/index.js';
import type { NestedNumbers, Tensor } from '../../src/engine/tensor/index.js';

interface SpectrogramCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string; readonly mode?: string };
  readonly x: NestedNumbers;
  readonly y: NestedNumbers;
}

const bytes = gunzipSync(readFileSync('test/fixtures/keras-spectrograms.json.gz'));
const cases = JSON.parse(bytes.toString()) as SpectrogramCase[];

/** How far numbers are apart, of those above 1 as a share. */
function gapOf(mode: string | undefined, actual: Tensor, expected: Tensor): number {
  const gap = actual.sub(expected);
  // −π and π are one angle: the sign of the imaginary part is that of 0 in the first bin and of a rounding in the last one.
  if (mode === 'angle') return gap.div(2).sin().abs().max().item();
  return gap.div(expected.abs().maximum(1)).abs().max().item();
}

it.each(cases.map((golden, i) => [`${i} ${golden.config.name}`, golden] as const))(
  '%s is as in Keras',
  (_, golden) => {
    tidy(() => {
      const layer = layers.deserialize(golden);
      expect(layer.getConfig()).toEqual(golden.config);
      const [x, y] = [tensor(golden.x), tensor(golden.y)];
      const output = layer.apply(x);
      expect(output.shape).toEqual(y.shape);
      expect(layer.computeOutputShape(x.shape)).toEqual(y.shape);
      expect(gapOf(golden.config.mode, output, y)).toBeLessThan(2e-5);
    });
  },
);
