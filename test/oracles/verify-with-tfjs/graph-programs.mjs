// Graphs of several nodes for operators that do nothing alone: lists of tensors, branches, loops, complex numbers. A row has the
// inputs of the graph, its nodes, the tensors that are compared, and the functions that nodes call.
import { attr, int, ints, x } from './graph-calls.mjs';

const FLOAT = { dtype: attr.type('DT_FLOAT'), T: attr.type('DT_FLOAT') };
const OF_FLOATS = { element_dtype: attr.type('DT_FLOAT'), shape_type: attr.type('DT_INT32') };

const node = (name, op, input, attributes = {}) => ({ name, op, input, attr: attributes });

/** A graph whose inputs are called input0, input1 and so on. */
const graph = (inputs, nodes, names = ['y'], functions = []) => ({
  inputs,
  attributes: {},
  outputs: names.length,
  nodes,
  names,
  functions,
});

/** A list of the rows of input0, of which the shape stands in input1, and what is made of it. */
const listed = (more, inputs, names) => (r) => {
  const [rows, columns] = [r.whole(2, 5), r.whole(1, 4)];
  const given = inputs?.(r, rows, columns) ?? [];
  return graph(
    [x([rows, columns]), ints(columns), ...given],
    [node('list', 'TensorListFromTensor', ['input0', 'input1'], OF_FLOATS), ...more(rows)],
    names,
  );
};

const stack = (list, rows = -1) =>
  node('y', 'TensorListStack', [list, 'input1'], { ...OF_FLOATS, num_elements: attr.i(rows) });

const scattered = (op) => (r) => {
  const columns = r.whole(1, 4);
  const inputs = [x([3, columns]), ints(columns), ints(...r.shuffled([0, 1, 2])), int(3)];
  const read = ['input0', 'input2', 'input1', ...(op.endsWith('V2') ? ['input3'] : [])];
  return graph(inputs, [node('list', op, read, OF_FLOATS), stack('list', 3)]);
};

const reserved = (op, change) => (r) => {
  const columns = r.whole(1, 4);
  return graph(
    [x([columns]), ints(columns), int(2), int(0), int(1)],
    [node('list', op, ['input1', 'input2'], OF_FLOATS), ...change, stack('last')],
  );
};

const set = (name, list, at) => node(name, 'TensorListSetItem', [list, at, 'input0'], OF_FLOATS);

const pushed = [
  node('push', 'TensorListPushBack', ['list', 'input0'], OF_FLOATS),
  node('last', 'TensorListPushBack', ['push', 'input0'], OF_FLOATS),
];

const shapeOf = (...lengths) => ({
  shape: { dim: lengths.map((size) => ({ size: String(size) })) },
});

const joined = (op) => (r) => {
  const columns = r.whole(1, 4);
  return graph(
    [x([r.whole(1, 3), 2, columns]), ints(2, columns)],
    [
      node('list', 'TensorListFromTensor', ['input0', 'input1'], OF_FLOATS),
      node('y', op, ['list', 'input1'], { ...OF_FLOATS, element_shape: shapeOf(2, columns) }),
    ],
  );
};

const lists = {
  EmptyTensorList: (r) => reserved('EmptyTensorList', pushed)(r),
  TensorListConcat: joined('TensorListConcat'),
  TensorListConcatV2: joined('TensorListConcatV2'),
  TensorListFromTensor: listed((rows) => [stack('list', rows)]),
  TensorListGather: listed(
    () => [node('y', 'TensorListGather', ['list', 'input2', 'input1'], OF_FLOATS)],
    // TensorFlow.js takes at most as many places as there are entries.
    (r, rows) => [ints(...(r.chance() ? [rows - 1, 0] : [1, 1]))],
  ),
  TensorListGetItem: listed(
    () => [node('y', 'TensorListGetItem', ['list', 'input2', 'input1'], OF_FLOATS)],
    (r, rows) => [int(r.whole(0, rows - 1))],
  ),
  TensorListLength: listed(() => [node('y', 'TensorListLength', ['list'])]),
  // TensorFlow.js gives what TensorListPopBack takes away under the name of the list.
  TensorListPushBack: (r) => reserved('EmptyTensorList', pushed)(r),
  TensorListReserve: (r) =>
    reserved('TensorListReserve', [set('one', 'list', 'input4'), set('last', 'one', 'input3')])(r),
  TensorListResize: listed(
    () => [node('less', 'TensorListResize', ['list', 'input2']), stack('less')],
    (r, rows) => [int(rows - 1)],
  ),
  TensorListScatter: scattered('TensorListScatter'),
  TensorListScatterV2: scattered('TensorListScatterV2'),
  TensorListSetItem: (r) =>
    reserved('TensorListReserve', [set('one', 'list', 'input3'), set('last', 'one', 'input4')])(r),
  // Nor can TensorFlow.js split a tensor into entries of several rows.
  TensorListStack: listed((rows) => [stack('list', rows)]),
};

