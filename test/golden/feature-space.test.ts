// Tables of features against Keras on TensorFlow: FeatureSpace on columns, and the file that Keras has saved of one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import { data, models, utils } from '../../src/index.js';
import { stringArray } from '../../src/engine/tensor/index.js';
import type { StringArray, Tensor } from '../../src/engine/tensor/index.js';
import { expectClose, expectStructure, readTextCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

type Arrays = Readonly<Record<string, GoldenArray>>;

interface FeatureCase {
  readonly function: 'FeatureSpace';
  readonly features: Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly type: string }>
  >;
  readonly crosses: readonly { readonly features: string[]; readonly crossing_dim: number }[];
  readonly output_mode: 'concat' | 'dict';
  readonly adapt: Arrays;
  readonly inputs: Arrays;
  readonly output: GoldenArray | Arrays;
}

const { source, cases } = readTextCases<FeatureCase | { readonly class_name: string }>();

const isTable = (golden: object): golden is FeatureCase =>
  'function' in golden && golden.function === 'FeatureSpace';

/** What makes features of all types. */
const makers = utils.FeatureSpace as unknown as Readonly<
  Record<string, (...args: unknown[]) => utils.Feature>
>;

function featureOf({ type, ...args }: FeatureCase['features'][string]): utils.Feature {
  const { num_bins: bins, ...rest } = args;
  const options = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [camelCase(name), value]),
  );
  const given = bins === undefined ? [options] : [bins, options];
  const made = makers[camelCase(type)]?.(...given);
  if (made === undefined) expect.fail(`no feature of type ${type}`);
  return made;
}

const valueOf = (array: GoldenArray): Tensor | StringArray =>
  array.dtype === 'string' ? stringArray(array.data as unknown as string[]) : toTensor(array);

const columnsOf = (arrays: Arrays): Record<string, Tensor | StringArray> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, valueOf(array)]));

const tables = cases.filter(isTable).map((golden, i) => [String(i), golden] as const);

describe(`tables as in ${source}`, () => {
  it.each(tables)('FeatureSpace %s', async (_, golden) => {
    const features = Object.fromEntries(
      Object.entries(golden.features).map(([name, feature]) => [name, featureOf(feature)]),
    );
    const crosses = golden.crosses.map((cross) =>
      utils.FeatureSpace.cross(cross.features, cross.crossing_dim),
    );
    const make = (): utils.FeatureSpace =>
      new utils.FeatureSpace(features, { crosses, outputMode: golden.output_mode as 'concat' });
    const columns = columnsOf(golden.adapt);
    const whole = make();
    await whole.adapt(columns);
    expectStructure(whole.apply(columnsOf(golden.inputs)), golden.output);
    // Rows one by one give the same.
    const rows = make();
    await rows.adapt(data.Dataset.fromTensors(columns));
    expectStructure(rows.apply(columnsOf(golden.inputs)), golden.output);
    // So does a file.
    const loaded = await models.loadModel<utils.FeatureSpace>(await bytesOf(rows));
    expectStructure(loaded.apply(columnsOf(golden.inputs)), golden.output);
  });
});

async function bytesOf(space: utils.FeatureSpace): Promise<Uint8Array<ArrayBuffer>> {
  let written: Uint8Array<ArrayBuffer> | undefined;
  await space.save({
    write: (_: string, bytes: Uint8Array<ArrayBuffer>) => {
      written = bytes;
    },
  });
  if (written === undefined) expect.fail('nothing was written');
  return written;
}

const folder =
  process.env['LANEGRAD_MODELS_DIR'] ??
  fileURLToPath(new URL('../fixtures/models', import.meta.url));

interface Expected {
  readonly models: Readonly<
    Record<string, { readonly x: Record<string, never>; readonly output?: GoldenArray }>
  >;
}

const text = readFileSync(join(folder, 'keras-text', 'expected.json'), 'utf8');
const expected = JSON.parse(text.replaceAll(/\bNaN\b/g, 'null')) as Expected;
const files = Object.entries(expected.models).filter(([, { output }]) => output !== undefined);

describe('tables that Keras has saved', () => {
  it.each(files)(
    '%s encodes as in Keras, and so it does when it was saved here',
    async (name, golden) => {
      const { x, output } = golden;
      const space = await models.loadModel<utils.FeatureSpace>(
        join(folder, 'keras-text', `${name}.keras`),
      );
      expect(space).toBeInstanceOf(utils.FeatureSpace);
      expectClose(space.apply(x), output as GoldenArray);
      const again = await models.loadModel<utils.FeatureSpace>(await bytesOf(space));
      expectClose(again.apply(x), output as GoldenArray);
    },
  );
});
