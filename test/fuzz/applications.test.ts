// What `lanegrad/applications` reads: class indices, and files of weights as Keras publishes them.
import { fileURLToPath } from 'node:url';
import * as applications from '../../src/applications.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { Input, layers, models } from '../../src/index.js';
import { fuzz, realFiles, WHOLE_JSON } from './fuzz.js';

const classIndex = { 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] };

fuzz('decodePredictions (class index)', {
  files: new Map([['index.json', new TextEncoder().encode(JSON.stringify(classIndex))]]),
  parts: [WHOLE_JSON],
  read: async (file) => {
    await applications.imagenetUtils.decodePredictions([[0.25, 0.75]], { classIndex: file });
  },
  // An index with another number of classes is one of another network.
  errors: [FormatError, ShapeError],
});

const folder = fileURLToPath(new URL('../fixtures/keras-applications', import.meta.url));
const nested = new models.Sequential([
  Input([6, 6, 2]),
  new layers.Conv2D(3, 3, { useBias: false, name: 'conv1_conv' }),
  new layers.BatchNormalization({ name: 'conv1_bn' }),
  new layers.Flatten(),
  new layers.Dense(2, { name: 'predictions' }),
]);

fuzz('model.loadWeights (.h5 of Keras 2)', {
  files: realFiles(folder, 'nested.h5'),
  read: (file) => nested.loadWeights(file),
  errors: [FormatError, ShapeError, ValueError],
});
