import { flattenNest, mapNest, snakeCase, uniqueName, withOwner } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { isTensorSpec, operationShape } from '../../engine/ops/graphs/operation-shape.js';
import type { Operation } from '../../engine/ops/graphs/operation-shape.js';
import { formatShape, keep } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { currentCache } from './core/caching.js';
import { isTensor } from './core/layer-checks.js';
import { Layer } from './core/layer.js';
import { isSymbolic } from './core/symbolic-tensor.js';
import type { SymbolicTensor, TensorSpec } from './core/symbolic-tensor.js';

/** Operands whose shapes a message shows. */
const MAX_SHOWN = 8;

/**
 * A call of an operation in a graph, as a layer that takes the operation's arguments. Operations make one when they are
 * given symbolic tensors.
 */
export class OperationLayer extends Layer<readonly unknown[], Tensor | readonly Tensor[]> {
  static override readonly className = 'Operation';
  static override readonly isPure: boolean = true;

  /**
   * @param operation what is computed
   * @param operationName name of the operation in `ops`
   */
  constructor(
    readonly operation: Operation,
    readonly operationName: string,
    name = uniqueName(snakeCase(operationName)),
  ) {
    super({ name });
  }

  /** Tensors among the arguments that are the layer's own, as those of a file are. */
  readonly #constants: Tensor[] = [];

  /** Makes tensors among the arguments the layer's own: they live as long as the layer. */
  own(tensors: readonly Tensor[]): void {
    this.#constants.push(...tensors.map(keep));
  }

  override dispose(): void {
    super.dispose();
    for (const tensor of this.#constants) tensor.dispose();
  }

  protected override get label(): string {
    return `operation '${this.name}'`;
  }

  // An operation has no weights and checks its arguments itself, so nothing of what surrounds the call of a layer is needed.
  override apply(args: readonly unknown[]): never {
    currentCache()?.admitOperation(this.operationName, args, this.#given, () => this.label);
    try {
      return this.operation(...(args as never[])) as never;
    } catch (error) {
      throw withOwner(this.label, error);
    }
  }

  /** Tensors that are the same in each call. */
  get #given(): readonly Tensor[] {
    return this.inboundNodes.flatMap((node) => flattenNest(node.given, isTensor));
  }

  /** What the operation gives for symbolic tensors among its arguments. */
  applySymbolic(args: readonly unknown[]): Nest<SymbolicTensor> {
    return this.recordCall(args, {});
  }

  override computeOutputShape(args: readonly unknown[]): never {
    return this.#specs(args, ({ shape }) => shape) as never;
  }

  override computeOutputSpec(args: never): never {
    return this.#specs(args, (spec) => spec) as never;
  }

  // Arguments are tensors and others: a list of numbers may be either a shape or one of the others.
  override shapesOfCall(given: unknown, shapeOf: (x: SymbolicTensor) => PartialShape): unknown {
    const args = mapNest(given, isSymbolic, (x) => ({ shape: shapeOf(x), dtype: x.dtype }));
    return this.#specs(args as readonly unknown[], ({ shape }) => shape);
  }

  #specs<T>(args: readonly unknown[], read: (spec: TensorSpec) => T): Nest<T> {
    try {
      return mapNest(operationShape(this.operation, args), isTensorSpec, read);
    } catch (error) {
      // What the operation says holds lengths that were tried in place of unknown ones.
      const shapes = flattenNest(args, isTensorSpec).map(({ shape }) => shape);
      const shown = shapes.slice(0, MAX_SHOWN).map(formatShape).join(', ');
      const more = shapes.length > MAX_SHOWN ? ` and ${shapes.length - MAX_SHOWN} more` : '';
      throw withOwner(`${this.label} of symbolic ${shown}${more}`, error);
    }
  }
}

/**
 * A call of an operation that is given functions, such as `scan`. Nothing is known of what the functions do, so a step with it
 * runs the layers each time, and no file holds it.
 */
export class FunctionalOperationLayer extends OperationLayer {
  static override readonly isPure = false;
}
