// Files of ONNX.
import { fileURLToPath } from 'node:url';
import { loadOnnx } from '../../src/io/onnx.js';
import { fuzz, realFiles } from './fuzz.js';

const folder = fileURLToPath(new URL('../fixtures/onnx', import.meta.url));

fuzz('loadOnnx', {
  files: realFiles(folder, '.onnx'),
  read: async (file) => {
    const model = await loadOnnx(file);
    model.dispose();
  },
  // A changed file may ask for padding or copies of any size, which are not made while it is read.
  maxBytes: 2 ** 28,
});
