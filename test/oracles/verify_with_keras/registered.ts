// A model of custom classes and functions, each registered here and, with the same formula, in registered.py.
import { Input, layers, losses, models, regularizers, utils } from '../../../src/index.js';
import type { PartialShape, Tensor, Variable } from '../../../src/index.js';
import { numbers, SAMPLES } from './case.js';
import type { Case } from './case.js';

const register = utils.registerKerasSerializable;

class Scale extends layers.Layer {
  static override readonly className = 'Scale';
  static override readonly optionNames = ['factor'];
  readonly factor: number;
  #gain: Variable | undefined;

  constructor({ factor = 1, ...options }: layers.LayerOptions & { readonly factor?: number } = {}) {
    super(options, ['factor']);
    this.factor = factor;
  }

  override build(inputShape: PartialShape): void {
    this.#gain = this.addWeight('gain', [inputShape.at(-1) ?? null], { initializer: 'ones' });
  }

  override call(x: Tensor): Tensor {
    return this.#gain === undefined ? x : x.mul(this.#gain.value).mul(this.factor);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

class Residual extends layers.Wrapper {
  static override readonly className = 'Residual';
  static override readonly optionNames = ['share'];
  readonly share: number;

  constructor(
    layer: layers.AnyLayer,
    { share = 1, ...options }: layers.WrapperOptions & { readonly share?: number } = {},
  ) {
    super(layer, options);
    this.share = share;
  }

  override call(x: Tensor, { training }: layers.CallOptions): Tensor {
    return (this.layer.apply(x, { training }) as Tensor).mul(this.share).add(x);
  }
}

class Quartic extends losses.Loss {
  static override readonly className = 'Quartic';

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).square().square().mean(-1);
  }
}

class Above extends regularizers.Regularizer {
  static override readonly className = 'Above';

  override call(x: Tensor): Tensor {
    return x.relu().sum().mul(0.01);
  }

  static fromConfig(): Above {
    return new Above();
  }
}

class Net extends models.Model {
  static override readonly className = 'Net';
}

register('verify', 'Scaling')(Scale);
register('verify')(Residual);
register()(Quartic);
register('verify')(Above);
register('verify')(Net);
const squaredRelu = register('verify', 'squared_relu')((x: Tensor) => x.relu().square());
const spread = register('verify', 'spread')((w: Tensor) => w.square().mean().mul(0.1));
const worst = register('verify', 'worst')((yTrue: Tensor, yPred: Tensor) => yPred.sub(yTrue).abs().max(-1)); // prettier-ignore

/** What legacy files call by the names of the classes alone. */
export const inLegacyFiles = { Net };

export function registeredCases(): Case[] {
  const input = Input({ shape: [3] });
  const hidden = new layers.Dense(4, {
    activation: squaredRelu,
    kernelRegularizer: new Above(),
    biasRegularizer: spread,
  }).apply(input);
  const scaled = new Scale({ factor: 0.5 }).apply(hidden);
  const wrapped = new Residual(new layers.Dense(4), { share: 0.5 }).apply(scaled);
  const outputs = new layers.Lambda(squaredRelu).apply(new layers.Dense(2).apply(wrapped));
  const model = new Net({ inputs: input, outputs });
  model.compile({ optimizer: 'adam', loss: new Quartic(), metrics: [worst, new Quartic()] });
  const [x, y] = [numbers([SAMPLES, 3]), numbers([SAMPLES, 2], 5000)];
  return [{ name: 'registered: classes and functions', model, x, y, resumes: true }];
}
