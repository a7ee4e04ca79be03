import { describeValue } from '../../../config/describe-value.js';
import { flattenNest, isPlainObject, mapNest, packNest } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { Tensor } from '../../../engine/tensor/index.js';
import type { PartialShape, Value } from '../../../engine/tensor/index.js';
import { InputLayer } from '../input-layer.js';
import type { CallOptions } from './layer-options.js';
import type { AnyLayer } from './layer.js';
import { withMask } from './mask.js';
import { flattenByPorts } from './ports.js';
import type { Ports } from './ports.js';
import { runPlan, Slot } from './plan.js';
import type { Plan, Step } from './plan.js';
import { GraphNode, isShape, isSymbolic } from './symbolic-tensor.js';
import type { GraphLayer, SymbolicTensor, TensorSpec } from './symbolic-tensor.js';

/** The layers between inputs and outputs of a model, in the order in which Keras lists and runs them. */
export class Graph {
  /** The inputs in the structure in which the model takes them. */
  readonly input: Nest<SymbolicTensor>;
  /** The outputs in the structure in which the model gives them. */
  readonly output: Nest<SymbolicTensor>;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The calls of layers, each after those whose outputs it needs. */
  readonly nodes: readonly GraphNode[];
  /** The layers and operations, inputs first. */
  readonly layers: readonly AnyLayer[];
  readonly plan: Plan;
  /** Names of the layers that take the inputs. */
  readonly inputNames: readonly string[];
  /** Names of the outputs: keys of an object, else those of the layers that give them. */
  readonly outputNames: readonly string[];

  /**
   * @param owner the name of the model in messages
   * @throws ValueError for anything but symbolic tensors, for outputs that need an input that is not given, and for layers that
   * share a name.
   */
  constructor(owner: string, input: unknown, output: unknown) {
    requireSymbolic(owner, 'inputs', input);
    requireSymbolic(owner, 'outputs', output);
    requireDistinct(owner, flattenNest(input, isSymbolic));
    const [inputs, outputs] = fromInputs(owner, input, output);
    this.input = inputs;
    this.output = outputs;
    this.inputs = flattenNest(inputs, isSymbolic);
    this.outputs = flattenNest(outputs, isSymbolic);
    const { nodes, layers } = orderNodes(owner, this.inputs, this.outputs);
    this.nodes = nodes;
    this.layers = layers;
    requireNames(owner, layers);
    this.plan = planOf(this);
    this.inputNames = this.inputs.map(({ node }) => node.layer.name);
    this.outputNames = namesOf(outputs, this.outputs);
  }

  /** The inputs as `partsOf` takes them. */
  get inputPorts(): Ports {
    return { structure: this.input, names: this.inputNames };
  }

  /** The outputs for inputs in the structure of the model's, and their masks. */
  run(owner: string, x: unknown, { training, mask }: CallOptions): unknown {
    let tensors = flattenByPorts(owner, this.inputPorts, x) as Value[];
    if (mask !== undefined && mask !== null) {
      const masks = flattenByPorts(`${owner}: mask`, this.inputPorts, mask, { isComplete: false });
      tensors = tensors.map((value, i) =>
        value instanceof Tensor ? withMask(value, (masks[i] as Tensor | null) ?? null) : value,
      );
    }
    return packNest(this.output, isSymbolic, runPlan(this.plan, tensors, training));
  }

  /** Shapes of the outputs for shapes of inputs. @throws ShapeError, naming the layer, where a layer refuses one. */
  shapesFor(owner: string, shapes: unknown): Nest<PartialShape> {
    const given = flattenByPorts(owner, this.inputPorts, shapes) as PartialShape[];
    return packNest(this.output, isSymbolic, this.#outputShapes(given));
  }

  /** Shapes and dtypes of the outputs for those of inputs. */
  specsFor(owner: string, specs: unknown): Nest<TensorSpec> {
    const given = flattenByPorts(owner, this.inputPorts, specs) as TensorSpec[];
    const shapes = this.#outputShapes(given.map(({ shape }) => shape));
    const made = this.outputs.map(({ dtype, shape }, i) => ({ dtype, shape: shapes[i] ?? shape }));
    return packNest(this.output, isSymbolic, made);
  }

  #outputShapes(inputShapes: readonly PartialShape[]): PartialShape[] {
    const shapes = new Map<SymbolicTensor, PartialShape>();
    const inputIndices = inputIndicesOf(this.inputs);
    for (const node of this.nodes) {
      const { given, named, outputs } = node;
      const layer = layerOf(node);
      const made: unknown =
        given === undefined
          ? layer.computeOutputShape(inputShapes[inputIndices.get(node) ?? -1])
          : layer.shapesOfCall(given, (x) => shapes.get(x) ?? x.shape, named);
      const list = flattenNest(made, isShape);
      outputs.forEach((output, i) => shapes.set(output, list[i] ?? output.shape));
    }
    return this.outputs.map((output) => shapes.get(output) ?? output.shape);
  }
}

