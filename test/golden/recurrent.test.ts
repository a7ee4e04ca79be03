// Calls of recurrent layers against Keras: outputs, states, masks and gradients.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { flattenNest, mapNest } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import type { AnyLayer } from '../../src/layers.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { add, mul, sum } from '../../src/engine/ops/index.js';
import { memory, Tensor, tidy } from '../../src/engine/tensor/index.js';
import { expectClose, readGolden, toTensor } from './cases.js';
import type { GoldenArray, GoldenFile } from './cases.js';

interface Call {
  readonly inputs: GoldenArray;
  readonly mask?: GoldenArray;
  /** An array, or a list of them. */
  readonly kwargs?: { readonly initial_state?: unknown; readonly states?: unknown };
}

interface RecurrentCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly training: boolean | null;
  readonly weights: readonly GoldenArray[];
  readonly weight_paths: readonly string[];
  readonly call: Call;
  /** Calls that come before. */
  readonly before?: readonly { readonly call: Call; readonly output: unknown }[];
  readonly output: unknown;
  /** The mask that travels with the output. */
  readonly output_mask?: GoldenArray | null | readonly (GoldenArray | null)[];
  readonly dy?: unknown;
  readonly dinputs?: GoldenArray | null;
  readonly dweights?: readonly GoldenArray[];
  readonly dkwargs?: unknown;
  readonly weights_after?: readonly GoldenArray[];
}

const golden = readGolden<RecurrentCase>('recurrent');
// Keras's backends differ in these, so they are from another one: JAX (test/oracles/fixtures/keras-fixtures.py).
const masked = JSON.parse(
  readFileSync(new URL('../fixtures/masked-states.json', import.meta.url), 'utf8'),
) as GoldenFile<RecurrentCase>;
const source = `${golden.source}, and with masks and initial states ${masked.source}`;
const cases = [...golden.cases, ...masked.cases];

const isArray = (value: unknown): value is GoldenArray =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((length) => typeof length === 'number');

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Fails unless there is a tensor for each array, in the same structure, with its values. */
function expectStructure(actual: unknown, golden: unknown, what: string): void {
  const paths = (nest: unknown, isLeaf: (value: unknown) => value is object): string[] => {
    const found: string[] = [];
    mapNest(nest, isLeaf, (_, place) => found.push(place()));
    return found;
  };
  expect(paths(actual, isTensor), `structure of ${what}`).toEqual(paths(golden, isArray));
  const tensors = flattenNest(actual, isTensor);
  flattenNest(golden, isArray).forEach((array, i) => {
    expectClose(tensors[i] as Tensor, array, `${what} ${i}`);
  });
}

const built = (golden: RecurrentCase): AnyLayer => {
  const layer: AnyLayer = layers.deserialize(golden);
  const { shape } = golden.call.inputs;
  layer.build([null, ...shape.slice(1)]);
  tidy(() => {
    layer.setWeights(golden.weights.map(toTensor));
  });
  return layer;
};

const optionsOf = ({ mask, kwargs = {} }: Call): Record<string, unknown> => ({
  ...(mask === undefined ? {} : { mask: toTensor(mask) }),
  ...(kwargs.initial_state === undefined
    ? {}
    : { initialState: mapNest(kwargs.initial_state, isArray, toTensor) }),
  ...(kwargs.states === undefined ? {} : { states: mapNest(kwargs.states, isArray, toTensor) }),
});

describe(`recurrent layers agree with ${source}`, () => {
  it.each(cases.map((golden, i) => [`${i} ${golden.config.name}`, golden] as const))(
    '%s: config, weights and shape',
    (_name, golden) => {
      const layer = built(golden);
      expect(JSON.parse(JSON.stringify(layer.getConfig()))).toEqual(golden.config);
      expect(layer.weights.map(({ path }) => path)).toEqual(golden.weight_paths);
      const shapes = mapNest(golden.output, isArray, ({ shape }) => shape);
      expect(
        mapNest(layer.computeOutputShape(golden.call.inputs.shape), isShape, (shape) => shape),
      ).toEqual(shapes);
      layer.dispose();
    },
  );

  it.each(cases.map((golden, i) => [`${i} ${golden.config.name}`, golden] as const))(
    '%s: output',
    (_name, golden) => {
      const before = memory();
      const layer = built(golden);
      const training = golden.training ?? false;
      tidy(() => {
        for (const { call, output } of golden.before ?? []) {
          const y: unknown = layer.apply(toTensor(call.inputs), { training, ...optionsOf(call) });
          expectStructure(y, output, 'output of a call before');
        }
        const { inputs } = golden.call;
        const y: unknown = layer.apply(toTensor(inputs), { training, ...optionsOf(golden.call) });
        expectStructure(y, golden.output, 'output');
        if (golden.output_mask === undefined) return;
        const masks = listOf(golden.output_mask);
        flattenNest(y, isTensor).forEach(({ mask = null }, i) => {
          const expected = masks[i] ?? null;
          if (expected === null || mask === null) expect(mask).toBe(expected);
          else expectClose(mask, expected, 'mask of the output');
        });
      });
      const after = golden.weights_after ?? golden.weights;
      layer.weights.forEach(({ value, path }, i) => {
        expectClose(value, after[i] as GoldenArray, `${path} after the call`);
      });
      layer.dispose();
      expect(memory().tensors).toBe(before.tensors);
    },
  );

  it.each(
    cases
      .filter(({ dy }) => dy !== undefined)
      .map((golden, i) => [`${i} ${golden.config.name}`, golden] as const),
  )('%s: gradients', (_name, golden) => {
    const layer = built(golden);
    const training = golden.training ?? false;
    tidy(() => {
      for (const { call } of golden.before ?? []) {
        layer.apply(toTensor(call.inputs), { training, ...optionsOf(call) });
      }
      const x = toTensor(golden.call.inputs);
      const { mask, ...named } = optionsOf(golden.call);
      const given = flattenNest(named, isTensor);
      const weights = layer.trainableWeights.map(({ value }) => value);
      const { gradients } = differentiate(
        'test',
        () => {
          const options = { training, ...named, ...(mask === undefined ? {} : { mask }) };
          const y: unknown = layer.apply(x, options as never);
          const dy = flattenNest(golden.dy, isArray);
          return flattenNest(y, isTensor)
            .map((output, i) => sum(mul(output, toTensor(dy[i] as GoldenArray))))
            .reduce((a, b) => add(a, b));
        },
        [x, ...given, ...weights],
      );
      const expected = [
        golden.dinputs ?? null,
        ...flattenNest(golden.dkwargs, isArray),
        ...(golden.dweights ?? []),
      ];
      expect(expected).toHaveLength(1 + given.length + weights.length);
      expected.forEach((array, i) => {
        const gradient = gradients[i];
        if (array === null) return;
        if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
        expectClose(gradient, array, `gradient of source ${i}`);
      });
    });
    layer.dispose();
  });
});
