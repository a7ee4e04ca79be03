// Models of files, compiled: the same bits as `predictOnBatch`, or an error that says why there is no compiled form.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileModel } from '../../../src/compile.js';
import { models, ValueError } from '../../../src/index.js';
import { expectSameBits } from './compiled.js';
import type { AnyModel } from './compiled.js';

const fixtures = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));
const folder = process.env['LANEGRAD_MODELS_DIR'] ?? fixtures;

const filesOf = (kind: string): string[] =>
  readdirSync(join(folder, kind))
    .filter((name) => /(\.keras|\.h5)$/.test(name) && !/(\.weights|_json)\.h5$/.test(name))
    .map((name) => `${kind}/${name}`);
const ofTfjs = ['conv', 'mlp', 'norm'].map((name) => `tfjs/${name}/model.json`);
const files = ['keras', 'keras-graphs', 'keras-released', 'keras-text'].flatMap(filesOf).concat(ofTfjs); // prettier-ignore

/** The files that cannot be compiled, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'keras-graphs/masked_loss.keras': /it gives a mask with its result/,
  'keras-graphs/masked_loss_weighted.keras': /it gives a mask with its result/,
  'keras-released/k3_always_on.keras': /layer 'dropout_5' draws random numbers/,
  'keras-text/feature_space.keras': /expected a model, got an object of class FeatureSpace/,
  'keras-text/hashing.keras': /it takes strings/,
  'keras-text/table.keras': /it takes strings/,
  'keras-text/text_sequence.keras': /it takes strings/,
  'keras-text/text_tfidf.keras': /it takes strings/,
};

describe('a model of a file, compiled', () => {
  // Of types that are float32 here, and of masks that end.
  beforeAll(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  for (const file of files.filter((name) => existsSync(join(folder, name)))) {
    const reason = REFUSED[file];
    it(`${file} ${reason === undefined ? 'gives the bits of predictOnBatch' : 'is refused'}`, async () => {
      const model: AnyModel = await models.loadModel(join(folder, file));
      if (reason === undefined) await expectSameBits(model, { batchSize: 2 });
      else {
        const refusal = compileModel(model, { batchSize: 2 });
        await expect(refusal).rejects.toThrow(ValueError);
        await expect(refusal).rejects.toThrow(reason);
      }
      model.dispose();
    });
  }
});
