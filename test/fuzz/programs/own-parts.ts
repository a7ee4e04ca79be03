// Parts that the author of a program writes: functions, layers, losses, metrics and optimizers. Those that do more than compute
// (count, read, keep) are not declared pure, so each of their calls has to be seen in both runs.
import * as layers from '../../../src/layers.js';
import type { AnyLayer, CallOptions } from '../../../src/layers.js';
import * as losses from '../../../src/losses.js';
import * as metrics from '../../../src/metrics.js';
import { Model } from '../../../src/models.js';
import * as optimizers from '../../../src/optimizers.js';
import { SeedGenerator, uniform } from '../../../src/random.js';
import { tensor, tidy, toTensor } from '../../../src/engine/tensor/index.js';
import type {
  PartialShape,
  Tensor,
  TensorLike,
  Variable,
} from '../../../src/engine/tensor/index.js';
import { numbers } from '../../unit/models/networks.js';
import type { Witness } from './witness.js';

type AnyFunction = (...args: never[]) => unknown;

/** The statements of a `PureSteps`, in any order. */
export const STATEMENTS = ['drop', 'drop', 'scale', 'constant', 'row', 'row', 'weight', 'weight value', 'weight row', 'same', 'softmax', 'relu', 'noise', 'count', 'loss', 'read', 'scratch'] as const; // prettier-ignore

export type Statement = (typeof STATEMENTS)[number];

/** What a program may name as `'~…'`. */
export function ownFunctions(witness: Witness): Readonly<Record<string, AnyFunction>> {
  const both = (name: string, f: (x: Tensor, y: Tensor) => Tensor): [string, AnyFunction][] => [
    [`~${name}`, (x: Tensor, y: Tensor) => (witness.called(name), f(x, y))],
    [`~reading ${name}`, (x: Tensor, y: Tensor) => (witness.called(name, x, y), f(x, y))],
  ];
  return Object.fromEntries([
    ...both('penalty', (w) =>
      w
        .square()
        .sum()
        .mul(0.01 * witness.knob),
    ),
    ...both('constraint', (w) => w.minimum(witness.knob)),
    ...both('activation', (x) => x.tanh().mul(witness.knob)),
    ...both('lambda', (x) => x.abs().mul(witness.knob)),
    ...both('loss', (y, p) => p.sub(y).square().mean(-1).mul(witness.knob)),
    ...both('metric', (y, p) => p.sub(y).abs().mean(-1).mul(witness.knob)),
    ...both('keeping metric', (y, p) => {
      witness.keep([p, y]);
      return p.sub(y).abs().mean(-1);
    }),
  ]);
}

interface OwnOptions {
  readonly name?: string;
  readonly body?: readonly Statement[];
  readonly regularizer?: never;
  readonly reads?: boolean;
}

type LayerClass = new (options: OwnOptions) => AnyLayer;

const last = (shape: readonly (number | null)[]): number => shape.at(-1) ?? 1;

/** A constant of that shape, unlike the others. */
const constant = (shape: readonly number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(numbers(size, 7), { shape });
};

