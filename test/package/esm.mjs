// Runs in an empty project that has nothing but the packed tarball: learns y = 2x + 1 through the public API.
import { layers, models, optimizers, tensor } from 'lanegrad';

const network = new models.Sequential();
network.add(new layers.Dense(1, { inputShape: [1] }));
network.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: 'mse' });

const x = tensor([[-1], [-0.5], [0], [0.5], [1]]);
const y = x.mul(2).add(1);
// Each epoch is one step on all of x, whose squares have the mean 1/2: the error of the slope shrinks by 1 − 0.1.
const { history } = await network.fit(x, y, { epochs: 200, batchSize: 5, verbose: 0 });
const [kernel, bias] = network.getWeights().map((weight) => weight.toArray().flat()[0]);
if (!(Math.abs(kernel - 2) < 1e-3 && Math.abs(bias - 1) < 1e-3)) {
  throw new Error(`expected 2x + 1, learned ${kernel}x + ${bias}; losses ${history.loss.at(-1)}`);
}
console.log(`learned ${kernel.toFixed(3)}x + ${bias.toFixed(3)}`);
