// Calls of TensorFlow's operators with random arguments, by families. Each is a function of a source of random numbers that gives
// the inputs of a node, its attributes, and how many outputs are compared.

/** An attribute in the JSON form of Protocol Buffers. */
export const attr = {
  i: (value) => ({ i: String(value) }),
  f: (value) => ({ f: value }),
  b: (value) => ({ b: value }),
  s: (value) => ({ s: btoa(value) }),
  type: (value) => ({ type: value }),
  ints: (...values) => ({ list: { i: values.map(String) } }),
  texts: (...values) => ({ list: { s: values.map((value) => btoa(value)) } }),
};

/** An input that the graph is given: random numbers of a range. */
const x = (shape, range = [-2, 2], dtype = 'float32') => ({ shape, range, dtype });
/** An input that is an array of the file. */
const ints = (...data) => ({ shape: [data.length], data, dtype: 'int32' });
const int = (value) => ({ shape: [], data: [value], dtype: 'int32' });
const float = (value) => ({ shape: [], data: [value], dtype: 'float32' });
const matrix = (rows) => ({
  shape: [rows.length, rows[0].length],
  data: rows.flat(),
  dtype: 'int32',
});

const call = (inputs, attributes = {}, outputs = 1) => ({ inputs, attributes, outputs });

/** Two shapes that broadcast. */
function pair(r) {
  const shape = r.shape(1, 4);
  const other = shape
    .map((length) => (r.chance() ? 1 : length))
    .slice(r.whole(0, shape.length - 1));
  return r.chance() ? [shape, other] : [other, shape];
}

const unary = (range, dtype) => (r) => call([x(r.shape(1, 4), range, dtype)]);
const binary = (range, dtype) => (r) => {
  const [one, other] = pair(r);
  return call([x(one, range, dtype), x(other, range, dtype)]);
};
/** float32 and int32. */
const either = (make) => (r) => make(r.chance() ? undefined : 'int32', r);

const elementwise = {
  ...Object.fromEntries(
    ['Abs', 'Neg', 'Sign', 'Square', 'Relu', 'Relu6'].map((op) => [
      op,
      either((dtype, r) => unary([-9, 9], dtype)(r)),
    ]),
  ),
  ...Object.fromEntries(
    [
      'Asinh',
      'Atan',
      'Ceil',
      'Cos',
      'Cosh',
      'Elu',
      'Erf',
      'Exp',
      'Expm1',
      'Floor',
      'IsFinite',
      'IsInf',
      'IsNan',
      'Round',
      'Selu',
      'Sigmoid',
      'Sin',
      'Sinh',
      'Softplus',
      'Tanh',
    ].map((op) => [op, unary([-3, 3])]),
  ),
  Acos: unary([-1, 1]),
  Acosh: unary([1, 5]),
  Asin: unary([-1, 1]),
  Atanh: unary([-0.95, 0.95]),
  Log: unary([0.1, 9]),
  Log1p: unary([-0.9, 9]),
  Reciprocal: unary([0.2, 4]),
  Rsqrt: unary([0.2, 9]),
  Sqrt: unary([0, 9]),
  Tan: unary([-1.2, 1.2]),
  LogicalNot: unary([0, 1], 'bool'),
  LeakyRelu: (r) => call([x(r.shape(1, 4))], { alpha: attr.f(0.3) }),
  ClipByValue: (r) => call([x(r.shape(1, 4)), float(-0.5), float(0.75)]),
  Cast: (r) => {
    const [from, to] = r.pick([
      ['float32', 'DT_INT32'],
      ['int32', 'DT_FLOAT'],
      ['float32', 'DT_BOOL'],
      ['bool', 'DT_INT32'],
    ]);
    return call([x(r.shape(1, 4), from === 'bool' ? [0, 1] : [-5, 5], from)], {
      DstT: attr.type(to),
    });
  },
  ...Object.fromEntries(
    [
      'Add',
      'AddV2',
      'Sub',
      'Mul',
      'Maximum',
      'Minimum',
      'SquaredDifference',
      'Equal',
      'NotEqual',
      'Greater',
      'GreaterEqual',
      'Less',
      'LessEqual',
    ].map((op) => [op, either((dtype, r) => binary([-4, 4], dtype)(r))]),
  ),
  Atan2: binary([-3, 3]),
  Div: either((dtype, r) => binary([1, 9], dtype)(r)),
  RealDiv: either((dtype, r) => binary([1, 9], dtype)(r)),
  DivNoNan: (r) => {
    const [one, other] = pair(r);
    return call([x(one), { ...x(other, [-1, 1]), isWhole: true }]);
  },
  FloorDiv: either((dtype, r) => binary([1, 9], dtype)(r)),
  FloorMod: either((dtype, r) => binary([1, 9], dtype)(r)),
  Mod: binary([1, 9], 'int32'),
  Pow: binary([0.5, 2]),
  LogicalAnd: binary([0, 1], 'bool'),
  LogicalOr: binary([0, 1], 'bool'),
  Prelu: (r) => {
    const shape = r.shape(2, 4);
    return call([x(shape), x(shape.slice(-1), [0, 1])]);
  },
  AddN: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), x(shape), x(shape)], { N: attr.i(3) });
  },
  BiasAdd: (r) => {
    const shape = r.shape(2, 4);
    return call([x(shape), x(shape.slice(-1))]);
  },
  Select: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape, [0, 1], 'bool'), x(shape), x(shape)]);
  },
  SelectV2: (r) => {
    const [one, other] = pair(r);
    return call([x(one, [0, 1], 'bool'), x(other), x(one)]);
  },
};

