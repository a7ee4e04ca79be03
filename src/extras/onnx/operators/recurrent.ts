// Recurrent operators: RNN, GRU and LSTM, of one direction or both. A step is a product and a few functions of elements, and the
// product of the inputs is made for all steps at once.
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import { zeros } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../operator.js';
import type { Call, Given, Operator, Operators } from '../operator.js';
import { OnnxValue } from '../value.js';

/** A function of elements that a gate may have. */
type Activation = (x: Tensor, alpha: number | undefined, beta: number | undefined) => Tensor;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: (x) => ops.relu(x),
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  affine: (x, alpha = 1, beta = 0) => ops.add(ops.mul(x, alpha), beta),
  leakyrelu: (x, alpha = 0.01) => ops.leakyRelu(x, alpha),
  thresholdedrelu: (x, alpha = 1) => ops.where(ops.greater(x, alpha), x, 0),
  scaledtanh: (x, alpha = 1, beta = 1) => ops.mul(ops.tanh(ops.mul(x, beta)), alpha),
  hardsigmoid: (x, alpha = 0.2, beta = 0.5) => ops.clip(ops.add(ops.mul(x, alpha), beta), 0, 1),
  elu: (x, alpha = 1) => ops.elu(x, alpha),
  softsign: ops.softsign,
  softplus: ops.softplus,
};

/** The activations that take a number from `activation_alpha`, and those that take one from `activation_beta`: in their order. */
const WITH_ALPHA = ['affine', 'leakyrelu', 'thresholdedrelu', 'scaledtanh', 'hardsigmoid', 'elu'];
const WITH_BETA = ['affine', 'scaledtanh', 'hardsigmoid'];

/** The functions of one direction's gates, in ONNX's order. */
function activationsOf(
  call: Call,
  direction: number,
  defaults: readonly string[],
): ((x: Tensor) => Tensor)[] {
  const given = (call.texts('activations') ?? []).map((name) => name.toLowerCase());
  const nameOf = (at: number): string =>
    given[at] ?? (defaults[at % defaults.length] ?? '').toLowerCase();
  const numberAt = (numbers: readonly number[], takers: readonly string[], at: number) =>
    takers.includes(nameOf(at))
      ? numbers[Array.from({ length: at }, (_, i) => nameOf(i)).filter((one) => takers.includes(one)).length] // prettier-ignore
      : undefined;
  const [alphas, betas] = [call.list('activation_alpha') ?? [], call.list('activation_beta') ?? []];
  const bound = call.attribute('clip', Infinity);
  return defaults.map((_, i) => {
    const at = direction * defaults.length + i;
    const name = nameOf(at);
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

/** One direction: its weights, and what a step makes of the states. */
interface Direction {
  /** [gates · hidden, inputs] */
  readonly w: Tensor;
  /** [gates · hidden] */
  readonly bias: Tensor | undefined;
  readonly step: (step: Step) => Tensor[];
}

/** The states of all steps, and the last ones. */
interface Run {
  readonly all: Tensor[];
  readonly last: readonly Tensor[];
}

/** Runs one direction over x [steps, batch, inputs]. Where a sequence has ended, its state stays and its output is 0. */
function runDirection(
  x: Tensor,
  { w, bias, step }: Direction,
  first: readonly Tensor[],
  lengths: Tensor | undefined,
  isReverse: boolean,
): Run {
  const [steps = 0, batch = 0, width = 0] = x.shape;
  const product = ops.dense(ops.reshape(x, [steps * batch, width]), ops.transpose(w), bias ?? null);
  const inputs = ops.reshape(product, [steps, batch, w.shape[0] ?? 0]);
  const all = new Array<Tensor>(steps);
  let states = first;
  for (let i = 0; i < steps; i++) {
    const at = isReverse ? steps - 1 - i : i;
    const next = step({ input: ops.slice(inputs, at), states });
    if (lengths === undefined) {
      states = next;
      all[at] = next[0] ?? inputs;
      continue;
    }
    const isInside = ops.expandDims(ops.greater(lengths, at), -1);
    states = next.map((state, j) => ops.where(isInside, state, states[j] ?? state));
    all[at] = ops.where(isInside, next[0] ?? inputs, 0);
  }
  return { all, last: states };
}

/** What the three have in common. `make` gives a direction of the weights [gates · hidden, …] of one. */
function recurrent(
  call: Call,
  states: readonly number[],
  make: (
    direction: number,
    parts: { w: Tensor; r: Tensor; wb: Tensor | undefined; rb: Tensor | undefined },
  ) => Direction,
): Given[] {
  const isBatchFirst = call.attribute('layout', 0) === 1;
  const x = isBatchFirst ? ops.transpose(call.x(), [1, 0, 2]) : call.x();
  const [w, r, b] = [call.x(1), call.x(2), call.maybe(3)];
  const [directions = 1, gates = 0, hidden = 0] = r.shape;
  const [steps = 0, batch = 0] = x.shape;
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
  // [steps, directions, batch, hidden]
  const asked = call.node.outputs.map((name) => name !== '');
  const y =
    asked[0] === true
      ? ops.stack(
          runs.map(({ all }) => ops.stack(all, 0)),
          1,
        )
      : undefined;
  const last = states.map((_, i) =>
    ops.stack(
      runs.map((run) => run.last[i] ?? zeros([batch, hidden])),
      0,
    ),
  );
  const arranged = [
    y && (isBatchFirst ? ops.transpose(y, [2, 0, 1, 3]) : y),
    ...last.map((state) => (isBatchFirst ? ops.transpose(state, [1, 0, 2]) : state)),
  ];
  return arranged.map((tensor) =>
    tensor === undefined ? undefined : OnnxValue.of(tensor),
  ) as Given[];
}

const sum = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined =>
  a === undefined ? b : b === undefined ? a : ops.add(a, b);

/** Parts of a tensor along its last axis. */
const parts = (x: Tensor, count: number): Tensor[] => ops.split(x, count, -1);

function rnn(call: Call): Given[] {
  return recurrent(call, [5], (direction, { w, r, wb, rb }) => {
    const [f] = activationsOf(call, direction, ['tanh']);
    const turned = ops.transpose(r);
    return {
      w,
      bias: sum(wb, rb),
      step: ({ input, states: [h] }) => {
        if (f === undefined || h === undefined) throw call.refuse('it has no state');
        return [f(ops.add(input, ops.matmul(h, turned)))];
      },
    };
  });
}

/** Gates in the order update, reset, hidden. */
function gru(call: Call): Given[] {
  const resetsAfter = call.attribute('linear_before_reset', 0) !== 0;
  return recurrent(call, [5], (direction, { w, r, wb, rb }) => {
    const [f, g] = activationsOf(call, direction, ['sigmoid', 'tanh']);
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

/** Gates in the order input, output, forget, cell; peepholes in the order input, output, forget. */
function lstm(call: Call): Given[] {
  const isCoupled = call.attribute('input_forget', 0) !== 0;
  return recurrent(call, [5, 6], (direction, { w, r, wb, rb }) => {
    const [f, g, h] = activationsOf(call, direction, ['sigmoid', 'tanh', 'tanh']);
    const turned = ops.transpose(r);
    const peepholes = call.maybe(7);
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
