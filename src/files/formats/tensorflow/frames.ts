// Loops of TensorFlow 1, which are circles in the graph: Enter, Merge, LoopCond, Switch, NextIteration and Exit. Each becomes one
// node While with the graphs of its condition and of its body.
import { printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import { readsOf } from '../operator-graph.js';
import type { Attribute, OperatorGraph, OperatorNode, OperatorPort } from '../operator-graph.js';
import { ordered } from './nodes.js';

/** How deep loops may stand in loops. */
const MAX_DEPTH = 16;

/** The nodes of a graph whose loops are being found. */
class Frames {
  readonly #producers: Map<string, OperatorNode>;
  /** Loops that are known, by their exits. */
  readonly #loops = new Map<OperatorNode, OperatorNode>();
  readonly #inLoops = new Set<OperatorNode>();
  /** The ends of variables, by what they read. */
  readonly #exits = new Map<string, OperatorNode>();
  /** The switches of variables, by the conditions of their loops. */
  readonly #gates = new Map<OperatorNode, OperatorNode[]>();
  /** Loops that are being found. */
  #open = 0;
  /** How deep loops stand in a loop. */
  readonly #depths = new Map<OperatorNode, number>();

  constructor(
    private readonly nodes: readonly OperatorNode[],
    private readonly label: string,
  ) {
    this.#producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
    for (const node of nodes) {
      if (node.op === 'Exit') this.#exits.set(node.inputs[0] ?? '', node);
      if (node.op !== 'Switch') continue;
      const condition = this.#producers.get(node.inputs[1] ?? '');
      if (condition?.op !== 'LoopCond') continue;
      const gates = this.#gates.get(condition);
      if (gates === undefined) this.#gates.set(condition, [node]);
      else gates.push(node);
    }
  }

  /** The nodes without circles. */
  lowered(): OperatorNode[] {
    for (const node of this.nodes) {
      if (node.op === 'LoopCond' && !this.#inLoops.has(node)) this.#loopOf(node);
    }
    const loops = [...new Set(this.#loops.values())].filter((loop) => !this.#inLoops.has(loop));
    const rest = this.nodes.filter((node) => !this.#inLoops.has(node));
    // What is the same in all iterations is read from around the loop.
    const plain = rest.map((node) => (node.op === 'Enter' ? asIdentity(node) : node));
    // What reads the inside of a loop, and is no part of it, only orders what else runs.
    const lost = new Set([...this.#inLoops].flatMap(({ outputs }) => outputs));
    for (const name of loops.flatMap(({ outputs }) => outputs)) lost.delete(name);
    return ordered([...plain, ...loops], this.label).filter((node) => {
      if (!readsOf(node).some((name) => lost.has(name))) return true;
      for (const name of node.outputs) lost.add(name);
      return false;
    });
  }

  /** The node While of a loop. */
  #loopOf(condition: OperatorNode): OperatorNode {
    const [goesOn = ''] = condition.inputs;
    this.#inLoops.add(condition);
    const variables = this.#variablesOf(condition);
    const frame = variables[0]?.enter.attributes.get('frame_name');
    const heads = variables.map(({ merge }) => merge.name);
    const bodies = variables.map(({ stay }) => stay);
    const nexts = variables.map(({ next }) => next.inputs[0] ?? '');
    const cond = this.#graph(`${condition.name}/cond`, frame, heads, [goesOn]);
    const body = this.#graph(`${condition.name}/body`, frame, bodies, nexts);
    const loop: OperatorNode = {
      op: 'While',
      domain: '',
      name: condition.name,
      inputs: variables.map(({ enter }) => enter.inputs[0] ?? ''),
      outputs: variables.map(({ exit }) => exit?.name ?? ''),
      attributes: new Map([
        ['cond', cond],
        ['body', body],
      ]),
    };
    const inner = [...cond.nodes, ...body.nodes].map((node) => this.#depths.get(node) ?? 0);
    const depth = inner.reduce((most, one) => Math.max(most, one), 0) + 1;
    if (depth > MAX_DEPTH) throw this.#tooDeep();
    this.#depths.set(loop, depth);
    for (const { enter, merge, next, exit, gate } of variables) {
      for (const node of [enter, merge, next, gate]) this.#inLoops.add(node);
      if (exit === undefined) continue;
      this.#inLoops.add(exit);
      this.#loops.set(exit, loop);
    }
    return loop;
  }

  #tooDeep(): FormatError {
    return new FormatError(`${this.label}: its loops are nested deeper than ${MAX_DEPTH}.`);
  }

  /** What changes from one iteration to the next: the nodes through which each goes. */
  #variablesOf(condition: OperatorNode): Variable[] {
    return (this.#gates.get(condition) ?? []).map((gate) => {
      const merge = this.#producers.get(gate.inputs[0] ?? '');
      const [enter, next] = merge?.inputs.map((name) => this.#producers.get(name)) ?? [];
      const isLoop = merge?.op === 'Merge' && enter?.op === 'Enter' && next?.op === 'NextIteration';
      if (!isLoop || merge.inputs.length !== 2) throw this.#broken(gate);
      const exit = this.#exits.get(gate.name);
      return { enter, merge, next, exit, gate, stay: `${gate.name}:1` };
    });
  }

  /** The graph between names that are given and names that are asked for. */
  #graph(
    name: string,
    frame: Attribute | undefined,
    given: readonly string[],
    outputs: readonly string[],
  ): OperatorGraph {
    const known = new Set(given);
    const found = new Set<OperatorNode>();
    const waiting = [...outputs];
    const outside = new Set<string>();
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (known.has(one)) continue;
      known.add(one);
      const producer = this.#producers.get(one);
      const isEnter = producer?.op === 'Enter';
      if (producer === undefined || (isEnter && producer.attributes.get('frame_name') === frame)) {
        outside.add(one);
        continue;
      }
      const node = this.#inside(producer);
      for (const output of node.outputs) known.add(output);
      found.add(node);
      this.#inLoops.add(node).add(producer);
      waiting.push(...readsOf(node));
    }
    const port = (one: string): OperatorPort => ({ name: one, type: 0, shape: undefined });
    return {
      name,
      nodes: ordered([...found], this.label),
      inputs: given.map(port),
      outputs: outputs.map(port),
      constants: new Map(),
      outside: [...outside],
    };
  }

  /** What stands for a node in the graph of a loop: a loop within it for its exits. */
  #inside(node: OperatorNode): OperatorNode {
    if (node.op === 'Exit') return this.#innerLoop(node);
    // What is the same in all iterations of a loop within.
    if (node.op === 'Enter') return asIdentity(node);
    if (['Merge', 'NextIteration', 'LoopCond'].includes(node.op) && this.#isOfLoop(node)) {
      throw this.#broken(node);
    }
    return node;
  }

  /** Whether a node is a part of a loop and no join of branches. */
  #isOfLoop(node: OperatorNode): boolean {
    return (
      node.op !== 'Merge' ||
      node.inputs.some((name) => this.#producers.get(name)?.op === 'NextIteration')
    );
  }

  /** The loop that ends with an Exit. */
  #innerLoop(exit: OperatorNode): OperatorNode {
    const known = this.#loops.get(exit);
    if (known !== undefined) return known;
    const gate = this.#producers.get(exit.inputs[0] ?? '');
    const condition = this.#producers.get(gate?.inputs[1] ?? '');
    if (condition?.op !== 'LoopCond' || this.#inLoops.has(condition)) throw this.#broken(exit);
    if (++this.#open > MAX_DEPTH) throw this.#tooDeep();
    this.#loopOf(condition);
    this.#open--;
    const loop = this.#loops.get(exit);
    if (loop === undefined) throw this.#broken(exit);
    return loop;
  }

  #broken(node: OperatorNode): FormatError {
    return new FormatError(
      `${this.label}: ${printable(node.op)} node '${printable(node.name)}' belongs to no loop of Enter, Merge, LoopCond, ` +
        `Switch, NextIteration and Exit.`,
    );
  }
}

const asIdentity = (node: OperatorNode): OperatorNode => ({ ...node, op: 'Identity' });

/** What goes through a loop. */
interface Variable {
  readonly enter: OperatorNode;
  readonly merge: OperatorNode;
  readonly next: OperatorNode;
  readonly exit: OperatorNode | undefined;
  readonly gate: OperatorNode;
  /** The name under which the body reads it. */
  readonly stay: string;
}

/**
 * Nodes without the loops of TensorFlow 1, which become nodes While.
 *
 * @throws FormatError for loops that are none
 */
export function withoutFrames(nodes: readonly OperatorNode[], label: string): OperatorNode[] {
  const hasLoops = nodes.some(({ op }) => op === 'LoopCond');
  return hasLoops ? new Frames(nodes, label).lowered() : [...nodes];
}
