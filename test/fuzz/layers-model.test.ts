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
    loaded.optimizer?.dispose();
    loaded.dispose();
  };
}

/** What a file says of how its model is compiled. */
const trainingConfig = {
  optimizer_config: {
    class_name: 'RMSProp',
    config: { learningRate: 0.01, decay: 0.9, momentum: 0, epsilon: 1e-7, centered: false },
  },
  loss: 'categorical_crossentropy',
  metrics: ['accuracy', 'mse'],
};

const filesOf = (file: string): Map<string, Uint8Array> =>
  new Map(names.map((name) => [name, readFileSync(join(folder, name, file))]));

const modelFiles = new Map(
  [...filesOf('model.json')].map(([name, bytes]) => {
    const file = JSON.parse(Buffer.from(bytes).toString()) as object;
    return [name, Buffer.from(JSON.stringify({ ...file, trainingConfig }))];
  }),
);

fuzz('models.loadModel (model.json)', {
  files: modelFiles,
  parts: [WHOLE_JSON],
  read: async (file, model) => reading('model.json')(file, model),
  // DatasetError: it may name a shard that does not exist.
  errors: [FormatError, DatasetError],
});

fuzz('models.loadModel (weights.bin)', {
  files: filesOf('weights.bin'),
  read: reading('weights.bin'),
});
