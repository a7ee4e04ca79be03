// Models with vocabularies that Keras on TensorFlow has saved, and what they predict for strings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { models } from '../../src/index.js';
import { expectClose } from './cases.js';
import type { GoldenArray } from './cases.js';

const folder =
  process.env['LANEGRAD_MODELS_DIR'] ??
  fileURLToPath(new URL('../fixtures/models', import.meta.url));

interface Expected {
  readonly source: string;
  readonly models: Readonly<
    Record<string, { readonly x: never; readonly predict?: GoldenArray; readonly output?: unknown }>
  >;
}

const path = join(folder, 'keras-text');
// The predictions of an empty text are NaN, for which JSON has no word.
const text = readFileSync(join(path, 'expected.json'), 'utf8').replaceAll(/\bNaN\b/g, 'null');
const expected = JSON.parse(text) as Expected;

/** Files of a class that is none of the models. */
const cases = Object.entries(expected.models).filter(([, { predict }]) => predict !== undefined);

describe(`models of ${expected.source}`, () => {
  it.each(cases)(
    '%s predicts as in Keras, and so it does when it was saved here',
    async (name, { x, predict }) => {
      const model = await models.loadModel(join(path, `${name}.keras`), { compile: false });
      const check = async (one: typeof model): Promise<void> => {
        const y = await one.predict(x, { verbose: 0 });
        const golden = { ...(predict as GoldenArray) };
        const numbers = golden.data.map((value) => (value as number | null) ?? NaN);
        expectClose(y, { ...golden, dtype: 'float32', data: numbers });
      };
      await check(model);
      const files = new Map<string, Uint8Array<ArrayBuffer>>();
      const target = {
        write: (file: string, bytes: Uint8Array<ArrayBuffer>) => {
          files.set(file, bytes);
        },
      };
      await model.save(target, { format: 'keras' });
      const [bytes] = [...files.values()];
      if (bytes === undefined) expect.fail('nothing was written');
      await check(await models.loadModel(bytes));
    },
  );
});
