// Runs in an empty project that has nothing but the packed tarball: a model with a layer of the project's own learns
// y = 2x + 1 in a worker.
import { Sequential, layers, optimizers, tensor } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import { Halving } from './parts.mjs';

const network = new Sequential([new Halving({ inputShape: [1] }), new layers.Dense(1)]);
network.compile({ optimizer: new optimizers.SGD({ learningRate: 0.4 }), loss: 'mse' });

const x = tensor([[-1], [-0.5], [0], [0.5], [1]]);
const y = x.mul(2).add(1);
const remote = await inWorker(network, { modules: [new URL('parts.mjs', import.meta.url)] });
// The halved x has squares of the mean 1/8: the error of the slope shrinks by 1 − 0.1 a step.
await remote.fit(x, y, { epochs: 200, batchSize: 5, verbose: 0 });
const [kernel, bias] = network.getWeights().map((weight) => weight.toArray().flat()[0]);
if (!(Math.abs(kernel - 4) < 1e-3 && Math.abs(bias - 1) < 1e-3)) {
  throw new Error(`expected 4 (x / 2) + 1, learned ${kernel} (x / 2) + ${bias}`);
}
console.log(`learned ${kernel.toFixed(3)} (x / 2) + ${bias.toFixed(3)} in a worker`);
