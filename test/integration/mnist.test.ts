import { describe, expect, it } from 'vitest';
import { datasets, layers, models, utils } from 'lanegrad';

const directory = process.env['LANEGRAD_DATA_DIR'];

describe('a network of two dense layers', () => {
  it.skipIf(!directory)(
    'learns MNIST from 12,000 images in one epoch (needs MNIST in LANEGRAD_DATA_DIR)',
    async () => {
      const [[trainImages, trainLabels], [testImages, testLabels]] =
        await datasets.mnist.loadData();
      // So early in training RMSprop is still unsteady: 0.89 to 0.92, by the seed, as in NumPy.
      utils.setRandomSeed(1);
      const network = new models.Sequential();
      network.add(new layers.Dense(512, { activation: 'relu', inputShape: [28 * 28] }));
      network.add(new layers.Dense(10, { activation: 'softmax' }));
      network.compile({
        optimizer: 'rmsprop',
        loss: 'categorical_crossentropy',
        metrics: ['accuracy'],
      });
      const flat = (images: typeof trainImages) =>
        images
          .reshape([-1, 28 * 28])
          .astype('float32')
          .div(255);
      const x = flat(trainImages.slice('0:12000'));
      const y = utils.toCategorical(trainLabels.slice('0:12000'));

      const { history } = await network.fit(x, y, { epochs: 1, batchSize: 128, verbose: 0 });
      const [testX, testY] = [flat(testImages), utils.toCategorical(testLabels)];
      const [loss, accuracy] = await network.evaluate(testX, testY, { verbose: 0 });

      expect(history['accuracy']?.[0]).toBeGreaterThan(0.8);
      expect(loss).toBeLessThan(0.35);
      expect(accuracy).toBeGreaterThan(0.89);
      const predicted = await network.predict(testX, { verbose: 0 });
      const digits = predicted.argmax(-1).data();
      const right = testLabels.data().filter((label: number, i: number) => label === digits[i]);
      expect(right.length / digits.length).toBeCloseTo(accuracy ?? NaN, 6);
    },
  );
});