const ARRAY = {
  dtype: attr.type('DT_FLOAT'),
  element_shape: { shape: { unknownRank: true } },
  dynamic_size: attr.b(false),
  clear_after_read: attr.b(false),
  identical_element_shapes: attr.b(true),
  tensor_array_name: attr.s('array'),
};

/** An array of the rows of input0, whose places stand in input2, and what is made of it. */
const arrayed =
  (nodes, more = () => [], names = ['y']) =>
  (r) => {
    const [rows, columns] = [r.whole(2, 4), r.whole(1, 4)];
    const places = Array.from({ length: rows }, (_, i) => i);
    return graph(
      [x([rows, columns]), int(rows), ints(...places), ...more(r, rows, columns)],
      [
        node('array', 'TensorArrayV3', ['input1'], ARRAY),
        node('flow', 'TensorArrayScatterV3', ['array', 'input2', 'input0', 'array:1'], FLOAT),
        ...nodes,
      ],
      names,
    );
  };

const gathered = node('y', 'TensorArrayGatherV3', ['array', 'input2', 'flow'], { ...ARRAY });
const read = arrayed(
  [node('y', 'TensorArrayReadV3', ['array', 'input3', 'flow'], FLOAT)],
  (r, rows) => [int(r.whole(0, rows - 1))],
);

const arrays = {
  TensorArrayConcatV3: (r) => {
    const columns = r.whole(1, 3);
    return graph(
      [x([5, columns]), int(2), ints(2, 3)],
      [
        node('array', 'TensorArrayV3', ['input1'], {
          ...ARRAY,
          identical_element_shapes: attr.b(false),
          element_shape: shapeOf(-1, columns),
        }),
        node('flow', 'TensorArraySplitV3', ['array', 'input0', 'input2', 'array:1'], FLOAT),
        node('y', 'TensorArrayConcatV3', ['array', 'flow'], FLOAT),
      ],
    );
  },
  TensorArrayGatherV3: arrayed([gathered]),
  TensorArrayReadV3: read,
  TensorArrayScatterV3: arrayed([gathered]),
  TensorArraySizeV3: arrayed([node('y', 'TensorArraySizeV3', ['array', 'flow'])]),
  TensorArrayV3: read,
  TensorArrayWriteV3: (r) => {
    const columns = r.whole(1, 3);
    return graph(
      [x([columns]), int(2), int(0), int(1), ints(1, 0)],
      [
        node('array', 'TensorArrayV3', ['input1'], ARRAY),
        node('one', 'TensorArrayWriteV3', ['array', 'input2', 'input0', 'array:1'], FLOAT),
        node('two', 'TensorArrayWriteV3', ['array', 'input3', 'input0', 'one'], FLOAT),
        node('y', 'TensorArrayGatherV3', ['array', 'input4', 'two'], ARRAY),
      ],
    );
  },
};

/** A function of TensorFlow: names of what it takes and gives, with its nodes. */
const functionOf = (name, inputs, nodes, [output, tensor], type = 'DT_FLOAT') => ({
  signature: {
    name,
    inputArg: inputs.map((one) => ({ name: one, type: 'DT_FLOAT' })),
    outputArg: [].concat(output).map((one) => ({ name: one, type })),
  },
  nodeDef: nodes,
  ret: Object.fromEntries([].concat(output).map((one, i) => [one, [].concat(tensor)[i]])),
});

const THEN = functionOf('then', ['a', 'b'], [node('sum', 'AddV2', ['a', 'b'], FLOAT)], ['out', 'sum:z:0']); // prettier-ignore
const ELSE = functionOf('else', ['a', 'b'], [node('product', 'Mul', ['a', 'b'], FLOAT)], ['out', 'product:z:0']); // prettier-ignore

const chosen = (op) => (r) => {
  const shape = r.shape(1, 3);
  const branches = {
    then_branch: { func: { name: 'then' } },
    else_branch: { func: { name: 'else' } },
  };
  return graph(
    [x([], [0, 1], 'bool'), x(shape), x(shape)],
    [node('y', op, ['input0', 'input1', 'input2'], branches)],
    ['y'],
    [THEN, ELSE],
  );
};

const COND = functionOf('cond', ['a', 'b'], [node('less', 'Less', ['a', 'b'], FLOAT)], ['out', 'less:z:0'], 'DT_BOOL'); // prettier-ignore
const BODY = functionOf(
  'body',
  ['a', 'b'],
  [node('sum', 'AddV2', ['a', 'a'], FLOAT), node('same', 'Identity', ['b'], FLOAT)],
  [
    ['out', 'rest'],
    ['sum:z:0', 'same:output:0'],
  ],
);