/** The layers, of classes of their own in each run. */
export function ownLayers(witness: Witness): Readonly<Record<string, LayerClass>> {
  /** A function of input and weights by a few statements. */
  class PureSteps extends layers.Layer {
    static override readonly className = 'PureSteps';
    static override readonly isPure = true;
    readonly seedGenerator = new SeedGenerator(3);
    readonly body: readonly Statement[];
    readonly penalty: never;
    kernel?: Variable;
    steps?: Variable;
    table?: Variable;

    constructor({ body = [], regularizer, reads: _, ...options }: OwnOptions) {
      super(options);
      this.body = body;
      this.penalty = regularizer as never;
    }

    override build(shape: PartialShape): void {
      const options = { initializer: 'ones' as const, regularizer: this.penalty ?? null };
      this.kernel = this.addWeight('kernel', [last(shape)], options);
      this.steps = this.addWeight('steps', [], { initializer: 'zeros', trainable: false });
      if (this.body.includes('weight value'))
        this.table = this.addWeight('table', [2, last(shape)]);
    }

    override call(x: Tensor): Tensor {
      return this.body.reduce((y, statement) => this.run(statement, y), x);
    }

    run(statement: Statement, y: Tensor): Tensor {
      const [w, steps] = [this.kernel as Variable, this.steps as Variable];
      switch (statement) {
        case 'drop':
          y.mul(2).dispose();
          return y;
        case 'scale':
          return y.mul(0.5);
        case 'constant':
          return y.add(constant([last(y.shape)]));
        case 'row':
          return constant(y.shape);
        case 'weight':
          return y.mul(w.value);
        case 'weight value':
          return this.table?.value ?? y;
        case 'weight row':
          return w.value.reshape([1, w.value.size]);
        case 'softmax':
          return y.softmax();
        case 'relu':
          return y.relu();
        case 'noise':
          return y.add(uniform(y.shape, { seed: this.seedGenerator }));
        case 'count':
          steps.assign(steps.value.add(1));
          return y.add(steps.value);
        case 'loss':
          this.addLoss(y.square().mean());
          return y;
        case 'read':
          return y.mul(y.sum().item() > 0 ? 1 : 2);
        case 'scratch':
          return y.add(tidy(() => y.mul(3).sum().minimum(1)));
        default:
          return y;
      }
    }
  }

  /** Not declared pure: it counts its calls, and scales by what the program says. */
  class Own extends layers.Layer {
    static override readonly className = 'Own';
    readonly reads: boolean;

    constructor({ body: _, regularizer: __, reads = false, ...options }: OwnOptions) {
      super(options);
      this.reads = reads;
    }

    override call(x: Tensor, { training }: CallOptions): Tensor {
      witness.called(`${this.name}.call`, training, ...(this.reads ? [x] : []));
      return x.mul(witness.knob);
    }
  }

  /** Declared pure, and gives a mask. */
  class PureMasking extends layers.Layer {
    static override readonly className = 'PureMasking';
    static override readonly isPure = true;
    override supportsMasking = true;

    constructor({ name }: OwnOptions) {
      super(name === undefined ? {} : { name });
    }

    override call(x: Tensor): Tensor {
      return x.mul(1);
    }

    override computeMask(x: Tensor): Tensor {
      return x.square().sum(-1).greater(0.5);
    }
  }

  class OwnDense extends layers.Dense {
    static override readonly className = 'OwnDense';

    constructor({ name }: OwnOptions) {
      super(3, name === undefined ? {} : { name });
    }

    override call(x: Tensor): Tensor {
      witness.called(`${this.name}.call`);
      return super.call(x).mul(witness.knob);
    }
  }
  return { PureSteps, Own, PureMasking, OwnDense };
}

/** A model that an author writes: its layers one behind the other. */
export class Chained extends Model {
  static override readonly className = 'Chained';
  static override readonly isPure: boolean = false;
  constructor(readonly parts: readonly AnyLayer[]) {
    super({ name: 'model' });
  }
  override call(x: Tensor, { training }: CallOptions): Tensor {
    return this.parts.reduce<Tensor>((y, layer) => layer.apply(y, { training }) as Tensor, x);
  }
}

/** A model that its author declares pure. */
export class PureChained extends Chained {
  static override readonly isPure = true;
}

/** The losses, metrics and optimizers of a program, by their names. */
export function ownParts(
  witness: Witness,
): Readonly<Record<string, new (options: object) => object>> {
  class OwnLoss extends losses.Loss {
    static override readonly className = 'OwnLoss';
    override call(yTrue: Tensor, yPred: Tensor): Tensor {
      witness.called('OwnLoss.call');
      return yPred.sub(yTrue).abs().mean(-1).mul(witness.knob);
    }
  }
  class OwnMetric extends metrics.Metric {
    static override readonly className = 'OwnMetric';
    sum = 0;
    override updateState(yTrue: TensorLike, yPred: TensorLike): void {
      witness.called('OwnMetric.updateState', yTrue, yPred);
      this.sum += tidy(() => toTensor(yPred).sub(yTrue).sum().item());
    }
    override result(): number {
      return this.sum;
    }
    override resetState(): void {
      this.sum = 0;
    }
  }
  class OwnSGD extends optimizers.SGD {
    static override readonly className = 'OwnSGD';
    override apply(gradients: readonly (Tensor | null)[], variables?: readonly Variable[]): void {
      witness.called('OwnSGD.apply', gradients);
      witness.keep(gradients);
      super.apply(gradients, variables);
    }
  }
  const { LossScaleOptimizer, MultiOptimizer, OptimizerMap } = optimizers;
  /** Its own apply is called by the one around it. */
  class ScaledSGD extends LossScaleOptimizer {
    constructor(options: object) {
      super(new OwnSGD(options), { dynamicGrowthSteps: 2 });
    }
  }
  class Several extends MultiOptimizer {
    constructor(options: object) {
      super(new OptimizerMap(new optimizers.Adam(options), { '.*bias': new OwnSGD({}) }));
    }
  }
  /** These are made by `new` too, but are of the library's classes. */
  const made = (make: (options: object) => object): new (options: object) => object =>
    function (options: object) {
      return make(options);
    } as never;
  const ScaledAdam = made(
    (options) => new LossScaleOptimizer(new optimizers.Adam(options), { dynamicGrowthSteps: 2 }),
  );
  const SeveralOfLibrary = made(
    (options) =>
      new MultiOptimizer(
        new OptimizerMap(new optimizers.Adam(options), { '.*bias': new optimizers.Lion() }),
      ),
  );
  return { OwnLoss, OwnMetric, OwnSGD, ScaledSGD, Several, ScaledAdam, SeveralOfLibrary };
}
