// Functional models whose layers are connected in other ways than their author meant.
import { fileURLToPath } from 'node:url';
import { models } from '../../src/index.js';
import { LanegradError } from '../../src/errors.js';
import { unzipAll } from '../unit/formats/unzip-all.js';
import { fuzz, realFiles, WHOLE_GRAPH } from './fuzz.js';
import { member } from './keras-member.js';

// The project's own copies: all their layers are there.
const folder = fileURLToPath(new URL('../fixtures/models/keras-graphs', import.meta.url));
const files = realFiles(folder, '.keras');

fuzz('models.loadModel (.keras of a graph)', {
  files,
  bytes: false,
  parts: [member('config.json', 'graph'), member('config.json', 'json')],
  read: async (file) => {
    const model = await models.loadModel(file);
    model.optimizer?.dispose();
    model.dispose();
  },
  // What is too large is said as such.
  errors: [LanegradError],
});

const configs = new Map<string, Uint8Array>();
for (const [name, file] of files) {
  const config = (await unzipAll(file)).find((each) => each.name === 'config.json');
  if (config !== undefined) configs.set(name, config.bytes);
}

fuzz('models.modelFromJSON', {
  files: configs,
  bytes: false,
  parts: [WHOLE_GRAPH],
  read: (config) => {
    models.modelFromJSON(Buffer.from(config).toString()).dispose();
    return Promise.resolve();
  },
  // What a class refuses is said as for its options; what is no graph, as for a file.
  errors: [LanegradError],
});
