import { describe, expect, it } from 'vitest';
import { datasets, layers, models, utils } from 'lanegrad';

const directory = process.env['LANEGRAD_DATA_DIR'];
const reason = directory ? '' : ' (skipped: LANEGRAD_DATA_DIR names no folder with MNIST)';

describe('a small convolutional network', () => {
  it.skipIf(!directory)(
    `learns MNIST from 8,000 images in two epochs${reason}`,
    { timeout: 60_000 },
    async () => {
      const [[trainImages, trainLabels], [testImages, testLabels]] =
        await datasets.mnist.loadData();
      utils.setRandomSeed(1);
      const network = new models.Sequential();
      network.add(new layers.Conv2D(16, 3, { activation: 'relu', inputShape: [28, 28, 1] }));
      network.add(new layers.MaxPooling2D());
      network.add(new layers.Conv2D(32, 3, { activation: 'relu' }));
      network.add(new layers.MaxPooling2D());
      network.add(new layers.Flatten());
      network.add(new layers.Dense(10, { activation: 'softmax' }));
      network.compile({
        optimizer: 'adam',
        loss: 'sparse_categorical_crossentropy',
        metrics: ['accuracy'],
      });
      // 16 · 9 + 16, 32 · 16 · 9 + 32, 800 · 10 + 10
      expect(network.countParams()).toBe(160 + 4640 + 8010);
      const pictures = (images: typeof trainImages) =>
        images.reshape([-1, 28, 28, 1]).astype('float32').div(255);
      const x = pictures(trainImages.slice('0:8000'));
      // 126 steps of Adam; the first 2,000 test images are the harder ones.
      await network.fit(x, trainLabels.slice('0:8000'), {
        epochs: 2,
        batchSize: 128,
        verbose: 0,
      });
      const test = [pictures(testImages.slice('0:2000')), testLabels.slice('0:2000')] as const;
      const [loss, accuracy] = await network.evaluate(...test, { verbose: 0 });
      expect(loss).toBeLessThan(0.5);
      expect(accuracy).toBeGreaterThan(0.85);
    },
  );
});
