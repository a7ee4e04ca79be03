// Layers of one input against Keras: output, gradients, and what is not there yet.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers/index.js';
import { layerRegistry } from '../../src/layers/registry.js';
import { differentiate } from '../../src/ops/grad.js';
import { mul, sum } from '../../src/ops/index.js';
import { tidy } from '../../src/tensor/index.js';
import { expectClose, expectPending, readGolden, splitCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface LayerCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly training: boolean | null;
  readonly weights: readonly GoldenArray[];
  readonly call: { readonly inputs: GoldenArray; readonly mask?: GoldenArray };
  readonly output: GoldenArray;
  readonly dy: GoldenArray;
  readonly dinputs: GoldenArray | null;
  readonly dweights: readonly GoldenArray[];
}

const { source, cases } = readGolden<LayerCase>('convolutions', 'merging');

/** What a layer that is there does not have yet. */
function missing({ call, config }: Pick<LayerCase, 'call' | 'config'>): string | undefined {
  if (call.mask !== undefined) return ' with a mask';
  return config['interpolation'] === 'bicubic' ? ' with bicubic interpolation' : undefined;
}

const { running, pending } = splitCases(
  cases,
  ({ class_name: name, ...golden }) =>
    layerRegistry.has(name) ? name + (missing(golden) ?? '') : name,
  (golden) => layerRegistry.has(golden.class_name) && missing(golden) === undefined,
);

describe(`layers of one input agree with ${source}`, () => {
  it('has every layer of the files but those listed', () => {
    expectPending(pending, [
      'AdaptiveAveragePooling1D',
      'AdaptiveAveragePooling2D',
      'AdaptiveAveragePooling3D',
      'AdaptiveMaxPooling1D',
      'AdaptiveMaxPooling2D',
      'AdaptiveMaxPooling3D',
      'Add',
      'Average',
      'AveragePooling3D',
      'Concatenate',
      'Conv1DTranspose',
      'Conv2DTranspose',
      'Conv3D',
      'Conv3DTranspose',
      'Cropping3D',
      'DepthwiseConv1D',
      'DepthwiseConv2D',
      'Dot',
      'GlobalAveragePooling1D with a mask',
      'GlobalAveragePooling3D',
      'GlobalMaxPooling3D',
      'MaxPooling3D',
      'Maximum',
      'Minimum',
      'Multiply',
      'SeparableConv1D',
      'SeparableConv2D',
      'Subtract',
      'UpSampling2D with bicubic interpolation',
      'UpSampling3D',
      'ZeroPadding3D',
    ]);
  });

  it.each(running.map((golden, i) => [`${i} ${golden.config.name}`, golden] as const))(
    '%s',
    (_name, golden) => {
      const layer = layers.deserialize(golden);
      expect(layer.getConfig(), 'config').toEqual(golden.config);
      const x = toTensor(golden.call.inputs);
      layer.build([null, ...x.shape.slice(1)]);
      layer.setWeights(golden.weights.map(toTensor));
      tidy(() => {
        expect(layer.computeOutputShape(x.shape)).toEqual(golden.output.shape);
        const sources = [x, ...layer.trainableWeights.map((weight) => weight.value)];
        const { gradients } = differentiate(
          'test',
          () => {
            const y = layer.apply(x, { training: golden.training ?? false });
            expectClose(y, golden.output, 'output');
            return sum(mul(y, toTensor(golden.dy)));
          },
          sources,
        );
        [golden.dinputs, ...golden.dweights].forEach((expected, i) => {
          const gradient = gradients[i];
          if (expected === null) return;
          if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
          expectClose(gradient, expected, i === 0 ? 'dx' : `gradient of weight ${i - 1}`);
        });
      });
      layer.dispose();
    },
  );
});
