// What a console shows of the package's objects: the same text in Node, Deno and Bun.
import { History } from 'lanegrad/callbacks';
import { data, layers, optimizers, Sequential, tensor } from 'lanegrad';

const inner = new Sequential([new layers.Dense(3, { name: 'last' })], { name: 'inner' });
const model = new Sequential(
  [new layers.Dense(8, { inputShape: [4], name: 'first' }), inner, new layers.Flatten({ name: 'flat' })],
  { name: 'net' },
); // prettier-ignore
model.compile({ optimizer: new optimizers.SGD({ name: 'sgd' }), loss: 'mse', metrics: ['mae'] });
const history = new History();
history.onEpochEnd(0, { loss: 0.5, mae: 0.25 });
const x = tensor([[1, 2], [3, 4]]); // prettier-ignore

console.log(model);
console.log(history);
console.log(x);
console.log(data.Dataset.fromTensors(x));
console.log([{ optimizer: model.optimizer }]);
console.log(JSON.stringify({ x }));
try {
  structuredClone(x);
} catch (error) {
  console.log(error.name);
}