/** The positions of inputs by the nodes that give them. */
const inputIndicesOf = (inputs: readonly SymbolicTensor[]): ReadonlyMap<GraphNode, number> =>
  new Map(inputs.map(({ node }, i) => [node, i]));

/** The layer that a node calls: nodes know no more of it than its name. */
export const layerOf = ({ layer }: GraphNode): AnyLayer => layer as AnyLayer;

function namesOf(structure: unknown, outputs: readonly SymbolicTensor[]): string[] {
  return isPlainObject(structure)
    ? Object.keys(structure).sort()
    : outputs.map(({ node }) => node.layer.name);
}

function requireSymbolic(owner: string, name: string, structure: unknown): void {
  let count = 0;
  mapNest(
    structure,
    isSymbolic,
    () => count++,
    (value, path) => {
      throw new ValueError(
        `${owner}: ${name}${path()} must be a symbolic tensor, as Input(shape) or a layer applied to one gives it, got ` +
          `${describeValue(value)}.`,
      );
    },
  );
  if (count === 0) throw new ValueError(`${owner}: there are no ${name}. Give at least one.`);
}

function requireDistinct(owner: string, inputs: readonly SymbolicTensor[]): void {
  const seen = new Set<SymbolicTensor>();
  for (const tensor of inputs) {
    if (seen.has(tensor)) {
      throw new ValueError(
        `${owner}: the input of layer '${tensor.node.layer.name}' occurs twice among the inputs. Name each input once.`,
      );
    }
    seen.add(tensor);
  }
}

/**
 * Inputs and outputs, where inputs are what `Input` gives. If one stands in the middle of a graph, the part behind it is
 * drawn again from an `Input` in its place, with the same layers.
 */
function fromInputs(
  owner: string,
  input: unknown,
  output: unknown,
): readonly [Nest<SymbolicTensor>, Nest<SymbolicTensor>] {
  const isInput = ({ node }: SymbolicTensor): boolean => node.given === undefined;
  if (flattenNest(input, isSymbolic).every(isInput)) {
    return [input as Nest<SymbolicTensor>, output as Nest<SymbolicTensor>];
  }
  const copies = new Map<SymbolicTensor, SymbolicTensor>();
  const newInput = mapNest(input, isSymbolic, (tensor) => {
    const copy = isInput(tensor)
      ? tensor
      : new InputLayer({
          batchShape: tensor.shape,
          dtype: tensor.dtype,
          name: `${tensor.node.layer.name}_input`,
        }).output;
    copies.set(tensor, copy);
    return copy;
  });
  const inputs = flattenNest(input, isSymbolic);
  for (const node of orderNodes(owner, inputs, flattenNest(output, isSymbolic)).nodes) {
    if (node.given === undefined || node.outputs.every((tensor) => copies.has(tensor))) continue;
    const swap = (structure: unknown): unknown =>
      mapNest(structure, isSymbolic, (tensor) => copies.get(tensor) ?? tensor);
    const named = swap(node.named) as Readonly<Record<string, unknown>>;
    const copy = new GraphNode(node.layer, swap(node.given), named, node.output);
    node.outputs.forEach((tensor, i) => {
      const made = copy.outputs[i];
      if (made !== undefined && !copies.has(tensor)) copies.set(tensor, made);
    });
  }
  return [newInput, mapNest(output, isSymbolic, (tensor) => copies.get(tensor) ?? tensor)];
}

