import { describe, expect, it } from 'vitest';
import { layers, models, random, tensor, ValueError } from 'lanegrad';

function classifier(loss = 'categorical_crossentropy'): models.Sequential {
  const model = new models.Sequential([
    new layers.Dense(3, { activation: 'softmax', inputShape: [2] }),
  ]);
  model.compile({ loss });
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

describe.each(['binary_crossentropy', 'binary_focal_crossentropy'])('targets of %s', (loss) => {
  const binary = (): models.Sequential => {
    const model = new models.Sequential([
      new layers.Dense(2, { activation: 'sigmoid', inputShape: [2] }),
    ]);
    model.compile({ loss });
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

  it('may be probabilities', async () => {
    await binary().fit(x, [[0.25, 1], [0, 0.5]], { verbose: 0 }); // prettier-ignore
    await binary().fit(x, [[true, false], [false, true]], { verbose: 0 }); // prettier-ignore
  });
});
