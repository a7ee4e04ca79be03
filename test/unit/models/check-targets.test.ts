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
