// Functional models that Keras saved after training.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapNest } from '../../../src/config/index.js';
import type { Nest } from '../../../src/config/index.js';
import { FormatError, models, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
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

const fixtures = fileURLToPath(new URL('../../fixtures/models', import.meta.url));
const folderOf = (name: string): string =>
  path.join(process.env['LANEGRAD_MODELS_DIR'] ?? fixtures, name);

async function expectedIn(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(folder, 'expected.json'), 'utf8'));
}

/** The case that is made, none of a file that is not read. */
async function caseOf(name: string, make: () => Promise<Omit<Case, 'name'>>): Promise<Case[]> {
  try {
    return [{ name, ...(await make()) }];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    console.log(`– ${name}: ${error.message}`);
    return [];
  }
}

/** The models of `keras-graphs` whose layers are there. */
export async function savedByKeras(): Promise<Case[]> {
  const folder = folderOf('keras-graphs');
  const expected = (await expectedIn(folder)) as Record<string, Readonly<Record<string, unknown>>>;
  const cases: Case[] = [];
  for (const [name, { x, y, sample_weight: weights }] of Object.entries(expected)) {
    const made = await caseOf(`saved by Keras: ${name}`, async () => ({
      model: await models.loadModel(path.join(folder, `${name}.keras`)),
      x: tensorsOf(x),
      y: y === undefined ? undefined : tensorsOf(y),
      ...(weights === undefined ? {} : { sampleWeight: tensorsOf(weights) }),
      resumes: true,
    }));
    cases.push(...made);
  }
  return cases;
}

/** The one that Keras itself cannot load. */
const EXEMPT = ['k3_int8_attention'];

interface Released {
  readonly file: string;
  readonly x: readonly [Omit<Numbers, 'dtype'>];
  /** The model, where the file holds weights alone. */
  readonly json?: string;
}

/** What released Keras 3 and Keras 2 have saved: it goes back as it was read. */
export async function savedByReleases(): Promise<Case[]> {
  const folder = folderOf('keras-released');
  const { models: expected } = (await expectedIn(folder)) as {
    readonly models: Readonly<Record<string, Released>>;
  };
  const cases: Case[] = [];
  for (const [name, { file, x, json }] of Object.entries(expected)) {
    if (EXEMPT.includes(name)) continue;
    const made = await caseOf(`saved by a release: ${name}`, async () => {
      const at = path.join(folder, file);
      const model = json === undefined ? await models.loadModel(at) : models.modelFromJSON(json);
      if (json !== undefined) await model.loadWeights(at);
      return {
        model,
        x: tensorsOf({ dtype: 'float32', ...x[0] }),
        y: undefined,
        resumes: false,
        // Its dropout was called with training: true, which released Keras passes over.
        draws: name === 'k3_always_on',
      };
    });
    cases.push(...made);
  }
  return cases;
}
