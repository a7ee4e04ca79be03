import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { models } from '../../src/index.js';
import { DatasetError, FormatError } from '../../src/errors.js';
import { fuzz, WHOLE_JSON } from './fuzz.js';

const folder = join(
  process.env['LANEGRAD_MODELS_DIR'] ??
    fileURLToPath(new URL('../fixtures/models', import.meta.url)),
  'tfjs',
);
const names = ['mlp', 'conv', 'norm'];

/** Loads a model of which one file is changed. */
function reading(changedFile: string) {
  return async (file: Uint8Array<ArrayBuffer>, model: string): Promise<void> => {
    const loaded = await models.loadModel({
      read: (name) => {
        if (name === changedFile) return file;
        if (name === 'weights.bin' || name === 'model.json')
          return readFileSync(join(folder, model, name));
        throw new DatasetError(`there is no file '${name}'`);
      },
    });
    loaded.dispose();
  };
}

const filesOf = (file: string): Map<string, Uint8Array> =>
  new Map(names.map((name) => [name, readFileSync(join(folder, name, file))]));

fuzz('models.loadModel (model.json)', {
  files: filesOf('model.json'),
  parts: [WHOLE_JSON],
  read: async (file, model) => reading('model.json')(file, model),
  // DatasetError: it may name a shard that does not exist.
  errors: [FormatError, DatasetError],
});

fuzz('models.loadModel (weights.bin)', {
  files: filesOf('weights.bin'),
  read: reading('weights.bin'),
});