const repeated = (op) => (r) => {
  const functions = { cond: { func: { name: 'cond' } }, body: { func: { name: 'body' } } };
  return graph(
    [x([], [0.5, 1]), x([], [r.whole(1, 9), 20])],
    [node('y', op, ['input0', 'input1'], functions)],
    ['y', 'y:1'],
    [COND, BODY],
  );
};

const FRAME = { ...FLOAT, frame_name: attr.s('loop') };

/** The loop of TensorFlow 1: a is doubled while it is less than a limit. */
const circle = (r) =>
  graph(
    [x([], [0.5, 1]), x([], [r.whole(1, 9), 20])],
    [
      node('enter', 'Enter', ['input0'], { ...FRAME, is_constant: attr.b(false) }),
      node('limit', 'Enter', ['input1'], { ...FRAME, is_constant: attr.b(true) }),
      node('merge', 'Merge', ['enter', 'next'], { ...FLOAT, N: attr.i(2) }),
      node('less', 'Less', ['merge', 'limit'], FLOAT),
      node('goes', 'LoopCond', ['less']),
      node('gate', 'Switch', ['merge', 'goes'], FLOAT),
      node('stay', 'Identity', ['gate:1'], FLOAT),
      node('twice', 'AddV2', ['stay', 'stay'], FLOAT),
      node('next', 'NextIteration', ['twice'], FLOAT),
      node('y', 'Exit', ['gate'], FLOAT),
    ],
  );

/** Branches of TensorFlow 1. */
const gate = (r) => {
  const shape = r.shape(1, 3);
  return graph(
    [x([], [0, 1], 'bool'), x(shape)],
    [
      node('gate', 'Switch', ['input1', 'input0'], FLOAT),
      node('no', 'Neg', ['gate'], FLOAT),
      node('yes', 'Exp', ['gate:1'], FLOAT),
      node('y', 'Merge', ['no', 'yes'], { ...FLOAT, N: attr.i(2) }),
    ],
  );
};

const control = {
  Enter: circle,
  Exit: circle,
  If: chosen('If'),
  LoopCond: circle,
  Merge: gate,
  NextIteration: circle,
  StatelessIf: chosen('StatelessIf'),
  StatelessWhile: repeated('StatelessWhile'),
  Switch: gate,
  While: repeated('While'),
};

const PARTS = ['real', 'imag'];

/** A complex tensor of two inputs, and both parts of what is made of it. */
const complex = (op) => (r) => {
  const shape = r.shape(1, 3);
  const last = op === undefined ? 'z' : 'f';
  return graph(
    [x(shape), x(shape)],
    [
      node('z', 'Complex', ['input0', 'input1']),
      ...(op === undefined ? [] : [node('f', op, ['z'])]),
      node('real', 'Real', [last]),
      node('imag', 'Imag', [last]),
    ],
    PARTS,
  );
};

const spectra = {
  Complex: complex(),
  ComplexAbs: (r) => {
    const shape = r.shape(1, 3);
    return graph(
      [x(shape), x(shape)],
      [node('z', 'Complex', ['input0', 'input1']), node('y', 'ComplexAbs', ['z'])],
    );
  },
  FFT: complex('FFT'),
  IFFT: complex('IFFT'),
  IRFFT: (r) => {
    const shape = [r.whole(1, 3), r.whole(1, 6)];
    return graph(
      [x(shape), x([...shape.slice(0, -1), 2 * (shape[1] - 1) || 1])],
      [node('f', 'RFFT', ['input1']), node('y', 'IRFFT', ['f'])],
    );
  },
  Imag: complex(),
  RFFT: (r) =>
    graph(
      [x([r.whole(1, 3), r.whole(1, 9)])],
      [node('f', 'RFFT', ['input0']), node('real', 'Real', ['f']), node('imag', 'Imag', ['f'])],
      PARTS,
    ),
  Real: complex(),
};

const several = {
  IdentityN: (r) =>
    graph([x(r.shape(1, 3)), x(r.shape(1, 2))], [node('y', 'IdentityN', ['input0', 'input1'])], ['y', 'y:1']), // prettier-ignore
  ShapeN: (r) =>
    graph([x(r.shape(1, 3)), x(r.shape(1, 2))], [node('y', 'ShapeN', ['input0', 'input1'])], ['y', 'y:1']), // prettier-ignore
};

/** Graphs by the names of the operators that they are rows of. */
export const programs = { ...arrays, ...control, ...lists, ...several, ...spectra };
