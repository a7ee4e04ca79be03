// Architectures of keras.applications, from their JSON and by the functions of lanegrad/applications, with weights by a rule:
// outputs and what layers inside give are Keras's.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inputByRule, weightsByRule } from '../../bench/reference/application-weights.js';
import * as applications from '../../src/applications.js';
import { camelCase, resetNames } from '../../src/config/index.js';
import { models, tensor, tidy } from '../../src/index.js';

interface Inside {
  readonly layer: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly max_abs: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}
interface Application {
  readonly name: string;
  readonly architecture: string;
  /** What Keras's function was given. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly gain: number;
  readonly params: number;
  readonly weights: readonly {
    readonly path: string;
    readonly shape: readonly number[];
    readonly first: number;
  }[];
  readonly input: {
    readonly shape: readonly number[];
    readonly offset: number;
    readonly scale: number;
    readonly first: readonly number[];
  };
  readonly output: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly layers: readonly Inside[];
}

const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? '', 'keras-applications');
const isThere = existsSync(join(folder, 'applications.json'));
const { cases } = isThere
  ? (JSON.parse(readFileSync(join(folder, 'applications.json'), 'utf8')) as {
      readonly cases: readonly Application[];
    })
  : { cases: [] };

/** The layer and the weight. Scopes of NASNet, and numbers of weights without names, are lost in JSON. */
const nameOf = (path: string): string =>
  path
    .split('/')
    .slice(-2)
    .join('/')
    .replace(/(?<=variable)_\d+$/, '');

function writeWeights(model: models.Model, { weights, seed, gain }: Application): void {
  expect(model.weights.map(({ path, shape }) => [nameOf(path), shape])).toEqual(
    weights.map(({ path, shape }) => [nameOf(path), shape]),
  );
  const firsts = weightsByRule(model.weights, seed, gain);
  weights.forEach(({ first }, place) => {
    expect(firsts[place]).toBeCloseTo(first, 6);
  });
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 + 1e-4 * Math.abs(b);

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], what: string): void {
  const values = Array.from(actual);
  if (values.length === wanted.length && values.every((x, i) => isClose(x, wanted[i] ?? NaN)))
    return;
  expect(values, what).toEqual(wanted);
}

const fromJson = ({ architecture }: Application): models.Model =>
  models.modelFromJSON(gunzipSync(readFileSync(join(folder, architecture))).toString());

function made({ name, arguments: given }: Application): models.Model {
  resetNames();
  const options = Object.entries(given).map(([key, value]) => [camelCase(key), value]);
  const make = applications[name as 'VGG16'];
  return make(Object.fromEntries(options) as applications.ApplicationOptions<null>);
}

describe.skipIf(!isThere)(
  'keras.applications (needs keras-applications in LANEGRAD_MODELS_DIR)',
  () => {
    it.for(
      cases.flatMap((application) =>
        (['its function', 'its JSON'] as const).map(
          (way) => [application.name, way, application] as const,
        ),
      ),
    )('%s of %s computes what Keras computes', { timeout: 180_000 }, ([, way, application]) => {
      const model = way === 'its JSON' ? fromJson(application) : made(application);
      writeWeights(model, application);
      expect(model.countParams()).toBe(application.params);
      const { input, output, seed, layers: inside } = application;
      const size = input.shape.reduce((product, length) => product * length, 1);
      const values = inputByRule(size, seed, input);
      expectClose(values.subarray(0, input.first.length), input.first, 'input');
      const inner = new models.Model({
        inputs: model.inputs,
        outputs: [...inside.map(({ layer }) => model.getLayer(layer).output), ...model.outputs],
      });
      tidy(() => {
        const x = tensor(values, { shape: input.shape });
        const results = inner.apply([x]);
        expectClose(results.at(-1)?.data() ?? [], output.data, 'output');
        inside.forEach((golden, i) => {
          const result = results[i];
          if (result === undefined) throw new Error(`no output of layer ${golden.layer}`);
          const data = result.data();
          expect(result.shape).toEqual(golden.shape);
          let [sum, squares, most] = [0, 0, 0];
          for (const value of data) {
            sum += value;
            squares += value * value;
            most = Math.max(most, Math.abs(value));
          }
          const mean = sum / data.length;
          const std = Math.sqrt(Math.max(0, squares / data.length - mean * mean));
          expectClose(
            [mean, std, most],
            [golden.mean, golden.std, golden.max_abs],
            `mean, standard deviation and largest of ${golden.layer}`,
          );
          expectClose(data.subarray(0, golden.first.length), golden.first, golden.layer);
          expectClose(data.subarray(-golden.last.length), golden.last, golden.layer);
        });
      });
      model.dispose();
    });
  },
);
