// A program that saves one version of a model after another until it is killed:
//   node save-child.js <path>
// Version n has the number n in every weight. Prints `ready` when the first one is saved.
import { configure, layers, models, tensor } from '../../src/index.js';

const [path = ''] = process.argv.slice(2);
await configure({ threads: 1 });

// Some hundred kilobytes: a save takes about as long as it is waited for before the kill.
const model = new models.Sequential([
  new layers.Dense(300, { inputShape: [200], name: 'first' }),
  new layers.Dense(100, { name: 'second' }),
]);

const isWeights = /\.(safetensors|npz|weights\.h5)$/.test(path);
for (let version = 1; ; version++) {
  for (const weight of model.weights) {
    const size = weight.shape.reduce((product, length) => product * length, 1);
    const values = tensor(new Float32Array(size).fill(version), { shape: weight.shape });
    weight.assign(values);
    values.dispose();
  }
  await (isWeights ? model.saveWeights(path) : model.save(path));
  if (version === 1) process.stdout.write('ready\n');
}
