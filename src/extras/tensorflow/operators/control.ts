// Branches and loops. Their graphs run as the graph around them does, so gradients flow through them.
import { printable } from '../../../config/describe-value.js';
import type { OperatorNode } from '../../../files/formats/operator-graph.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';

/** The most iterations of a loop. */
const MAX_ITERATIONS = 2 ** 20;

const isTrue = (value: OperatorValue | undefined): boolean => (value?.elements[0] ?? 0) !== 0;

/** All inputs from one on. */
const inputsOf = (call: Call, first = 0): OperatorValue[] =>
  call.inputs.slice(first).map((_, i) => call.value(first + i));

/** The states once the condition is not true of them. */
function loop(call: Call): Given[] {
  const [cond, body] = [call.graph('cond'), call.graph('body')];
  let states = inputsOf(call);
  for (let i = 0; isTrue(call.runGraph(cond, states)[0]); i++) {
    if (i === MAX_ITERATIONS) throw call.refuse(`it has run ${MAX_ITERATIONS} times and goes on`);
    states = call.runGraph(body, states);
  }
  return states;
}

function choose(call: Call): Given[] {
  const branch = call.graph(isTrue(call.value(0)) ? 'then_branch' : 'else_branch');
  return call.runGraph(branch, inputsOf(call, 1));
}

/** The value behind the branch that is taken: the first output where the condition is false, else the second. */
function divide(call: Call): Given[] {
  const [value, dead] = [call.value(0), OperatorValue.dead];
  return isTrue(call.value(1)) ? [dead, value] : [value, dead];
}

/** What comes of the branch that was taken, and the number of the input. */
function join(call: Call): Given[] {
  const taken = call.inputs.findIndex((value) => value !== undefined && !value.isDead);
  if (taken < 0) return [OperatorValue.dead, OperatorValue.dead];
  return [call.value(taken), OperatorValue.numbers([taken], [])];
}

/** Names functions that are missing. */
const lacksGraphs =
  (...names: readonly string[]) =>
  ({ attributes }: OperatorNode): string | undefined => {
    const missing = names.find((name) => {
      const value = attributes.get(name);
      return typeof value !== 'object' || !('nodes' in value);
    });
    if (missing === undefined) return undefined;
    const value = attributes.get(missing);
    return `without its function ${typeof value === 'string' ? printable(value) : missing}`;
  };

const lacksLoop = (): string => 'outside of a loop';

const whileLoop = { run: loop, lacks: lacksGraphs('cond', 'body') };
const branches = { run: choose, lacks: lacksGraphs('then_branch', 'else_branch') };
const functionCall = {
  run: (call: Call): Given[] => call.runGraph(call.graph('f'), inputsOf(call)),
  lacks: lacksGraphs('f'),
};

const lonely = {
  run(call: Call): never {
    throw call.refuse('it belongs to no loop');
  },
  lacks: lacksLoop,
};

export const control: Operators = {
  Enter: lonely,
  Exit: lonely,
  If: branches,
  LoopCond: lonely,
  Merge: { run: join, joins: true },
  NextIteration: lonely,
  NoOp: { run: () => [] },
  PartitionedCall: functionCall,
  Print: { run: (call) => call.value(0) },
  StatefulPartitionedCall: functionCall,
  StatelessIf: branches,
  StatelessWhile: whileLoop,
  Switch: { run: divide },
  While: whileLoop,
};
