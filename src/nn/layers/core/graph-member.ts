import { mapNest } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { refuseStrings } from '../../../engine/tensor/index.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { ApplyOptions } from './layer-options.js';
import { isSymbolicOrValue } from './layer-checks.js';
import { LossHolder } from './loss-holder.js';
import { GraphNode, isSymbolic } from './symbolic-tensor.js';
import type {
  NamedSpecs,
  ShapesOf,
  Symbolic,
  SymbolicTensor,
  TensorSpec,
} from './symbolic-tensor.js';

/**
 * The part of a layer that builds graphs: a node for each call with symbolic tensors, with its inputs and outputs.
 *
 * @typeParam In the input of `call`
 * @typeParam Out the output of `call`
 * @typeParam Named the named arguments of `call` in addition to `training` and `mask`
 */
export abstract class GraphMember<In, Out, Named extends object> extends LossHolder {
  /**
   * Set this in your own class if `call` consists of operations and depends only on its input, the layer's weights and random
   * numbers, in training too. Predictions and training steps of a model with the layer may then be captured and replayed
   * without calling `call`. It is not inherited. Default: true for the library's classes, false for others.
   */
  static readonly isPure?: boolean;
  /** The calls of the layer in graphs, in order. @internal */
  readonly inboundNodes: GraphNode[] = [];
  /** Of a layer in a model that has no graph yet: draws the graph. @internal */
  drawGraph: (() => void) | undefined;

  /** Shape and dtype of the output for symbolic input. */
  abstract computeOutputSpec(
    x: Symbolic<In>,
    options?: ApplyOptions & Partial<Named>,
  ): Nest<TensorSpec>;

  /** The batch shape of the output, given the batch shape of the input and the named arguments. */
  abstract computeOutputShape(inputShape: ShapesOf<In>, named?: NamedSpecs<Named>): ShapesOf<Out>;

  /**
   * Whether the layer accepts arrays of strings. Default false. Override it in your own class if its `call` passes strings on
   * to layers that read them.
   */
  get readsStrings(): boolean {
    return false;
  }

  /**
   * Of a layer that takes a list of tensors: the names under which Keras's class takes them one by one; undefined where it
   * takes the list. @internal
   */
  get inputArguments(): readonly string[] | undefined {
    return undefined;
  }

  /**
   * Shapes of what a call in a graph gives where its symbolic tensors have other shapes.
   *
   * @param given what the call is applied to
   * @param named its named arguments
   * @internal
   */
  shapesOfCall(
    given: unknown,
    shapeOf: (x: SymbolicTensor) => PartialShape,
    named: Readonly<Record<string, unknown>>,
  ): unknown {
    return this.computeOutputShape(
      mapNest(given, isSymbolicOrValue, (leaf) =>
        isSymbolic(leaf) ? shapeOf(leaf) : leaf.shape,
      ) as ShapesOf<In>,
      mapNest(named, isSymbolic, (x): TensorSpec => {
        return { shape: shapeOf(x), dtype: x.dtype };
      }) as NamedSpecs<Named>,
    );
  }

  /** What `apply` gives for symbolic tensors. @internal */
  protected applyInGraph(x: unknown, options: object): Nest<SymbolicTensor> {
    const given = mapNest(
      x,
      isSymbolicOrValue,
      (leaf) => {
        if (leaf.dtype === 'string' && !this.readsStrings) refuseStrings(this.label);
        return leaf;
      },
      (value, path) => {
        if (typeof value === 'number') return value;
        throw new ValueError(
          `${this.label}: the input${path()} must be a symbolic tensor like the others, got ${describeValue(value)}. Symbolic ` +
            `tensors come from Input(shape) and from layers that are applied to symbolic tensors.`,
        );
      },
    );
    const named = Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    );
    return this.recordCall(given, named);
  }

  /** Makes the node of a call in a graph, and returns what the call gives. @internal */
  protected recordCall(
    given: unknown,
    named: Readonly<Record<string, unknown>>,
  ): Nest<SymbolicTensor> {
    const specs = this.computeOutputSpec(
      given as Symbolic<In>,
      named as ApplyOptions & Partial<Named>,
    );
    const node = new GraphNode(this, given, named, specs);
    this.inboundNodes.push(node);
    return node.output;
  }

  /** The calls of the layer in graphs. @throws ValueError if there is none, or `what` needs the index of one. */
  #onlyNode(what: 'input' | 'output'): GraphNode {
    const nodes = this.graphNodes();
    const [node] = nodes;
    if (node !== undefined && nodes.length === 1) return node;
    throw new ValueError(
      node === undefined
        ? `${this.label} has no symbolic ${what}: it is in no graph. Apply it to a symbolic tensor, as Input(shape) gives it.`
        : `${this.label} was called ${nodes.length} times in graphs, so it has as many ${what}s. Ask for one by ` +
            `get${what === 'input' ? 'Input' : 'Output'}At(index).`,
    );
  }

  #nodeAt(what: string, index: number): GraphNode {
    const nodes = this.graphNodes();
    const node = Number.isInteger(index) ? nodes.at(index) : undefined;
    if (node !== undefined) return node;
    throw new ValueError(
      `${this.label}: ${what} got index ${describeValue(index)}, but the layer was called ${nodes.length} times in graphs.`,
    );
  }

  /** The calls of the layer in graphs, those among them that are made when they are asked for. @internal */
  graphNodes(): readonly GraphNode[] {
    if (this.inboundNodes.length === 0) this.drawGraph?.();
    return this.inboundNodes;
  }

  /**
   * The symbolic tensor, or structure of symbolic tensors, that the layer was applied to in a graph.
   *
   * @throws ValueError if the layer is in no graph, or was applied several times.
   */
  get input(): Symbolic<In> {
    return this.#onlyNode('input').given as Symbolic<In>;
  }

  /**
   * The symbolic tensor, or structure of symbolic tensors, that the layer returns in a graph. Use it as an output of
   * your own model.
   *
   * @throws ValueError if the layer is in no graph, or was applied several times.
   * @example const features = new models.Model({ inputs: model.inputs, outputs: model.getLayer('dense').output });
   */
  get output(): Symbolic<Out> {
    return this.#onlyNode('output').output as Symbolic<Out>;
  }

  /**
   * The input of one of the layer's calls in graphs.
   *
   * @param index the number of the call, counted from 0; −1 is the last
   * @throws ValueError if there is no such call.
   */
  getInputAt(index: number): Symbolic<In> {
    return this.#nodeAt('getInputAt', index).given as Symbolic<In>;
  }

  /**
   * The output of one of the layer's calls in graphs.
   *
   * @param index the number of the call, counted from 0; −1 is the last
   * @throws ValueError if there is no such call.
   */
  getOutputAt(index: number): Symbolic<Out> {
    return this.#nodeAt('getOutputAt', index).output as Symbolic<Out>;
  }
}
