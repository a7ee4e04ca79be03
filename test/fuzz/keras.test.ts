import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { models } from '../../src/index.js';
import { unzip, zip } from '../../src/data/zip.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { fuzz, realFiles } from './fuzz.js';
import type { Part } from './fuzz.js';

// Legacy .h5 files are left out: they are made of texts, and h5wasm 0.10.3 may not come back from a damaged heap of them.
const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? join(fixtures, 'models'), 'keras');
const files = realFiles(folder, '.keras');
/** A member of a `.keras` file, the zip file around it whole. */
function member(name: string, isJson: boolean): Part {
  return {
    name,
    isJson,
    take: async (file) =>
      (await unzip(file, { name: 'test', maxBytes: 1e6 })).find((each) => each.name === name)
        ?.bytes,
    async put(file, part) {
      const members = await unzip(file, { name: 'test', maxBytes: 1e6 });
      return zip(members.map((each) => (each.name === name ? { name, bytes: part } : each)));
    },
  };
}

async function load(file: Uint8Array<ArrayBuffer>): Promise<void> {
  const model = await models.loadModel(file);
  model.optimizer?.dispose();
  model.dispose();
}

fuzz('models.loadModel (.keras)', {
  files,
  parts: [member('config.json', true), member('model.weights.h5', false)],
  read: load,
});

const model = await models.loadModel(join(folder, 'mlp.keras'), { compile: false });

fuzz('model.loadWeights (.weights.h5)', {
  files: new Map([...realFiles(folder, '.weights.h5')].filter(([name]) => name.startsWith('mlp'))),
  read: async (file) => model.loadWeights(file),
  // Whatever fits the model's layers is read; what does not is said as for other formats.
  errors: [FormatError, ShapeError, ValueError],
});
