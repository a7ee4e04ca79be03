// Graph models of TensorFlow.js, of which model.json is changed.
import { DatasetError, FormatError } from '../../src/errors.js';
import { models } from '../../src/index.js';
import { graphModel, modelJson } from '../unit/graph-models/files.js';
import { IMAGES, LOOP, NETWORK, WHILE } from '../unit/graph-models/graphs.js';
import { fuzz, WHOLE_JSON } from './fuzz.js';

const graphs = new Map(Object.entries({ IMAGES, LOOP, NETWORK, WHILE }));

fuzz('models.loadModel (a graph model)', {
  files: new Map(
    [...graphs].map(([name, graph]) => [
      name,
      new TextEncoder().encode(JSON.stringify(modelJson(graph))),
    ]),
  ),
  parts: [WHOLE_JSON],
  read: async (file, name) => {
    const rest = graphModel(graphs.get(name) ?? NETWORK);
    const model = await models.loadModel({
      read: (one) => (one === 'model.json' ? file : rest.read(one)),
    });
    model.dispose();
  },
  // DatasetError: it may name a shard that does not exist.
  errors: [FormatError, DatasetError],
  // A changed file may ask for padding or copies of any size, which are not made while it is read.
  maxBytes: 2 ** 28,
});
