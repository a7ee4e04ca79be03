// Recurrent operators: RNN, GRU and LSTM, of one direction or both. With the usual activations a kernel walks through the steps. Else
// a step is a product and a few functions of elements, and the product of the inputs is made for all steps at once.
import { FormatError } from '../../../errors.js';
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import {
  gruSequence,
  lstmSequence,
  simpleRnnSequence,
} from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import { arange, zeros } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';

/** A function of elements that a gate may have. */
type Activation = (x: Tensor, alpha: number | undefined, beta: number | undefined) => Tensor;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: (x) => ops.relu(x),
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  affine: (x, alpha = 1, beta = 0) => ops.add(ops.mul(x, alpha), beta),
  leakyrelu: (x, alpha = 0.01) => ops.leakyRelu(x, alpha),
  thresholdedrelu: (x, alpha = 1) => ops.threshold(x, alpha, 0),
  scaledtanh: (x, alpha = 1, beta = 1) => ops.mul(ops.tanh(ops.mul(x, beta)), alpha),
  hardsigmoid: (x, alpha = 0.2, beta = 0.5) => ops.clip(ops.add(ops.mul(x, alpha), beta), 0, 1),
  elu: (x, alpha = 1) => ops.elu(x, alpha),
  softsign: ops.softsign,
  softplus: ops.softplus,
};

/** The activations of gates, of what enters, and of the output. */
const GATES = ['sigmoid', 'tanh', 'tanh'];

/** The names of one direction's activations, in ONNX's order. */
function namesOf(call: Call, direction: number, defaults: readonly string[]): string[] {
  const names = call.texts('activations') ?? [];
  return defaults.map((usual, i) =>
    (names[direction * defaults.length + i] ?? usual).toLowerCase(),
  );
}

/** The names as one text, where kernels may know the activations; undefined where numbers are bounded before them. */
const unboundedNames: (...args: Parameters<typeof namesOf>) => string | undefined = (
  call,
  ...rest
) => (call.node.attributes.has('clip') ? undefined : namesOf(call, ...rest).join());

/** The activations that take a number of `activation_alpha`, and those that take one of `activation_beta`: in their order. */
const WITH_ALPHA = ['affine', 'leakyrelu', 'thresholdedrelu', 'scaledtanh', 'hardsigmoid', 'elu'];
const WITH_BETA = ['affine', 'scaledtanh', 'hardsigmoid'];

/** The functions of one direction's gates. */
function activationsOf(
  call: Call,
  direction: number,
  defaults: readonly string[],
): ((x: Tensor) => Tensor)[] {
  const [alphas, betas] = [call.list('activation_alpha') ?? [], call.list('activation_beta') ?? []];
  const bound = call.attribute('clip', Infinity);
  const before = direction === 0 ? [] : namesOf(call, 0, defaults);
  const names = [...before, ...namesOf(call, direction, defaults)];
  const numberAt = (numbers: readonly number[], takers: readonly string[], at: number) =>
    takers.includes(names[at] ?? '')
      ? numbers[names.slice(0, at).filter((name) => takers.includes(name)).length]
      : undefined;
  return names.slice(before.length).map((name, i) => {
    const at = before.length + i;
    const compute = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
    if (compute === undefined) throw call.refuse(`activation '${name}' is unknown`);
    const alpha = numberAt(alphas, WITH_ALPHA, at);
    const beta = numberAt(betas, WITH_BETA, at);
    return (x) => compute(bound === Infinity ? x : ops.clip(x, -bound, bound), alpha, beta);
  });
}

/** What a step is given: the product of the inputs and biases, and the states before. */
interface Step {
  readonly input: Tensor;
  readonly states: readonly Tensor[];
}

/** One direction that runs step by step: its weights, and what a step makes of the states. */
interface Steps {
  /** [gates · hidden, inputs] */
  readonly w: Tensor;
  /** [gates · hidden] */
  readonly bias: Tensor | undefined;
  readonly step: (step: Step) => Tensor[];
}

/** One direction that a kernel runs: outputs in the order of the steps, and the last states. */
type Kernel = (
  x: Tensor,
  first: readonly Tensor[],
  options: RecurrentOptions,
) => readonly [all: Tensor, ...last: Tensor[]];

/** The states of all steps [batch, steps, hidden], and the last ones. */
interface Run {
  readonly all: Tensor;
  readonly last: readonly Tensor[];
}

/** Steps that are computed one by one. */
const MAX_STEPS = 2 ** 16;