/** The calls between inputs and outputs, and their layers, in Keras's order: by depth, that is by the longest way to an output. */
function orderNodes(
  owner: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { readonly nodes: GraphNode[]; readonly layers: AnyLayer[] } {
  const found = visitNodes(owner, inputs, outputs);
  const given = new Set(inputs.map(({ node }) => node));
  const indices = new Map<GraphLayer, number>();
  for (const node of found.entered) {
    if (!indices.has(node.layer)) indices.set(node.layer, indices.size);
  }
  const depths = new Map<GraphNode, number>();
  const layerDepths = new Map<GraphLayer, number>();
  for (const node of found.left.toReversed()) {
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    layerDepths.set(node.layer, depth);
    depths.set(node, depth);
    if (given.has(node)) continue;
    for (const tensor of node.inputs) {
      depths.set(tensor.node, Math.max(depth + 1, depths.get(tensor.node) ?? 0));
    }
  }
  for (const { node } of inputs) {
    if (layerDepths.has(node.layer)) continue;
    layerDepths.set(node.layer, 0);
    indices.set(node.layer, -1);
    depths.set(node, 0);
    found.left.push(node);
  }
  const byDepth = (a: number, b: number, first: GraphLayer, second: GraphLayer): number =>
    b - a || (indices.get(first) ?? 0) - (indices.get(second) ?? 0);
  const layers = [...layerDepths.keys()].sort((a, b) =>
    byDepth(layerDepths.get(a) ?? 0, layerDepths.get(b) ?? 0, a, b),
  );
  const nodes = found.left.sort((a, b) =>
    byDepth(depths.get(a) ?? 0, depths.get(b) ?? 0, a.layer, b.layer),
  );
  return { nodes, layers: layers as AnyLayer[] };
}

/** A walk from the outputs to the inputs, without recursion: a chain may be long. */
function visitNodes(
  owner: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { readonly entered: GraphNode[]; readonly left: GraphNode[] } {
  const known = new Set(inputs);
  const entered = new Set<GraphNode>();
  const left: GraphNode[] = [];
  const stack: { readonly node: GraphNode; next: number }[] = [];
  const enter = (tensor: SymbolicTensor, reader: GraphNode | undefined): void => {
    const { node } = tensor;
    if (entered.has(node)) return;
    entered.add(node);
    if (node.given === undefined && !known.has(tensor)) {
      throw new ValueError(
        `${owner}: the outputs need the input '${node.layer.name}'${reader === undefined ? '' : ` (read by layer '${reader.layer.name}')`}, ` +
          `which is not among the inputs: ${inputs.map((input) => `'${input.node.layer.name}'`).join(', ')}. Add it, or leave ` +
          `the output out.`,
      );
    }
    stack.push({ node, next: known.has(tensor) ? node.inputs.length : 0 });
  };
  for (const output of outputs) {
    enter(output, undefined);
    for (;;) {
      const top = stack.at(-1);
      if (top === undefined) break;
      const input = top.node.inputs[top.next++];
      if (input !== undefined) enter(input, top.node);
      else {
        left.push(top.node);
        stack.pop();
      }
    }
  }
  return { entered: [...entered], left };
}

function requireNames(owner: string, layers: readonly AnyLayer[]): void {
  const taken = new Map<string, AnyLayer>();
  for (const layer of layers) {
    if (taken.has(layer.name)) {
      throw new ValueError(
        `${owner}: two layers are called '${layer.name}'. Give each layer of a model a name of its own.`,
      );
    }
    taken.set(layer.name, layer);
  }
}

/** The calls over slots, each slot released by the last call that reads it. The first slots hold what the model is given. */
function planOf({ inputs, outputs, nodes }: Graph): Plan {
  const slots = new Map<SymbolicTensor, number>();
  let count = inputs.length;
  for (const node of nodes) for (const tensor of node.outputs) slots.set(tensor, count++);
  const slotOf = (tensor: SymbolicTensor): number => slots.get(tensor) ?? 0;
  const asSlots = (structure: unknown): object =>
    mapNest(structure, isSymbolic, (tensor) => new Slot(slotOf(tensor)));
  const results = outputs.map(slotOf);
  const inputIndices = inputIndicesOf(inputs);
  // From the end: the call that reads a slot last lets go of it.
  const retained = new Set(results);
  const steps = nodes.toReversed().map((node): Step => {
    const { given, named } = node;
    // What is given passes through its InputLayer, which checks and converts it.
    const isInput = given === undefined;
    const index = isInput ? (inputIndices.get(node) ?? -1) : -1;
    const reads = isInput ? [index] : node.inputs.map(slotOf);
    const to = node.outputs.map(slotOf);
    const release = [...new Set([...reads, ...to])].filter((slot) => !retained.has(slot));
    for (const slot of release) retained.add(slot);
    return {
      layer: layerOf(node),
      from: isInput ? index : isSymbolic(given) ? slotOf(given) : asSlots(given),
      named:
        Object.keys(named).length === 0
          ? undefined
          : (asSlots(named) as Readonly<Record<string, unknown>>),
      to,
      release,
    };
  });
  return { steps: steps.reverse(), outputs: results };
}
