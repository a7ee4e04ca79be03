// Nodes, arrays and names of a file that is being written.
import { transpose } from '../../../engine/ops/index.js';
import { tensor, tidy } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor, Variable } from '../../../engine/tensor/index.js';
import type { TensorData } from '../../../config/dtype.js';
import { nodeMessage, TYPE_OF_DTYPE } from '../../../files/formats/onnx/write.js';
import type { AttributeValue, WrittenArray } from '../../../files/formats/onnx/write.js';
import type {
  NodeMessage,
  SparseTensorMessage,
  TensorMessage,
} from '../../../files/formats/onnx/schema.js';
import { onnxType, TYPE } from '../../../files/formats/onnx/types.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { Source, Written } from './written.js';

/** Attributes of a node by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Shape and element type of what a node gives. */
export interface Spec {
  readonly shape: PartialShape;
  readonly type: number;
}

/** What a node reads; undefined for an input that is left out. */
export type Operand = Written | undefined;

/** Arrays of at most so many elements that are equal are written once. */
const MAX_SHARED = 64;

/** The graph of a file that is being written: nodes in the order in which they run. */
export class GraphWriter {
  readonly nodes: NodeMessage[] = [];
  /** The arrays that nodes read, by name. */
  readonly arrays = new Map<string, WrittenArray>();
  /** Arrays that are messages already, as graphs of files have them. */
  readonly messages: TensorMessage[] = [];
  readonly sparse: SparseTensorMessage[] = [];
  readonly #names = new Set<string>();
  /** The last number behind a name that was wanted again. */
  readonly #counts = new Map<string, number>();
  readonly #shared = new Map<string, Source>();
  readonly #weights = new Map<Variable, Source>();
  /** What names of nodes begin with: the layer that is being written. */
  scope = '';
  #next: string | undefined;

  /** @param opset the version of the operators */
  constructor(readonly opset: number) {}

  /** A name that nothing has yet. */
  unique(hint: string): string {
    let name = hint;
    let count = this.#counts.get(hint) ?? 0;
    while (this.#names.has(name)) name = `${hint}_${++count}`;
    this.#counts.set(hint, count);
    this.#names.add(name);
    return name;
  }

  /** Gives what a node gives another name; false where no node gives it, or graphs in nodes may read it. */
  rename(from: string, to: string): boolean {
    const isGiven = this.nodes.some(({ output = [] }) => output.includes(from));
    const isNested = this.nodes.some(({ attribute }) => attribute.some(({ g }) => g !== undefined));
    if (!isGiven || isNested) return false;
    const named = (list: readonly string[] = []): readonly string[] =>
      list.includes(from) ? list.map((name) => (name === from ? to : name)) : list;
    for (const [i, node] of this.nodes.entries()) {
      this.nodes[i] = { ...node, input: named(node.input), output: named(node.output) };
    }
    return true;
  }

  /** Says what the output of the next node is called: an output of the file, whose name is taken already. */
  renameNext(name: string): void {
    this.#next = name;
  }

  /** The name under which a node may read a tensor. */
  nameOf(x: Written): string {
    const source = x.order === undefined ? x.source : this.#turned(x);
    if (source.name === undefined) {
      source.name = this.unique(source.hint);
      if (source.array !== undefined) this.arrays.set(source.name, source.array);
    }
    return source.name;
  }

  /** A source whose axes are in the order of the tensor's. */
  #turned({ source, order = [] }: Written): Source {
    const key = order.join();
    let turned = source.turned.get(key);
    if (turned !== undefined) return turned;
    const { array } = source;
    turned =
      array === undefined
        ? new Source(`${source.hint}_turned`)
        : new Source(source.hint, turnedArray(array, order));
    source.turned.set(key, turned);
    if (array === undefined) {
      turned.name = this.unique(turned.hint);
      const inputs = [source.name ?? ''];
      this.nodes.push(
        nodeMessage({
          op: 'Transpose',
          inputs,
          outputs: [turned.name],
          attributes: { perm: order },
        }),
      );
    }
    return turned;
  }

