// The small convolutional network that `npm run bench:conv` trains.
import { initializers, layers, models } from 'lanegrad';
import { convNet } from './shapes.js';

/** The network, compiled, with the same initial weights every time. */
export function makeConvNetwork(): models.Sequential {
  const [first, second] = convNet.filters;
  const kernelInitializer = (seed: number) => new initializers.GlorotUniform({ seed });
  const network = new models.Sequential([
    new layers.Conv2D(first, 3, {
      activation: 'relu',
      kernelInitializer: kernelInitializer(1),
      inputShape: convNet.image,
    }),
    new layers.MaxPooling2D(2),
    new layers.Conv2D(second, 3, { activation: 'relu', kernelInitializer: kernelInitializer(2) }),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(convNet.classes, {
      activation: 'softmax',
      kernelInitializer: kernelInitializer(3),
    }),
  ]);
  network.compile({ optimizer: 'adam', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
  return network;
}
