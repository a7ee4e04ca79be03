// Runs in an empty project that has nothing but the packed tarball: learns y = 2x + 1 from the public API.
import { layers, models, tensor } from 'lanegrad';

const network = new models.Sequential();
network.add(new layers.Dense(1, { inputShape: [1] }));
network.compile({ optimizer: 'sgd', loss: 'mse' });

const x = tensor([[-1], [-0.5], [0], [0.5], [1]]);
const y = x.mul(2).add(1);
const { history } = await network.fit(x, y, { epochs: 300, batchSize: 5, verbose: 0 });
const [kernel, bias] = network.getWeights().map((weight) => weight.toArray().flat()[0]);
if (!(Math.abs(kernel - 2) < 0.1 && Math.abs(bias - 1) < 0.1)) {
  throw new Error(`expected 2x + 1, learned ${kernel}x + ${bias}; losses ${history.loss.at(-1)}`);
}
console.log(`learned ${kernel.toFixed(3)}x + ${bias.toFixed(3)}`);
