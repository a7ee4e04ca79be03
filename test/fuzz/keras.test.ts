import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { models } from '../../src/index.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { fuzz, realFiles } from './fuzz.js';
import { member } from './keras-member.js';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? join(fixtures, 'models'), 'keras');
const files = realFiles(folder, '.keras');
const others = realFiles(join(fixtures, 'keras-files'), 'chain.h5', 'nested.h5', '-weights.h5');
async function load(file: Uint8Array<ArrayBuffer>): Promise<void> {
  const model = await models.loadModel(file);
  model.optimizer?.dispose();
  model.dispose();
}

fuzz('models.loadModel (.keras)', {
  files,
  parts: [member('config.json', 'json'), member('model.weights.h5', 'bytes')],
  read: load,
});

fuzz('models.loadModel (.keras with vocabularies)', {
  files: realFiles(join(fixtures, 'models/keras-text'), '.keras'),
  parts: [
    member('config.json', 'json'),
    member('assets/layers/text_vectorization/vocabulary.txt', 'bytes'),
    member('assets/preprocessors/string_lookup/vocabulary.txt', 'bytes'),
    member('assets/preprocessors/integer_lookup/vocabulary.txt', 'bytes'),
  ],
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