/** Runs one direction over x [batch, steps, inputs]. Where a sequence has ended, its state stays and its output is 0. */
function runDirection(
  x: Tensor,
  direction: Steps | Kernel,
  first: readonly Tensor[],
  lengths: Tensor | undefined,
  isReverse: boolean,
): Run {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  if (typeof direction === 'function') {
    const mask = lengths && ops.less(arange(steps), ops.expandDims(lengths, 1));
    const options = { mask, goBackwards: isReverse, zeroOutputForMask: true };
    const [all, ...last] = direction(x, first, options);
    return { all: isReverse ? ops.flip(all, 1) : all, last };
  }
  const { w, bias, step } = direction;
  const product = ops.dense(ops.reshape(x, [batch * steps, width]), ops.transpose(w), bias ?? null);
  const inputs = ops.reshape(product, [batch, steps, w.shape[0] ?? 0]);
  if (steps > MAX_STEPS)
    throw new FormatError(`sequences of ${steps} steps: other activations than the usual ones run step by step, at most ${MAX_STEPS}.`); // prettier-ignore
  const all = new Array<Tensor>(steps);
  let states = first;
  for (let i = 0; i < steps; i++) {
    const at = isReverse ? steps - 1 - i : i;
    const next = step({ input: ops.slice(inputs, ':', at), states });
    if (lengths === undefined) {
      states = next;
      all[at] = next[0] ?? inputs;
      continue;
    }
    const isInside = ops.expandDims(ops.greater(lengths, at), -1);
    states = next.map((state, j) => ops.where(isInside, state, states[j] ?? state));
    all[at] = ops.where(isInside, next[0] ?? inputs, 0);
  }
  return { all: ops.stack(all, 1), last: states };
}

/** The weights [gates · hidden, …] of one direction, and the biases of x and of the state. */
interface Parts {
  readonly w: Tensor;
  readonly r: Tensor;
  readonly wb: Tensor | undefined;
  readonly rb: Tensor | undefined;
}

/** What the three have in common. `make` gives a direction of its weights. */
function recurrent(
  call: Call,
  states: readonly number[],
  make: (direction: number, parts: Parts) => Steps | Kernel,
): (Given | undefined)[] {
  const isBatchFirst = call.attribute('layout', 0) === 1;
  const turned = (y: Tensor): Tensor => ops.transpose(y, [1, 0, 2]);
  const x = isBatchFirst ? call.x() : turned(call.x());
  const [w, r, b] = [call.x(1), call.x(2), call.maybe(3)];
  const [directions = 1, gates = 0, hidden = 0] = r.shape;
  const [batch = 0, steps = 0] = x.shape;
  const kind = call.text('direction', 'forward');
  if (directions !== (kind === 'bidirectional' ? 2 : 1))
    throw call.refuse(`its weights are of ${directions} directions, but it runs '${kind}'`);
  const given = call.inputs[4];
  const isWhole = given?.known?.data.every((length) => length === steps) === true;
  const lengths = given === undefined || isWhole ? undefined : given.tensor;
  const runs = Array.from({ length: directions }, (_, direction) => {
    const first = states.map((i) => {
      const state = call.maybe(i);
      if (state === undefined) return zeros([batch, hidden]);
      return isBatchFirst ? ops.slice(state, ':', direction) : ops.slice(state, direction);
    });
    const whole = b === undefined ? undefined : ops.slice(b, direction);
    const wb = whole && ops.slice(whole, [0, gates]);
    const rb = whole && ops.slice(whole, [gates, 2 * gates]);
    const parts = { w: ops.slice(w, direction), r: ops.slice(r, direction), wb, rb };
    const isReverse = kind === 'reverse' || direction === 1;
    return runDirection(x, make(direction, parts), first, lengths, isReverse);
  });
  const outputs = states.map((_, i) =>
    ops.stack(
      runs.map(({ last }) => last[i] ?? zeros([batch, hidden])),
      isBatchFirst ? 1 : 0,
    ),
  );
  const isAsked = (call.node.outputs[0] ?? '') !== '';
  // [batch, steps, directions, hidden]
  const all = (): Tensor => {
    const y = ops.stack(
      runs.map((run) => run.all),
      2,
    );
    return isBatchFirst ? y : ops.transpose(y, [1, 2, 0, 3]);
  };
  return [isAsked ? all() : undefined, ...outputs];
}

const sum = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined =>
  a === undefined ? b : b === undefined ? a : ops.add(a, b);

/** Parts of a tensor along its last axis. */
const parts = (x: Tensor, count: number): Tensor[] => ops.split(x, count, -1);

function rnn(call: Call): (Given | undefined)[] {
  return recurrent(call, [5], (direction, { w, r, wb, rb }) => {
    const activation = unboundedNames(call, direction, ['tanh']);
    const [turned, bias] = [ops.transpose(r), sum(wb, rb)];
    if (activation === 'tanh' || activation === 'relu') {
      return (x, [h = x], options) =>
        simpleRnnSequence(x, h, ops.transpose(w), turned, bias ?? null, { ...options, activation });
    }
    const [f] = activationsOf(call, direction, ['tanh']);
    return {
      w,
      bias,
      step: ({ input, states: [h] }) => {
        if (f === undefined || h === undefined) throw call.refuse('it has no state');
        return [f(ops.add(input, ops.matmul(h, turned)))];
      },
    };
  });
}

