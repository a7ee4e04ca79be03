// Graphs that several tests read.
import { attr, floats, ints, node, placeholder } from './files.js';
import type { Graph } from './files.js';

/** relu(x · w + b) · v. */
export const NETWORK: Graph = {
  nodes: [
    placeholder('x', [-1, 2]),
    node('_FusedMatMul', 'hidden', ['x', 'w', 'b'], { fused_ops: attr.texts('BiasAdd', 'Relu') }),
    node('MatMul', 'product', ['hidden', 'v']),
    node('Identity', 'Identity', ['product', '^hidden']),
  ],
  constants: [
    floats('w', [2, 3], [1, 2, 3, -1, 0, 1]),
    floats('b', [3], [0, -1, 0.5]),
    floats('v', [3, 1], [1, 1, 2]),
  ],
  inputs: { input_1: 'x:0' },
  outputs: { score: 'Identity:0' },
};

/** The nodes of a loop of TensorFlow 1 that doubles x while i < n. */
const frame = attr.s('loop');
export const LOOP: Graph = {
  nodes: [
    placeholder('x', [-1, 2]),
    node('Enter', 'enter_i', ['zero'], { frame_name: frame }),
    node('Enter', 'enter_x', ['x'], { frame_name: frame }),
    node('Enter', 'enter_n', ['n'], { frame_name: frame, is_constant: attr.b(true) }),
    node('Merge', 'merge_i', ['enter_i', 'next_i']),
    node('Merge', 'merge_x', ['enter_x', 'next_x']),
    node('Less', 'less', ['merge_i', 'enter_n']),
    node('LoopCond', 'cond', ['less']),
    node('Switch', 'switch_i', ['merge_i', 'cond']),
    node('Switch', 'switch_x', ['merge_x', 'cond']),
    node('Identity', 'body', ['switch_i:1']),
    node('AddV2', 'plus', ['switch_i:1', 'one'], {}),
    node('AddV2', 'twice', ['switch_x:1', 'switch_x:1']),
    node('NextIteration', 'next_i', ['plus']),
    node('NextIteration', 'next_x', ['twice', '^body']),
    node('Exit', 'exit_x', ['switch_x']),
  ],
  constants: [ints('zero', [], [0]), ints('one', [], [1]), ints('n', [], [3])],
  outputs: { y: 'exit_x' },
};

/** A function of TensorFlow. */
const func = (
  name: string,
  inputs: readonly string[],
  nodeDef: readonly unknown[],
  ret: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => ({
  signature: {
    name,
    inputArg: inputs.map((one) => ({ name: one, type: 'DT_FLOAT' })),
    outputArg: Object.keys(ret).map((one) => ({ name: one, type: 'DT_FLOAT' })),
  },
  nodeDef,
  ret,
});

/** A loop of two functions: adds 1 while i < 4. */
export const WHILE: Graph = {
  nodes: [
    placeholder('x', [-1, 2]),
    node('StatelessWhile', 'while', ['start', 'x'], {
      cond: attr.func('below'),
      body: attr.func('step'),
    }),
    node('Identity', 'y', ['while:1']),
  ],
  constants: [floats('start', [], [0]), floats('limit', [], [4])],
  functions: [
    func(
      'below',
      ['i', 'a'],
      [node('Const', 'limit'), node('Less', 'less', ['i', 'limit:output:0'])],
      {
        goes: 'less:z:0',
      },
    ),
    func(
      'step',
      ['i', 'a'],
      [
        node('OnesLike', 'one', ['i']),
        node('AddV2', 'next', ['i', 'one:y:0']),
        node('AddV2', 'sum', ['a', 'one:y:0']),
      ],
      { n: 'next:z:0', b: 'sum:z:0' },
    ),
  ],
  outputs: { y: 'y' },
};

/** Convolutions, pooling and what shapes decide. */
export const IMAGES: Graph = {
  nodes: [
    placeholder('x', [-1, 6, 6, 1]),
    node('_FusedConv2D', 'conv', ['x', 'kernel', 'bias'], {
      strides: attr.ints(1, 1, 1, 1),
      dilations: attr.ints(1, 1, 1, 1),
      padding: attr.s('SAME'),
      data_format: attr.s('NHWC'),
      fused_ops: attr.texts('BiasAdd', 'Relu6'),
    }),
    node('MaxPool', 'pool', ['conv'], {
      ksize: attr.ints(1, 2, 2, 1),
      strides: attr.ints(1, 2, 2, 1),
      padding: attr.s('VALID'),
    }),
    node('Shape', 'shape', ['pool']),
    node('StridedSlice', 'batch', ['shape', 'zero', 'one', 'one'], { shrink_axis_mask: attr.i(1) }),
    node('Pack', 'size', ['batch', 'rest'], { axis: attr.i(0) }),
    node('Reshape', 'flat', ['pool', 'size']),
    node('Softmax', 'y', ['flat']),
  ],
  constants: [
    floats('kernel', [3, 3, 1, 2], [1, 0, -1, 2, 0, 1, 1, 1, 0, -1, 2, 0, 1, -2, 0, 1, 1, 0]),
    floats('bias', [2], [0.5, -0.5]),
    ints('zero', [1], [0]),
    ints('one', [1], [1]),
    ints('rest', [], [18]),
  ],
  outputs: { y: 'y' },
};
