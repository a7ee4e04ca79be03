// Calls of TensorFlow's operators with random arguments, by families. Each is a function of a source of random numbers that gives
// the inputs of a node, its attributes, and how many outputs are compared.

import { attr, call, float, int, ints, matrix, x } from './graph-calls.mjs';
import { either, elementwise, unary } from './graph-elementwise.mjs';
import { programs } from './graph-programs.mjs';
import { fused, windows } from './graph-windows.mjs';

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
  Bincount: () => call([x([9], [0, 5], 'int32'), int(6), x([9])]),
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
    // TensorFlow.js drops axes only where no step is longer than 1.
    const isWhole = strides.every((step) => step === 1);
    const shrink = isWhole && begin[0] >= 0 && r.chance() ? 1 : 0;
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
  Ones: (r) => call([ints(...r.shape(1, 3))], { dtype: attr.type('DT_FLOAT') }),
  OnesLike: unary(),
  Range: (r) =>
    call([int(r.whole(0, 3)), int(r.whole(5, 9)), int(r.whole(1, 3))], {
      Tidx: attr.type('DT_INT32'),
    }),
  Zeros: (r) => call([ints(...r.shape(1, 3))], { dtype: attr.type('DT_FLOAT') }),
  ZerosLike: unary(),
};

const searching = {
  LowerBound: () =>
    call([{ shape: [1, 5], data: [1, 2, 2, 5, 7], dtype: 'float32' }, x([1, 4], [0, 8])]),
  UpperBound: () =>
    call([{ shape: [1, 5], data: [1, 2, 2, 5, 7], dtype: 'float32' }, x([1, 4], [0, 8])]),
  TopKV2: (r) => call([x([3, 6]), int(r.whole(1, 6))], { sorted: attr.b(true) }, 2),
  ...Object.fromEntries(
    [2, 3, 4, 5].map((version) => [
      `NonMaxSuppressionV${version}`,
      (r) =>
        call(
          [
            x([8, 4], [0, 1]),
            x([8], [0, 1]),
            int(5),
            float(r.pick([0.2, 0.5])),
            ...(version === 2 ? [] : [float(0.1)]),
            ...(version === 5 ? [float(r.pick([0, 0.5]))] : []),
          ],
          version === 4 ? { pad_to_max_output_size: attr.b(false) } : {},
          version <= 3 ? 1 : 2,
        ),
    ]),
  ),
  UniqueV2: () => call([x([9], [0, 4], 'int32'), ints(0)], {}, 2),
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
  ...programs,
  ...reductions,
  ...searching,
  ...shapes,
  ...slices,
  ...windows,
};