const reduction =
  (range = [-2, 2], dtype) =>
  (r) => {
    const shape = r.shape(1, 4);
    const axes = shape.map((_, axis) => axis).filter(() => r.chance());
    const chosen = axes.length === 0 ? [shape.length - 1] : axes;
    return call([x(shape, range, dtype), ints(...chosen)], { keep_dims: attr.b(r.chance()) });
  };

const cumulative = (r) => {
  const shape = r.shape(1, 3);
  return call([x(shape), int(r.whole(0, shape.length - 1))], {
    exclusive: attr.b(r.chance()),
    reverse: attr.b(r.chance()),
  });
};

const extreme = (r) => {
  const shape = r.shape(1, 4);
  return call([x(shape), int(r.whole(0, shape.length - 1))]);
};

const reductions = {
  All: reduction([0, 1], 'bool'),
  Any: reduction([0, 1], 'bool'),
  ArgMax: extreme,
  ArgMin: extreme,
  Cumprod: cumulative,
  Cumsum: cumulative,
  // TensorFlow.js leaves binary_output out of a vector.
  DenseBincount: (r) =>
    call([x([2, 7], [0, 5], 'int32'), int(6), { shape: [0], data: [], dtype: 'float32' }], {
      binary_output: attr.b(r.chance()),
    }),
  EuclideanNorm: () => call([x([3, 4]), ints(1)], { keep_dims: attr.b(true) }),
  Max: reduction(),
  Mean: reduction(),
  Min: reduction(),
  Prod: reduction(),
  Sum: either((dtype, r) => reduction([-4, 4], dtype)(r)),
};

/** A square window and how it slides. */
function windowOf(r, rank) {
  const same = (value) => attr.ints(1, ...new Array(rank).fill(value), 1);
  const stride = r.whole(1, 2);
  return {
    // TensorFlow.js pads volumes by less than nothing where a window is shorter than its step.
    kernel: r.whole(rank === 3 ? stride : 1, 3),
    stride,
    same,
    attributes: {
      strides: same(stride),
      padding: attr.s(r.pick(['SAME', 'VALID'])),
      data_format: attr.s(rank === 3 ? 'NDHWC' : 'NHWC'),
    },
  };
}

const convolution =
  (rank, more = () => ({})) =>
  (r) => {
    const { kernel, stride, same, attributes } = windowOf(r, rank);
    const [channels, filters] = [r.whole(1, 4), r.whole(1, 4)];
    const dilation = stride === 1 && rank === 2 ? r.whole(1, 2) : 1;
    const lengths = new Array(rank).fill(0).map(() => r.whole(5, 8));
    const { inputs = [], ...others } = more(r, filters);
    return call(
      [
        x([2, ...lengths, channels]),
        x([...new Array(rank).fill(kernel), channels, filters]),
        ...inputs,
      ],
      { ...attributes, dilations: same(dilation), ...others },
    );
  };

const fused = (r, filters) => {
  const activation = r.pick([undefined, 'Relu', 'Relu6', 'Elu', 'Prelu', 'LeakyRelu']);
  const names = ['BiasAdd', ...(activation === undefined ? [] : [activation])];
  return {
    inputs: [x([filters]), ...(activation === 'Prelu' ? [x([filters], [0, 1])] : [])],
    fused_ops: attr.texts(...names),
    num_args: attr.i(activation === 'Prelu' ? 2 : 1),
    leakyrelu_alpha: attr.f(0.25),
  };
};

