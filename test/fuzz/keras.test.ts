import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { models } from '../../src/index.js';
import { zip } from '../../src/formats/zip/write.js';
import { unzipAll } from '../unit/formats/unzip-all.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { fuzz, realFiles } from './fuzz.js';
import type { Part } from './fuzz.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? join(fixtures, 'models'), 'keras');
const files = realFiles(folder, '.keras');
const others = realFiles(join(fixtures, 'keras-files'), 'chain.h5', 'nested.h5', '-weights.h5');
/** A member of a `.keras` file, the zip file around it whole. */
function member(name: string, isJson: boolean): Part {
  return {
    name,
    isJson,
    take: async (file) => (await unzipAll(file)).find((each) => each.name === name)?.bytes,
    async put(file, part) {
      const members = await unzipAll(file);
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

fuzz('models.loadModel (legacy .h5)', {
  files: new Map([...others].filter(([name]) => !name.endsWith('-weights.h5'))),
  read: load,
});

const model = await models.loadModel(join(folder, 'mlp.keras'), { compile: false });

fuzz('model.loadWeights (.weights.h5)', {
  files: new Map([...realFiles(folder, '.weights.h5')].filter(([name]) => name.startsWith('mlp'))),
  read: async (file) => model.loadWeights(file),
  // Whatever fits the model's layers is read; what does not is said as for other formats.
  errors: [FormatError, ShapeError, ValueError],
});

const chain = await models.loadModel(join(fixtures, 'keras-files/chain.keras'), { compile: false });

fuzz('model.loadWeights (legacy .h5)', {
  files: new Map([...others].filter(([name]) => name.startsWith('chain'))),
  read: async (file) => chain.loadWeights(file, { byName: true, skipMismatch: true }),
  errors: [FormatError, ShapeError, ValueError],
});
