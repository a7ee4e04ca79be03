import { expect, it } from 'vitest';
import { layers, ops, tidy, tensor } from '../../../src/index.js';

it('adds the penalty of its input, divided by the batch size', () => {
  const layer = new layers.ActivityRegularization({ l1: 0.1, l2: 0.2 });
  tidy(() => {
    const x = tensor([
      [1, -2],
      [3, 0],
    ]);
    expect(layer.apply(x).data()).toEqual(x.data());
    const penalty = 0.1 * (1 + 2 + 3) + 0.2 * (1 + 4 + 9);
    expect(layer.losses().map((loss) => loss.item())).toEqual([Math.fround(penalty / 2)]);
  });
});

it('adds the gradient of the penalty', () => {
  const layer = new layers.ActivityRegularization({ l1: 0.5, l2: 0.25 });
  tidy(() => {
    const gradient = ops.grad((x) => {
      layer.apply(x);
      return ops.sum(ops.stack(layer.losses()));
    })(tensor([[2, -4]]));
    expect([...gradient.data()]).toEqual([1.5, -2.5]);
  });
});

it('takes no other penalty', () => {
  expect(() => new layers.ActivityRegularization({ activityRegularizer: 'l1' as never })).toThrow(
    /ActivityRegularization: activityRegularizer = 'l1' is not supported\. Give l1 and l2\./,
  );
});