const depthwise =
  (more = () => ({})) =>
  (r) => {
    const { kernel, stride, same, attributes } = windowOf(r, 2);
    const [channels, multiplier] = [r.whole(1, 4), r.whole(1, 2)];
    const { inputs = [], ...others } = more(r, channels * multiplier);
    const dilation = stride === 1 ? r.whole(1, 2) : 1;
    return call(
      [
        x([2, r.whole(5, 8), r.whole(5, 8), channels]),
        x([kernel, kernel, channels, multiplier]),
        ...inputs,
      ],
      { ...attributes, dilations: same(dilation), ...others },
    );
  };

const pool = (rank) => (r) => {
  const { kernel, same, attributes } = windowOf(r, rank);
  const lengths = new Array(rank).fill(0).map(() => r.whole(4, 7));
  return call([x([2, ...lengths, r.whole(1, 4)])], { ...attributes, ksize: same(kernel) });
};

const windows = {
  AvgPool: pool(2),
  AvgPool3D: pool(3),
  Conv2D: convolution(2),
  Conv2DBackpropInput: (r) => {
    const [kernel, stride, rows, columns] = [
      r.whole(1, 3),
      r.whole(1, 2),
      r.whole(2, 4),
      r.whole(2, 4),
    ];
    const [channels, filters] = [r.whole(1, 3), r.whole(1, 3)];
    return call(
      [
        ints(2, rows * stride, columns * stride, filters),
        x([kernel, kernel, filters, channels]),
        x([2, rows, columns, channels]),
      ],
      {
        strides: attr.ints(1, stride, stride, 1),
        padding: attr.s('SAME'),
        data_format: attr.s('NHWC'),
      },
    );
  },
  Conv3D: convolution(3),
  DepthwiseConv2dNative: depthwise(),
  FusedDepthwiseConv2dNative: depthwise(fused),
  MaxPool: pool(2),
  MaxPool3D: pool(3),
  _FusedConv2D: convolution(2, fused),
};

const product = (left, right) => (r) => {
  const [rows, inner, columns] = [r.whole(1, 5), r.whole(1, 5), r.whole(1, 5)];
  const [isLeft, isRight] = [r.chance(), r.chance()];
  const batch = left === 'adj_x' ? r.shape(1, 2) : [];
  return call(
    [
      x([...batch, ...(isLeft ? [inner, rows] : [rows, inner])]),
      x([...batch, ...(isRight ? [columns, inner] : [inner, columns])]),
    ],
    { [left]: attr.b(isLeft), [right]: attr.b(isRight) },
  );
};

const matrices = {
  BatchMatMul: product('adj_x', 'adj_y'),
  BatchMatMulV2: product('adj_x', 'adj_y'),
  Einsum: (r) => {
    const [a, b, c] = [r.whole(1, 4), r.whole(1, 4), r.whole(1, 4)];
    return call([x([2, a, b]), x([2, b, c])], { equation: attr.s('nab,nbc->nac'), N: attr.i(2) });
  },
  MatMul: product('transpose_a', 'transpose_b'),
  // TensorFlow.js takes the first of both numbers for either.
  MatrixBandPart: (r) => {
    const width = r.whole(-1, 2);
    return call([x([2, r.whole(1, 5), r.whole(1, 5)]), int(width), int(width)]);
  },
  Transpose: (r) => {
    const shape = r.shape(2, 4);
    return call([x(shape), ints(...r.shuffled(shape.map((_, i) => i)))]);
  },
  _FusedMatMul: (r) => {
    const [rows, inner, columns] = [r.whole(1, 5), r.whole(1, 5), r.whole(1, 5)];
    const { inputs, ...others } = fused(r, columns);
    return call([x([rows, inner]), x([inner, columns]), ...inputs], {
      transpose_a: attr.b(false),
      transpose_b: attr.b(false),
      ...others,
    });
  },
};

const statistics = (r) => {
  const shape = r.shape(4, 4);
  const of = (range) => x(shape.slice(-1), range);
  return call([x(shape), of(), of(), of(), of([0.5, 2])], {
    epsilon: attr.f(0.001),
    is_training: attr.b(false),
    data_format: attr.s('NHWC'),
  });
};

