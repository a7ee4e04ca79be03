// Files for the commands of `npx lanegrad`: a model of y = (x₀ + 2 x₁, 3), and two samples.
import { data, layers, models, tensor } from 'lanegrad';

const sum = new layers.Dense(2, { inputShape: [2], name: 'sum' });
const model = new models.Sequential([sum], { name: 'm' });
model.setWeights([
  tensor([
    [1, 0],
    [2, 0],
  ]),
  tensor([0, 3]),
]);
await model.save('sum.keras');
await data.writeNpy('x.npy', [
  [1, 2],
  [3, 4],
]);