  /** A call of an operator with several outputs. */
  node(
    op: string,
    inputs: readonly Operand[],
    specs: readonly Spec[],
    attributes: Attributes = {},
  ): Written[] {
    const names = inputs.map((x) => (x === undefined ? '' : this.nameOf(x)));
    const outputs = specs.map(({ shape, type }) => {
      const source = new Source(`${this.scope}/${op}`);
      source.name = this.#next ?? this.unique(source.hint);
      this.#next = undefined;
      return new Written(source, shape, type);
    });
    const given = outputs.map(({ source }) => source.name ?? '');
    this.nodes.push(nodeMessage({ op, inputs: names, outputs: given, attributes }));
    return outputs;
  }

  /** A call of an operator with one output. */
  one(
    op: string,
    inputs: readonly Operand[],
    shape: PartialShape,
    type: number,
    attributes: Attributes = {},
  ): Written {
    return this.node(op, inputs, [{ shape, type }], attributes)[0] as Written;
  }

  /** A tensor under a name that is taken already: of an input, or of what a graph gives. */
  named(name: string, shape: PartialShape, type: number): Written {
    const source = new Source(name);
    source.name = name;
    return new Written(source, shape, type);
  }

  /** An array of the file. */
  array(array: WrittenArray, hint = `${this.scope}/constant`): Written {
    const { shape, type, data } = array;
    if (data.length > MAX_SHARED) return new Written(new Source(hint, array), shape, type);
    const key = `${type}:${shape.join()}:${Array.from(data, (x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
    let source = this.#shared.get(key);
    if (source === undefined) this.#shared.set(key, (source = new Source(hint, array)));
    return new Written(source, shape, type);
  }

  /** Numbers as an array of float32, without a shape one number. */
  floats(data: readonly number[] | number, shape?: Shape): Written {
    const list = typeof data === 'number' ? [data] : data;
    const lengths = shape ?? (typeof data === 'number' ? [] : [list.length]);
    return this.array({ shape: lengths, type: TYPE.float, data: Float32Array.from(list) });
  }

  /** Whole numbers as int64, as positions and lengths are. */
  whole(data: readonly number[] | number, shape?: Shape): Written {
    const list = typeof data === 'number' ? [data] : data;
    const lengths = shape ?? (typeof data === 'number' ? [] : [list.length]);
    return this.array({ shape: lengths, type: TYPE.int64, data: Int32Array.from(list) });
  }

  /** A number of an element type. */
  number(value: number, type: number): Written {
    const dtype = onnxType(type)?.dtype;
    const data =
      dtype === 'float32'
        ? Float32Array.of(value)
        : dtype === 'int32'
          ? Int32Array.of(value)
          : Uint8Array.of(value);
    return this.array({ shape: [], type, data });
  }

  /** The elements of a tensor of the program. */
  tensor(x: Tensor, hint?: string): Written {
    const data: TensorData = x.data();
    return this.array({ shape: [...x.shape], type: TYPE_OF_DTYPE[x.dtype], data }, hint);
  }

  /** The values that `compute` gives: what a layer makes of its weights. */
  computed(compute: () => Tensor, hint?: string): Written {
    return tidy(() => this.tensor(compute(), hint));
  }

  /** A kernel or a table of a layer, with what LoRA has learned. */
  kernel({ adapter }: AnyLayer, variable: Variable): Written {
    if (adapter?.weight !== variable) return this.weight(variable);
    return this.computed(() => adapter.merged(), variable.path);
  }

  /** A weight, under its path. */
  weight(variable: Variable): Written {
    let source = this.#weights.get(variable);
    if (source === undefined) {
      const array = tidy((): WrittenArray => {
        const { value } = variable;
        return { shape: [...value.shape], type: TYPE_OF_DTYPE[value.dtype], data: value.data() };
      });
      source = new Source(variable.path, array);
      this.#weights.set(variable, source);
    }
    return new Written(source, variable.shape, TYPE_OF_DTYPE[variable.dtype]);
  }
}

function turnedArray({ shape, type, data }: WrittenArray, order: readonly number[]): WrittenArray {
  return tidy(() => {
    const dtype = onnxType(type)?.dtype ?? 'float32';
    const turned = transpose(tensor(data, { shape: [...shape], dtype }), [...order]);
    return { shape: [...turned.shape], type, data: turned.data() };
  });
}