const normalizations = {
  FusedBatchNorm: statistics,
  FusedBatchNormV2: statistics,
  FusedBatchNormV3: statistics,
  LRN: (r) =>
    call([x([1, 2, 3, r.whole(1, 7)])], {
      depth_radius: attr.i(r.whole(1, 3)),
      bias: attr.f(1),
      alpha: attr.f(0.5),
      beta: attr.f(0.75),
    }),
  LogSoftmax: unary([-3, 3]),
  Softmax: unary([-3, 3]),
};

const widths = (r, shape, most = 2) =>
  matrix(shape.map(() => [r.whole(0, most), r.whole(0, most)]));

const shapes = {
  BatchToSpaceND: (r) =>
    call([
      x([4 * r.whole(1, 2), 3, 2, 2]),
      ints(2, 2),
      matrix([
        [0, 1],
        [1, 0],
      ]),
    ]),
  BroadcastTo: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape.map((length) => (r.chance() ? 1 : length))), ints(...shape)]);
  },
  BroadcastArgs: () => call([ints(2, 1, 3), ints(4, 3)]),
  DepthToSpace: (r) =>
    call([x([2, 2, 3, 4 * r.whole(1, 2)])], { block_size: attr.i(2), data_format: attr.s('NHWC') }),
  ExpandDims: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), int(r.whole(-shape.length - 1, shape.length))]);
  },
  Identity: unary(),
  MirrorPad: (r) => {
    const shape = r.shape(2, 3).map((length) => length + 2);
    return call([x(shape), widths(r, shape)], { mode: attr.s(r.pick(['REFLECT', 'SYMMETRIC'])) });
  },
  Pad: (r) => {
    const shape = r.shape(1, 4);
    return call([x(shape), widths(r, shape)]);
  },
  PadV2: (r) => {
    const shape = r.shape(1, 4);
    return call([x(shape), widths(r, shape), float(0.5)]);
  },
  PlaceholderWithDefault: unary(),
  Rank: unary(),
  Reshape: (r) => call([x([2, 3, r.whole(1, 4)]), ints(3, -1)]),
  Shape: unary(),
  Size: unary(),
  Snapshot: unary(),
  SpaceToBatchND: (r) =>
    call([
      x([r.whole(1, 2), 3, 4, 2]),
      ints(2, 2),
      matrix([
        [0, 1],
        [1, 1],
      ]),
    ]),
  Squeeze: (r) =>
    call([x([1, r.whole(2, 4), 1])], r.chance() ? { squeeze_dims: attr.ints(0) } : {}),
  StopGradient: unary(),
};

const joined = (isFirst) => (r) => {
  const shape = r.shape(1, 3);
  const axis = r.whole(0, shape.length - 1);
  const parts = [x(shape), x(shape.with(axis, r.whole(1, 4)))];
  return call(isFirst ? [int(axis), ...parts] : [...parts, int(axis)], { N: attr.i(2) });
};

const gather = (r) => {
  const shape = r.shape(1, 3);
  const axis = r.whole(0, shape.length - 1);
  return call([x(shape), x(r.shape(1, 2), [0, shape[axis] - 1], 'int32'), int(axis)], {
    batch_dims: attr.i(0),
  });
};

