// Models that Keras has written, compiled: the same bits as `predictOnBatch`.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { models } from '../../../src/index.js';
import { expectSameBits } from './compiled.js';
import type { AnyModel } from './compiled.js';

const folder = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));
const files = ['keras-graphs', 'keras'].flatMap((kind) =>
  readdirSync(`${folder}${kind}`)
    .filter((name) => name.endsWith('.keras'))
    .map((name) => `${kind}/${name}`),
);
describe('a model of a file, compiled, gives the bits of predictOnBatch', () => {
  for (const file of files) {
    it(file, async () => {
      const model: AnyModel = await models.loadModel(`${folder}${file}`);
      await expectSameBits(model, { batchSize: 2 });
      model.dispose();
    });
  }
});
