import { power } from '../../config/elementary.js';
import { boolean, configurable, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import {
  add,
  div,
  matmul,
  mul,
  sqrt,
  square,
  sub,
  sum,
  transpose,
} from '../../engine/ops/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import { full } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { NO_FACTORS, rate } from './optimizer-options.js';
import type { UpdateFactors } from './optimizer-options.js';
import { pathPattern, patternList, requireShortSearch } from './patterns.js';

/** An option that null turns off. */
const orNull = (option: Option<number>): Option<number | null> => ({
  ...option,
  takesNull: true,
  check: (given, context) => (given === null ? null : option.check(given, context)),
});

/** What a step of Adam needs in addition to the gradient. */
interface StepOfAdam {
  readonly momentum: Variable;
  readonly velocity: Variable;
  readonly factors: UpdateFactors;
}

/** Options of `Muon`. */
export interface MuonOptions extends OptionsOf<typeof Muon> {}

/**
 * Steps that are orthogonal matrices (Jordan et al. 2024): m ← momentum · m + g, and the step is the result of `nsSteps`
 * Newton–Schulz iterations for m, or with `nesterov` for g + momentum · m: X ← a X + (b A + c A²) X with A = X Xᵀ,
 * starting from m / ‖m‖. The step is scaled by learningRate · rmsRate · √(the longer side). Variables that are not
 * matrices, embeddings and variables in `excludeLayers` are updated by AdamW instead. Default learning rate 0.001.
 * Keras: `Muon`.
 *
 * @example new optimizers.Muon({ learningRate: 1e-3, excludeLayers: ['output'] })
 */
export class Muon extends configurable(Optimizer, 'Muon', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** Each step first shrinks the weights by this share of the learning rate; null: it does not. Default 0.004. */
  weightDecay: orNull(number({ default: 0.004, min: 0 })),
  /** For AdamW steps: how much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  adamBeta1: number({ default: 0.9, min: 0, below: 1 }),
  /** For AdamW steps: how much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  adamBeta2: number({ default: 0.999, min: 0, below: 1 }),
  /** For AdamW steps: added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
  /** Parts of variables' paths, or regular expressions: matching variables are updated by AdamW. Default []: none. */
  excludeLayers: patternList,
  /** The factor a of the iterations. Default 3.4445. */
  muonA: number({ default: 3.4445 }),
  /** The factor b of the iterations. Default −4.775. */
  muonB: number({ default: -4.775 }),
  /** The factor c of the iterations. Default 2.0315. */
  muonC: number({ default: 2.0315 }),
  /** The learning rate of AdamW steps, as a multiple of `learningRate`, at least 0. Default 1. */
  adamLrRatio: number({ default: 1, min: 0 }),
  /** How much of the mean gradient is kept, 0 … 1. Default 0.95. */
  momentum: number({ default: 0.95, min: 0, max: 1 }),
  /** The number of iterations per step, 0 … 100. Default 5. */
  nsSteps: number({ default: 5, min: 0, max: 100, integer: true }),
  /** Whether to use Nesterov momentum. Default true. */
  nesterov: boolean({ default: true }),
  /** Whether variables with `'embedding'` in their paths are updated by AdamW. Default true. */
  excludeEmbeddings: boolean({ default: true }),
  /** The weight decay of AdamW steps; null: none. Default 0.004. */
  adamWeightDecay: orNull(number({ default: 0.004, min: 0 })),
  /** The scale of a step, as a multiple of √(the longer side); null: steps are not rescaled. Default 0.2. */
  rmsRate: orNull(number({ default: 0.2, min: 0 })),
}) {
  // Each kind of step has a decay of its own.
  /** @internal */
  static override readonly appliesFactors = true;
  readonly #momentums: Variable[] = [];
  /** Adam's second moments, of variables that make steps of Adam. */
  readonly #velocities: (Variable | undefined)[] = [];

  protected override createSlots(variables: readonly Variable[]): void {
    requireShortSearch('Muon', 'excludeLayers', this.excludeLayers, 'part', variables);
    for (const variable of variables) {
      const { path, shape } = variable;
      const zeros = (name: string): Variable =>
        this.addState(full(shape, 0), `${path.replaceAll('/', '_')}_${name}`);
      this.#momentums.push(zeros('momentum'));
      this.#velocities.push(this.#makesStepsOfAdam(variable) ? zeros('velocity') : undefined);
    }
  }

  #makesStepsOfAdam({ path, shape }: Variable): boolean {
    if (shape.length !== 2) return true;
    if (this.excludeEmbeddings && path.toLowerCase().includes('embedding')) return true;
    return this.excludeLayers.some((pattern) =>
      pathPattern('Muon', 'excludeLayers', pattern, 'part')(path),
    );
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
    factors = NO_FACTORS,
  ): void {
    const momentum = this.#momentums[index];
    const velocity = this.#velocities[index];
    if (momentum === undefined) return;
    if (velocity !== undefined) {
      this.#stepOfAdam(gradient, variable, learningRate, { momentum, velocity, factors });
      return;
    }
    const scaled = mul(gradient, factors.gradient);
    momentum.assign(add(mul(momentum.value, this.momentum), scaled));
    const { value } = momentum;
    const ahead = this.nesterov ? add(scaled, mul(value, this.momentum)) : value;
    const [rows = 1, columns = 1] = variable.shape;
    const length = this.rmsRate === null ? 1 : Math.sqrt(Math.max(rows, columns)) * this.rmsRate;
    const step = this.#orthogonal(ahead);
    const decayed = mul(variable.value, factors.weight);
    variable.assign(sub(decayed, mul(step, learningRate * length)));
  }

  /** The matrix of the same singular vectors whose singular values are near 1. */
  #orthogonal(matrix: Tensor): Tensor {
    const { muonA, muonB, muonC } = this;
    const [rows = 0, columns = 0] = matrix.shape;
    const isTall = rows > columns;
    // The smaller of both products.
    let x = isTall ? transpose(matrix) : matrix;
    x = div(x, add(sqrt(sum(square(x))), 1e-7));
    for (let i = 0; i < this.nsSteps; i++) {
      const a = matmul(x, transpose(x));
      const b = add(mul(a, muonB), mul(matmul(a, a), muonC));
      x = add(mul(x, muonA), matmul(b, x));
    }
    return isTall ? transpose(x) : x;
  }

  #stepOfAdam(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    { momentum, velocity, factors }: StepOfAdam,
  ): void {
    const { value } = variable;
    // A class of a user's own gets weights that are decayed already.
    const decay = factors !== NO_FACTORS && this.isDecayed(variable) ? this.adamWeightDecay : 0;
    const { adamBeta1: beta1, adamBeta2: beta2 } = this;
    const t = this.iterations + 1;
    currentRuntime().run(
      'adam',
      value.pointer,
      gradient.pointer,
      momentum.value.pointer,
      velocity.value.pointer,
      0,
      value.size,
      (learningRate * this.adamLrRatio * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t)),
      1 - beta1,
      1 - beta2,
      this.epsilon,
      factors.gradient,
      1 - (decay ?? 0) * learningRate,
    );
  }
}