const slices = {
  ConcatV2: joined(false),
  Concat: joined(true),
  Gather: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), x(r.shape(1, 2), [0, shape[0] - 1], 'int32')]);
  },
  GatherNd: () => call([x([3, 4, 2]), x([5, 2], [0, 2], 'int32')]),
  GatherV2: gather,
  Pack: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), x(shape)], { axis: attr.i(r.whole(0, shape.length)), N: attr.i(2) });
  },
  Reverse: () => call([x([3, 4]), { shape: [2], data: [1, 0], dtype: 'bool' }]),
  ReverseV2: (r) => call([x([3, 4, 2]), ints(r.whole(0, 2))]),
  ScatterNd: () => call([matrix([[1], [3], [1]]), x([3, 2]), ints(5, 2)]),
  Slice: (r) => {
    const shape = r.shape(1, 4);
    const begin = shape.map((length) => r.whole(0, length - 1));
    const size = shape.map((length, i) => (r.chance() ? -1 : r.whole(1, length - begin[i])));
    return call([x(shape), ints(...begin), ints(...size)]);
  },
  SparseToDense: () =>
    call([
      matrix([
        [0, 1],
        [2, 3],
      ]),
      ints(3, 4),
      x([2]),
      float(0),
    ]),
  Split: (r) => call([int(1), x([2, 2 * r.whole(1, 3)])], { num_split: attr.i(2) }, 2),
  SplitV: () => call([x([5, 2]), ints(2, 3), int(0)], { num_split: attr.i(2) }, 2),
  StridedSlice: (r) => {
    const shape = r.shape(2, 4);
    const begin = shape.map((length) => r.whole(-length, length - 1));
    const strides = shape.map(() => r.pick([1, 1, 2, -1]));
    const end = shape.map((length) => r.whole(-length, length));
    const bits = () => r.whole(0, 2 ** shape.length - 1);
    const shrink = strides[0] === 1 && begin[0] >= 0 && r.chance() ? 1 : 0;
    return call([x(shape), ints(...begin), ints(...end), ints(...strides)], {
      begin_mask: attr.i(bits() & ~shrink),
      end_mask: attr.i(bits()),
      shrink_axis_mask: attr.i(shrink),
      ellipsis_mask: attr.i(0),
      new_axis_mask: attr.i(0),
    });
  },
  TensorScatterUpdate: () => call([x([4, 2]), matrix([[1], [3]]), x([2, 2])]),
  Tile: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), ints(...shape.map(() => r.whole(1, 3)))]);
  },
  Unpack: (r) => call([x([2, 3, 4])], { axis: attr.i(r.whole(1, 1)), num: attr.i(3) }, 3),
};

const creation = {
  Fill: (r) => call([ints(...r.shape(1, 3)), float(0.5)]),
  LinSpace: (r) => call([float(-1), float(2), int(r.whole(1, 6))]),
  OneHot: () =>
    call([x([2, 3], [0, 3], 'int32'), int(4), float(2), float(-1)], { axis: attr.i(-1) }),
  OnesLike: unary(),
  Range: (r) =>
    call([int(r.whole(0, 3)), int(r.whole(5, 9)), int(r.whole(1, 3))], {
      Tidx: attr.type('DT_INT32'),
    }),
  ZerosLike: unary(),
};

const searching = {
  LowerBound: () =>
    call([{ shape: [1, 5], data: [1, 2, 2, 5, 7], dtype: 'float32' }, x([1, 4], [0, 8])]),
  UpperBound: () =>
    call([{ shape: [1, 5], data: [1, 2, 2, 5, 7], dtype: 'float32' }, x([1, 4], [0, 8])]),
  TopKV2: (r) => call([x([3, 6]), int(r.whole(1, 6))], { sorted: attr.b(true) }, 2),
  ...Object.fromEntries(
    [3, 4, 5].map((version) => [
      `NonMaxSuppressionV${version}`,
      (r) =>
        call(
          [
            x([8, 4], [0, 1]),
            x([8], [0, 1]),
            int(5),
            float(r.pick([0.2, 0.5])),
            float(0.1),
            ...(version === 5 ? [float(r.pick([0, 0.5]))] : []),
          ],
          version === 4 ? { pad_to_max_output_size: attr.b(false) } : {},
          version === 3 ? 1 : 2,
        ),
    ]),
  ),
  Unique: () => call([x([9], [0, 4], 'int32')], {}, 2),
  Where: () => call([x([3, 4], [0, 1], 'bool')]),
  ListDiff: () => call([ints(1, 2, 3, 4, 5, 2), ints(2, 4)], {}, 2),
};

const resize = (r) => {
  const isHalf = r.chance();
  return call([x([2, r.whole(2, 5), r.whole(2, 5), 2]), ints(r.whole(1, 8), r.whole(1, 8))], {
    align_corners: attr.b(!isHalf && r.chance()),
    half_pixel_centers: attr.b(isHalf),
  });
};

const images = {
  CropAndResize: (r) =>
    call(
      [
        x([2, 5, 6, 2]),
        x([3, 4], [0, 1]),
        x([3], [0, 1], 'int32'),
        ints(r.whole(1, 4), r.whole(2, 4)),
      ],
      {
        method: attr.s(r.pick(['bilinear', 'nearest'])),
        extrapolation_value: attr.f(0.5),
      },
    ),
  ResizeBilinear: resize,
  ResizeNearestNeighbor: resize,
};

/** All calls, by the names of the operators. */
export const operators = {
  ...creation,
  ...elementwise,
  ...images,
  ...matrices,
  ...normalizations,
  ...reductions,
  ...searching,
  ...shapes,
  ...slices,
  ...windows,
};
