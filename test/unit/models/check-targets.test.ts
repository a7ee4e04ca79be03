import { describe, expect, it } from 'vitest';
import { layers, models, random, tensor, ValueError } from 'lanegrad';

function classifier(loss = 'categorical_crossentropy'): models.Sequential {
  const model = new models.Sequential([
    new layers.Dense(3, { activation: 'softmax', inputShape: [2] }),
  ]);
  model.compile({ loss: loss as never });
  return model;
}

const x = random.normal([2, 2], { seed: 1 });

describe('targets of a categorical loss', () => {
  it.each([
    [
      'of another sum',
      [
        [1, 0, 0],
        [1, 1, 0],
      ],
      /fit: y: row 1 is not one-hot: \[1, 1, 0\]/,
    ],
    [
      'all zero',
      [
        [0, 0, 0],
        [1, 0, 0],
      ],
      /row 0 is not one-hot.*toCategorical/,
    ],
    [
      'below zero',
      [
        [1, 0, 0],
        [2, -1, 0],
      ],
      /row 1 is not one-hot/,
    ],
  ])('are refused %s', async (_, y, message) => {
    const model = classifier();
    await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(ValueError);
    await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(message);
    await expect(model.evaluate(x, y, { verbose: 0 })).rejects.toThrow(ValueError);
  });

  it('may be other distributions over the classes', async () => {
    const y = tensor([
      [0.1, 0.2, 0.7],
      [0.5, 0.5, 0],
    ]);
    await classifier().fit(x, y, { verbose: 0 });
  });

  it('are not looked at for other losses', async () => {
    await classifier('mse').fit(
      x,
      [
        [3, 1, 0],
        [0, 0, 0],
      ],
      { verbose: 0 },
    );
  });
});

it('binary_crossentropy of labels with noise is that of Keras', async () => {
  const model = new models.Sequential([
    new layers.Dense(1, { activation: 'sigmoid', kernelInitializer: 'ones', inputShape: [2] }),
  ]);
  model.compile({ loss: 'binary_crossentropy' });
  // ln(1 + e²) − 2 · the mean label, as the logits are 2.
  for (const labels of [
    [1.05, -0.04, 0, 1],
    [1.5, -0.5, 0, 1],
  ]) {
    const y = tensor(labels.map((label) => [label]));
    const [loss] = await model.evaluate(random.normal([4, 2]).mul(0).add(1), y, { verbose: 0 });
    const mean = labels.reduce((sum, label) => sum + label, 0) / 4;
    expect(loss).toBeCloseTo(Math.log1p(Math.exp(2)) - 2 * mean, 5);
  }
});

describe.each(['binary_crossentropy', 'binary_focal_crossentropy'])('targets of %s', (loss) => {
  const binary = (): models.Sequential => {
    const model = new models.Sequential([
      new layers.Dense(2, { activation: 'sigmoid', inputShape: [2] }),
    ]);
    model.compile({ loss: loss as never });
    return model;
  };

  it.each([
    ['−1 for 0', [[1, 0], [-1, 1]], /^fit: y holds -1 in sample 1\. The loss 'binary_/], // prettier-ignore
    ['class numbers', [[1, 2], [0, 1]], /^fit: y holds 2 in sample 0\. .*takes labels 0 and 1/], // prettier-ignore
    ['bytes', [[0, 255], [0, 0]], /holds 255 in sample 0/], // prettier-ignore
  ])('are refused: %s', async (_, y, message) => {
    await expect(binary().fit(x, y, { verbose: 0 })).rejects.toThrow(ValueError);
    await expect(binary().fit(x, y, { verbose: 0 })).rejects.toThrow(message);
    await expect(binary().evaluate(x, y, { verbose: 0 })).rejects.toThrow(/^evaluate: y holds/);
  });

  it('may be labels with noise, up to a half', async () => {
    await binary().fit(x, [[1.5, 0.9], [-0.5, 1.1]], { verbose: 0 }); // prettier-ignore
    await expect(binary().fit(x, [[1.51, 1], [0, 1]], { verbose: 0 })).rejects.toThrow(/with noise −0\.5 to 1\.5/); // prettier-ignore
    await expect(binary().fit(x, [[1, 1], [-0.51, 1]], { verbose: 0 })).rejects.toThrow(ValueError); // prettier-ignore
  });

  it('may be probabilities', async () => {
    await binary().fit(x, [[0.25, 1], [0, 0.5]], { verbose: 0 }); // prettier-ignore
    await binary().fit(x, [[true, false], [false, true]], { verbose: 0 }); // prettier-ignore
  });
});
