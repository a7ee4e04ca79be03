// Calls of layers against Keras: output, masks and gradients, and what is not there yet. Recurrent layers and attention have
// tests of their own.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import type { AnyLayer } from '../../src/layers.js';
import { layerRegistry } from '../../src/nn/layers/registry.js';
import { isShape } from '../../src/nn/layers/core/symbolic-tensor.js';
import { camelCase, mapNest } from '../../src/config/index.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import {
  expectClose,
  expectPending,
  isGoldenArray,
  readGolden,
  splitCases,
  toTensor,
} from './cases.js';
import type { GoldenArray } from './cases.js';

/** An array, or a list of them. */
type Arrays<Missing = never> = GoldenArray | Missing | readonly (GoldenArray | Missing)[];

interface LayerCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly training: boolean | null;
  readonly weights: readonly GoldenArray[];
  readonly call: {
    readonly inputs: Arrays;
    /** The argument of that name; for several inputs the masks that travel with them. */
    readonly mask?: Arrays<null>;
    /** Additional arguments, by name. */
    readonly kwargs?: Readonly<Record<string, unknown>>;
  };
  readonly output: GoldenArray;
  /** Calls of one tensor that were made first, in order, on the same layer. */
  readonly before?: readonly {
    readonly call: { readonly inputs: GoldenArray };
    readonly output: GoldenArray;
  }[];
  /** The mask that travels with the output. */
  readonly output_mask?: GoldenArray | null;
  /** Gradients, where the layer has some. */
  readonly dy?: GoldenArray;
  readonly dinputs?: Arrays<null> | null;
  readonly dweights?: readonly GoldenArray[];
  /** Where a weight has moved. */
  readonly weights_after?: readonly GoldenArray[];
}

const { source, cases: all } = readGolden<LayerCase>(
  'convolutions',
  'merging',
  'normalizations',
  'preprocessing',
);

/** Without the functions, adapted layers and random layers of `preprocessing`, which have another form. */
const cases = all.filter((golden) => 'call' in golden && !('adapt' in golden));

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** What a layer that is there does not have, or not yet. */
function missing({ config }: Pick<LayerCase, 'config'>): string | undefined {
  // Keras on JAX and TensorFlow has another cubic: images.test.ts.
  const isOther = config['interpolation'] === 'bicubic' && config['antialias'] !== true;
  return isOther ? " with PyTorch's cubic" : undefined;
}

const { running, pending } = splitCases(
  cases,
  ({ class_name: name, ...golden }) =>
    layerRegistry.has(name) ? name + (missing(golden) ?? '') : name,
  (golden) => layerRegistry.has(golden.class_name) && missing(golden) === undefined,
);

describe(`calls of layers agree with ${source}`, () => {
  it('has every layer of the files but those listed', () => {
    expectPending(pending, ["Resizing with PyTorch's cubic", "UpSampling2D with PyTorch's cubic"]);
  });

  it.each(running.map((golden, i) => [`${i} ${golden.config.name}`, golden] as const))(
    '%s',
    (_name, golden) => {
      const layer: AnyLayer = layers.deserialize(golden);
      expect(layer.getConfig(), 'config').toEqual(golden.config);
      const { inputs, mask = null, kwargs = {} } = golden.call;
      const entries = Object.entries(kwargs).filter(([, value]) => isGoldenArray(value));
      const named = Object.fromEntries(
        entries.map(([key, value]) => [camelCase(key), toTensor(value as GoldenArray)]),
      );
      const tensors = listOf<GoldenArray>(inputs).map(toTensor);
      const x = Array.isArray(inputs) ? tensors : tensors[0];
      const shapes: unknown = Array.isArray(inputs)
        ? tensors.map(({ shape }) => shape)
        : tensors[0]?.shape;
      layer.build(mapNest(shapes, isShape, ([, ...sample]) => [null, ...sample]));
      layer.setWeights(golden.weights.map(toTensor));
      tidy(() => {
        const masks = listOf<GoldenArray | null>(mask).map((own) =>
          own === null ? null : toTensor(own),
        );
        const isArgument = !Array.isArray(inputs) && mask !== null;
        if (!isArgument) masks.forEach((own, i) => own !== null && tensors[i]?.attachMask(own));
        expect(layer.computeOutputShape(shapes)).toEqual(golden.output.shape);
        const { dy, before = [] } = golden;
        const training = golden.training ?? false;
        before.forEach(({ call, output }, i) => {
          const y = layer.apply(toTensor(call.inputs), { training }) as Tensor;
          expectClose(y, output, `output of call ${i} before`);
        });
        const compute = (): Tensor => {
          const options = isArgument ? { mask: masks[0] ?? null } : {};
          const y = layer.apply(x, { training, ...options, ...named }) as Tensor;
          expectClose(y, golden.output, 'output');
          expectMask(y, golden.output_mask);
          return y;
        };
        if (dy === undefined) {
          compute();
          return;
        }
        const sources = [...tensors, ...layer.trainableWeights.map((weight) => weight.value)];
        const expected = [
          ...listOf<GoldenArray | null>(golden.dinputs ?? null),
          ...(golden.dweights ?? []),
        ];
        expect(expected).toHaveLength(sources.length);
        const { gradients } = differentiate(
          'test',
          () => sum(mul(compute(), toTensor(dy))),
          sources,
        );
        expected.forEach((array, i) => {
          const gradient = gradients[i];
          if (array === null) return;
          if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
          expectClose(gradient, array, `gradient of source ${i}`);
        });
      });
      const after = golden.weights_after ?? golden.weights;
      expect(layer.weights).toHaveLength(after.length);
      layer.weights.forEach(({ value, path }, i) => {
        expectClose(value, after[i] as GoldenArray, `${path} after the call`);
      });
      layer.dispose();
    },
  );
});

function expectMask({ mask }: Tensor, golden: GoldenArray | null | undefined): void {
  if (golden === undefined) return;
  if (golden === null || mask === undefined) expect(mask ?? null).toBe(golden);
  else expectClose(mask, golden, 'mask of the output');
}
