// Functional models that Keras has saved after training.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapNest } from '../../src/config/index.js';
import type { Nest } from '../../src/config/index.js';
import { FormatError, models, tensor } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import type { Case } from './case.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;

const tensorsOf = (nest: unknown): Nest<Tensor> =>
  mapNest(nest, isNumbers, ({ shape, data, dtype }) =>
    tensor(dtype.includes('int') ? Int32Array.from(data) : Float32Array.from(data), { shape }),
  );

/** The models of `keras-graphs` whose layers are there. */
export async function savedByKeras(): Promise<Case[]> {
  const fixtures = fileURLToPath(new URL('../../test/fixtures/models', import.meta.url));
  const folder = path.join(process.env['LANEGRAD_MODELS_DIR'] ?? fixtures, 'keras-graphs');
  const expected = JSON.parse(await readFile(path.join(folder, 'expected.json'), 'utf8')) as Record<
    string,
    Readonly<Record<string, unknown>>
  >;
  const cases: Case[] = [];
  for (const [name, { x, y, sample_weight: weights }] of Object.entries(expected)) {
    try {
      cases.push({
        name: `saved by Keras: ${name}`,
        model: await models.loadModel(path.join(folder, `${name}.keras`)),
        x: tensorsOf(x),
        y: y === undefined ? undefined : tensorsOf(y),
        ...(weights === undefined ? {} : { sampleWeight: tensorsOf(weights) }),
        resumes: true,
      });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      console.log(`– saved by Keras: ${name}: ${error.message}`);
    }
  }
  return cases;
}