/** Gates in the order update, reset, hidden. */
function gru(call: Call): (Given | undefined)[] {
  const resetsAfter = call.attribute('linear_before_reset', 0) !== 0;
  return recurrent(call, [5], (direction, { w, r, wb, rb }) => {
    if (unboundedNames(call, direction, GATES.slice(0, 2)) === 'sigmoid,tanh') {
      const both = wb === undefined || rb === undefined ? undefined : ops.stack([wb, rb], 0);
      const bias = (resetsAfter ? both : sum(wb, rb)) ?? null;
      return (x, [h = x], options) =>
        gruSequence(x, h, ops.transpose(w), ops.transpose(r), bias, {
          ...options,
          resetAfter: resetsAfter,
        });
    }
    const [f, g] = activationsOf(call, direction, GATES.slice(0, 2));
    const hidden = r.shape[1] ?? 0;
    const both = [0, 2 * hidden] as [number, number];
    const ofHidden = [2 * hidden, 3 * hidden] as [number, number];
    const gates = ops.transpose(ops.slice(r, both));
    const candidate = ops.transpose(ops.slice(r, ofHidden));
    const candidateBias = rb && ops.slice(rb, ofHidden);
    // What is inside of the reset cannot be added beforehand.
    const outer = rb && resetsAfter ? ops.concat([ops.slice(rb, both), zeros([hidden])], 0) : rb;
    return {
      w,
      bias: sum(wb, outer),
      step: ({ input, states: [h] }) => {
        if (f === undefined || g === undefined || h === undefined)
          throw call.refuse('it has no state');
        const ofGates = f(ops.add(ops.slice(input, '...', both), ops.matmul(h, gates)));
        const [update, reset] = parts(ofGates, 2);
        if (update === undefined || reset === undefined) throw call.refuse('it has no gates');
        const own = ops.slice(input, '...', ofHidden);
        const product = ops.matmul(resetsAfter ? h : ops.mul(reset, h), candidate);
        const inner = resetsAfter
          ? ops.mul(reset, candidateBias === undefined ? product : ops.add(product, candidateBias))
          : product;
        const next = g(ops.add(own, inner));
        return [ops.add(next, ops.mul(update, ops.sub(h, next)))];
      },
    };
  });
}

/** Rows of gates in the order input, output, forget, cell in that of kernels: input, forget, cell, output. */
function inOrder(x: Tensor): Tensor {
  const [i, o, forget, c] = ops.split(x, 4, 0);
  return ops.concat([i, forget, c, o] as Tensor[], 0);
}

/** Gates in the order input, output, forget, cell; peepholes in the order input, output, forget. */
function lstm(call: Call): (Given | undefined)[] {
  const isCoupled = call.attribute('input_forget', 0) !== 0;
  return recurrent(call, [5, 6], (direction, { w, r, wb, rb }) => {
    const peepholes = call.maybe(7);
    const isUsual = unboundedNames(call, direction, GATES) === 'sigmoid,tanh,tanh';
    if (isUsual && !isCoupled && peepholes === undefined) {
      const [kernel, recurrentKernel] = [ops.transpose(inOrder(w)), ops.transpose(inOrder(r))];
      const both = sum(wb, rb);
      const bias = both === undefined ? null : inOrder(both);
      return (x, [first = x, cell = x], options) =>
        lstmSequence(x, first, cell, kernel, recurrentKernel, bias, options);
    }
    const [f, g, h] = activationsOf(call, direction, GATES);
    const turned = ops.transpose(r);
    const [pi, po, pf] = peepholes === undefined ? [] : parts(ops.slice(peepholes, direction), 3);
    const peep = (x: Tensor, weight: Tensor | undefined, c: Tensor): Tensor =>
      weight === undefined ? x : ops.add(x, ops.mul(weight, c));
    return {
      w,
      bias: sum(wb, rb),
      step: ({ input, states: [hidden, cell] }) => {
        const [i, o, forget, c] = parts(ops.add(input, ops.matmul(hidden ?? input, turned)), 4);
        if (f === undefined || g === undefined || h === undefined || cell === undefined)
          throw call.refuse('it has no state');
        if (i === undefined || o === undefined || forget === undefined || c === undefined)
          throw call.refuse('it has no gates');
        const enters = f(peep(i, pi, cell));
        const stays = isCoupled ? ops.sub(1, enters) : f(peep(forget, pf, cell));
        const next = ops.add(ops.mul(stays, cell), ops.mul(enters, g(c)));
        return [ops.mul(f(peep(o, po, next)), h(next)), next];
      },
    };
  });
}

const lacksActivation: Operator['lacks'] = (node) => {
  const names: unknown = node.attributes.get('activations');
  const unknown = Array.isArray(names)
    ? (names as unknown[]).find(
        (name) => typeof name !== 'string' || !Object.hasOwn(ACTIVATIONS, name.toLowerCase()),
      )
    : undefined;
  if (unknown !== undefined) return `activation ${describeValue(unknown)}`;
  return unknownText(node, { direction: ['forward', 'reverse', 'bidirectional'] });
};

const FACTS = { trains: [1, 2, 3, 7], lacks: lacksActivation };

export const recurrentOperators: Operators = {
  GRU: { run: gru, ...FACTS },
  LSTM: { run: lstm, ...FACTS },
  RNN: { run: rnn, ...FACTS },
};
