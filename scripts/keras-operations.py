"""Writes test/fixtures/keras-operations.json: the nodes that Keras writes for operations, and what they compute.

    $python scripts/keras-operations.py

The docstring of verify-with-keras.py says which Python that is.

A case is the call of an operation of lanegrad and the same call in Keras. `X(i)` stands for the i-th input.
"""

import json
import math
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import activations, ops  # noqa: E402
from keras.src.activations.activations import Mish  # noqa: E402

BATCH = 2
CASES = []


class X:
    """The place of an input among the arguments."""

    def __init__(self, index=0):
        self.index = index


class Sample(str):
    """
    An input without its batch axis: '4,3' is float32 of shape (4, 3), '3 bool' another dtype, ' int32' one number. '=4,3' is
    the whole shape.
    """

    @property
    def shape(self):
        """With None for the batch axis."""
        lengths = [int(n) for n in self.strip("=").split(" ")[0].split(",") if n]
        return lengths if self.startswith("=") else [None, *lengths]

    @property
    def full(self):
        return [BATCH if n is None else n for n in self.shape]

    @property
    def dtype(self):
        return self.split(" ")[1] if " " in self else "float32"


def case(operation, args, call, *inputs):
    CASES.append((operation, args, call, [Sample(i) for i in inputs or ("4,3",)]))


def plain(value, inputs):
    if isinstance(value, X):
        return {"input": value.index}
    if isinstance(value, keras.KerasTensor):
        return {"input": next(i for i, x in enumerate(inputs) if x is value)}
    if isinstance(value, dict):
        return {key: plain(item, inputs) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, inputs) for item in value]
    return value


def serialized(value, inputs):
    """Arguments as the config of a model holds them, inputs in short."""
    symbolic = keras.tree.map_structure(lambda x: plain(x, inputs) if isinstance(x, keras.KerasTensor) else x, value)
    return keras.saving.serialize_keras_object(symbolic)


def data(spec, seed):
    count = math.prod(spec.full)
    steps = (np.arange(count) * 7 + 3 * seed) % 11
    if spec.dtype == "bool":
        return (steps % 2 == 0).reshape(spec.full)
    if spec.dtype == "int32":
        return (steps % 3).astype("int32").reshape(spec.full)
    return ((steps + 1) / 8).astype("float32").reshape(spec.full)


def numbers(x):
    # NaN and infinities are no JSON.
    return [round(float(v), 6) if math.isfinite(v) else str(float(v)) for v in np.asarray(x).astype("float64").ravel()]


def run(operation, args, call, specs):
    inputs = [keras.Input(batch_shape=spec.shape, dtype=spec.dtype) for spec in specs]
    out = call(*inputs)
    outputs = keras.tree.flatten(out)
    op = outputs[0]._keras_history.operation
    node = op._inbound_nodes[0]
    config = keras.saving.serialize_keras_object(op)
    given = [data(spec, i) for i, spec in enumerate(specs)]
    # The operation is called as a model that was loaded calls it.
    model = keras.Model(inputs, outputs)
    computed = keras.Model.from_config(model.get_config())(given)
    constructor = {key: value for key, value in config["config"].items() if key != "name"}
    return {
        "operation": operation,
        "args": plain(args, inputs),
        "inputs": [
            {"shape": spec.shape, "dtype": spec.dtype, "data": numbers(x)} for spec, x in zip(specs, given)
        ],
        "module": config["module"],
        "class_name": config["class_name"],
        "registered_name": config["registered_name"],
        "config": constructor,
        "call": {
            "args": serialized(node.arguments.args, inputs),
            "kwargs": serialized(node.arguments.kwargs, inputs),
        },
        "outputs": [
            {"shape": list(x.shape), "dtype": keras.backend.standardize_dtype(x.dtype), "data": numbers(y)}
            for x, y in zip(outputs, keras.tree.flatten(computed))
        ],
    }


x, y, z = X(0), X(1), X(2)

# Of one element.
for ours, theirs in {
    "abs": ops.abs,
    "ceil": ops.ceil,
    "clone": ops.copy,
    "cos": ops.cos,
    "erf": ops.erf,
    "exp": ops.exp,
    "expm1": ops.expm1,
    "floor": ops.floor,
    "hardSigmoid": ops.hard_sigmoid,
    "hardSilu": ops.hard_silu,
    "hardTanh": ops.hard_tanh,
    "isFinite": ops.isfinite,
    "isInf": ops.isinf,
    "isNaN": ops.isnan,
    "log": ops.log,
    "log1p": ops.log1p,
    "logSigmoid": ops.log_sigmoid,
    "mish": lambda x: Mish()(x),
    "neg": ops.negative,
    "onesLike": ops.ones_like,
    "reciprocal": ops.reciprocal,
    "relu": ops.relu,
    "relu6": ops.relu6,
    "round": ops.round,
    "rsqrt": ops.rsqrt,
    "selu": ops.selu,
    "sigmoid": ops.sigmoid,
    "sign": ops.sign,
    "silu": ops.silu,
    "sin": ops.sin,
    "softplus": ops.softplus,
    "softsign": ops.softsign,
    "sparsePlus": ops.sparse_plus,
    "sparseSigmoid": ops.sparse_sigmoid,
    "sqrt": ops.sqrt,
    "square": ops.square,
    "stopGradient": ops.stop_gradient,
    "tanh": ops.tanh,
    "tanhShrink": ops.tanh_shrink,
    "zerosLike": ops.zeros_like,
}.items():
    case(ours, [x], theirs)
case("logicalNot", [x], ops.logical_not, "3 bool")
case("zerosLike", [x, "bool"], lambda x: ops.zeros_like(x, dtype="bool"))
case("onesLike", [x, "int32"], lambda x: ops.ones_like(x, dtype="int32"))
case("relu", [x, {"negativeSlope": 0.5, "threshold": 0.75}], lambda x: activations.relu(x, 0.5, threshold=0.75))
case("relu", [x, {"maxValue": 1}], lambda x: activations.relu(x, max_value=1))
case("leakyRelu", [x, 0.25], lambda x: ops.leaky_relu(x, 0.25))
case("leakyRelu", [x], ops.leaky_relu)
case("elu", [x, 0.5], lambda x: ops.elu(x, 0.5))
case("celu", [x, 0.5], lambda x: ops.celu(x, 0.5))
case("gelu", [x], activations.gelu)
case("gelu", [x, True], ops.gelu)
case("squareplus", [x, 2], lambda x: ops.squareplus(x, 2))
case("threshold", [x, 0.5, 0.25], lambda x: ops.threshold(x, 0.5, 0.25))
case("softShrink", [x, 0.25], lambda x: ops.soft_shrink(x, 0.25))
case("hardShrink", [x], ops.hard_shrink)
case("clip", [x, 0.25, 0.75], lambda x: ops.clip(x, 0.25, 0.75))
case("cast", [x, "int32"], lambda x: ops.cast(x, "int32"))

# Of two.
for ours, theirs in {
    "add": ops.add,
    "div": ops.true_divide,
    "equal": ops.equal,
    "greater": ops.greater,
    "greaterEqual": ops.greater_equal,
    "less": ops.less,
    "lessEqual": ops.less_equal,
    "maximum": ops.maximum,
    "minimum": ops.minimum,
    "mod": ops.mod,
    "mul": ops.multiply,
    "notEqual": ops.not_equal,
    "pow": ops.power,
    "sub": ops.subtract,
}.items():
    case(ours, [x, y], theirs, "4,3", "1,3")
for ours, theirs in {"logicalAnd": ops.logical_and, "logicalOr": ops.logical_or, "logicalXor": ops.logical_xor}.items():
    case(ours, [x, y], theirs, "3 bool", "3 bool")
case("mul", [x, {"tensor": [1.0, 2.0, 3.0]}], lambda x: x * np.array([1, 2, 3], dtype="float32"))
case("mul", [x, 2], lambda x: x * 2)
case("mul", [0.5, x], lambda x: 0.5 * x)
case("add", [x, y], lambda x, y: x + y, "3", "3")
case("sub", [1, x], lambda x: 1 - x)
case("div", [x, 4], lambda x: x / 4)
case("pow", [x, 2], lambda x: x**2)
case("mod", [x, 0.5], lambda x: x % 0.5)
case("neg", [x], lambda x: -x)
case("greater", [x, 0.5], lambda x: x > 0.5)
case("where", [x, y, z], ops.where, "3 bool", "3", "3")
case("where", [x, y, 0], lambda x, y: ops.where(x, y, 0), "3 bool", "3")

# Products.
case("matmul", [x, y], ops.matmul, "4,3", "3,2")
case("matmul", [x, y], lambda x, y: x @ y, "4,3", "3,2")
case("dot", [x, y], ops.dot, "3", "3,2")
case("outer", [x, y], ops.outer, "2", "3")
case("tensordot", [x, y, [[0, 1], [0, 1]]], lambda x, y: ops.tensordot(x, y, [[0, 1], [0, 1]]), "4,3", "4,2")
columns = np.array([[1], [2], [3]], dtype="float32")
case("tensordot", [x, {"tensor": columns.tolist()}, 1], lambda x: ops.tensordot(x, columns, 1))
case("einsum", ["bij,bkj->bik", x, y], lambda x, y: ops.einsum("bij,bkj->bik", x, y), "4,3", "2,3")

heads = ("4,2,3", "5,2,3", "5,2,3")
case("dotProductAttention", [x, y, z], ops.dot_product_attention, *heads)
case(
    "dotProductAttention",
    [x, y, z, None, None, {"scale": 0.5, "isCausal": True}],
    lambda x, y, z: ops.dot_product_attention(x, y, z, scale=0.5, is_causal=True),
    *heads,
)
case(
    "dotProductAttention",
    [x, y, z, X(3), X(4)],
    lambda x, y, z, bias, mask: ops.dot_product_attention(x, y, z, bias=bias, mask=mask),
    *heads,
    "2,4,5",
    "1,4,5 bool",
)

# Along axes.
for ours, theirs in {
    "all": ops.all,
    "any": ops.any,
    "logsumexp": ops.logsumexp,
    "max": ops.max,
    "mean": ops.mean,
    "min": ops.min,
    "prod": ops.prod,
    "std": ops.std,
    "sum": ops.sum,
    "variance": ops.var,
    "argmax": ops.argmax,
    "argmin": ops.argmin,
}.items():
    case(ours, [x], theirs)
    case(ours, [x, 1], lambda x, f=theirs: f(x, 1))
    case(ours, [x, -1, True], lambda x, f=theirs: f(x, axis=-1, keepdims=True))
    if not ours.startswith("arg"):
        case(ours, [x, [1, 2]], lambda x, f=theirs: f(x, axis=(1, 2)))
for ours, theirs in {
    "softmax": ops.softmax,
    "logSoftmax": ops.log_softmax,
    "sparsemax": ops.sparsemax,
    "sort": ops.sort,
    "argsort": ops.argsort,
    "glu": ops.glu,
}.items():
    case(ours, [x], theirs, "3,4")
    case(ours, [x, 2 if ours == "glu" else 1], lambda x, f=theirs, n=ours: f(x, axis=2 if n == "glu" else 1), "3,4")
case("softmax", [x, [1, 2]], lambda x: ops.softmax(x, axis=[1, 2]))
case("sort", [x, None], lambda x: ops.sort(x, axis=None))
case("cumsum", [x, 1], lambda x: ops.cumsum(x, axis=1))
case("cumsum", [x], ops.cumsum)
case("topK", [x, 2], lambda x: ops.top_k(x, 2))

# Shapes.
case("reshape", [x, [-1, 6, 2]], lambda x: ops.reshape(x, (-1, 6, 2)))
case("flatten", [x], ops.ravel)
case("transpose", [x], ops.transpose)
case("transpose", [x, [0, 2, 1]], lambda x: ops.transpose(x, (0, 2, 1)))
case("moveAxis", [x, 1, -1], lambda x: ops.moveaxis(x, 1, -1))
case("moveAxis", [x, [0, 1], [2, 0]], lambda x: ops.moveaxis(x, (0, 1), (2, 0)), "=2,3,4")
case("expandDims", [x, 1], lambda x: ops.expand_dims(x, 1))
case("expandDims", [x, [1, -1]], lambda x: ops.expand_dims(x, (1, -1)))
case("squeeze", [x, -1], lambda x: ops.squeeze(x, -1), "4,1")
case("squeeze", [x, [1, 3]], lambda x: ops.squeeze(x, (1, 3)), "1,4,1")
case("squeeze", [x], ops.squeeze, "4,1")
case("broadcastTo", [x, [2, 4, 3]], lambda x: ops.broadcast_to(x, (2, 4, 3)), "1,3")
case("tile", [x, [1, 2, 1]], lambda x: ops.tile(x, (1, 2, 1)))
case("tile", [x, 2], lambda x: ops.tile(x, 2))
case("pad", [x, [[0, 0], [1, 2], [0, 1]]], lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1))))
case("pad", [x, [[0, 0], [1, 2], [0, 1]], 5], lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=5))
case("concat", [[x, y], -1], lambda x, y: ops.concatenate([x, y], axis=-1), "4,3", "4,2")
case("concat", [[x, y]], lambda x, y: ops.concatenate([x, y]), "3", "3")
case("stack", [[x, y], 1], lambda x, y: ops.stack([x, y], axis=1), "3", "3")
case("split", [x, 2, 1], lambda x: ops.split(x, 2, axis=1))
case("split", [x, [1, 3], 1], lambda x: ops.split(x, [1, 3], axis=1))
indices = np.array([2, 0], dtype="int32")
case("gather", [x, y], lambda x, y: ops.take(x, y, axis=0), "3", " int32")
case("gather", [x, [2, 0], 1], lambda x: ops.take(x, indices, axis=1))
case("gather", [x, [2, 0], None], lambda x: ops.take(x, indices))
case("oneHot", [x, 4], lambda x: ops.one_hot(x, 4), "3 int32")

# Parts.
case("slice", [x, ":", "1:"], lambda x: x[:, 1:])
case("slice", [x, ":", -1], lambda x: x[:, -1])
case("slice", [x, ":", "1:3", "::-1"], lambda x: x[:, 1:3, ::-1])
case("slice", [x, ":", None], lambda x: x[:, None])
case("slice", [x, "...", 0], lambda x: x[..., 0])
case("slice", [x, "...", None, "::2"], lambda x: x[..., None, ::2])
case("slice", [x, 0], lambda x: x[0])
case("slice", [x, "0:1"], lambda x: x[0:1,])
case("slice", [x, ":", [1, 3]], lambda x: x[:, 1:3])
case("slice", [x, ":", "0"], lambda x: x[:, 0])

# Windows.
case("maxPool1d", [x, {"poolSize": 2}], lambda x: ops.max_pool(x, 2, 2), "4,3")
case("maxPool2d", [x, {"poolSize": [2, 1], "strides": 1, "padding": "same"}], lambda x: ops.max_pool(x, (2, 1), 1, "same"), "4,3,2")
case("maxPool2d", [x, {"poolSize": [1, 2], "dataFormat": "channels_first"}], lambda x: ops.max_pool(x, (1, 2), (1, 2), data_format="channels_first"), "4,3,2")
case("averagePool1d", [x, {"poolSize": 3, "strides": 1}], lambda x: ops.average_pool(x, 3, 1), "4,3")
case("averagePool2d", [x], lambda x: ops.average_pool(x, 2, 2), "4,4,2")
case("maxPool3d", [x, {"poolSize": [2, 1, 2], "strides": 1, "padding": "same"}], lambda x: ops.max_pool(x, (2, 1, 2), 1, "same"), "2,4,3,2")
case("averagePool3d", [x], lambda x: ops.average_pool(x, 2, 2), "2,4,3,2")
case("adaptiveMaxPool", [x, 2], lambda x: ops.adaptive_max_pool(x, 2), "5,3")
case("adaptiveMaxPool", [x, [2, 3], {"dataFormat": "channels_first"}], lambda x: ops.adaptive_max_pool(x, (2, 3), "channels_first"), "2,4,5")
case("adaptiveAveragePool", [x, [2, 3]], lambda x: ops.adaptive_average_pool(x, (2, 3)), "4,2,2")
case("adaptiveAveragePool", [x, 2], lambda x: ops.adaptive_average_pool(x, 2), "4,3,3,2")
case("depthToSpace", [x, 2], lambda x: ops.depth_to_space(x, 2), "2,3,8")
case("depthToSpace", [x, 2, {"dataFormat": "channels_first"}], lambda x: ops.depth_to_space(x, 2, "channels_first"), "8,2,3")
case("spaceToDepth", [x, 2], lambda x: ops.space_to_depth(x, 2), "4,6,2")
case("spaceToDepth", [x, 3, {"dataFormat": "channels_first"}], lambda x: ops.space_to_depth(x, 3, "channels_first"), "2,6,3")
case("unfold", [x, 2], lambda x: ops.unfold(x, 2), "2,3,4")
patches = {"dilation": [2, 3], "padding": [1, 2], "stride": [2, 2]}
case("unfold", [x, [2, 3], patches], lambda x: ops.unfold(x, (2, 3), (2, 3), (1, 2), (2, 2)), "2,7,9")
case("fold", [x, [3, 4], 2], lambda x: ops.fold(x, (3, 4), 2), "8,6")
case("fold", [x, [7, 9], [2, 3], {"dilation": 1, "padding": [1, 2], "stride": 2}], lambda x: ops.fold(x, (7, 9), (2, 3), 1, (1, 2), 2), "6,24")
kernel1 = [[[1.0], [2.0]], [[3.0], [4.0]]]
kernel2 = [[[[1.0, 2.0]]], [[[3.0, 4.0]]]]
kernel3 = [[[[[1.0, 2.0]]], [[[3.0, 4.0]]]], [[[[5.0, 6.0]]], [[[7.0, 8.0]]]]]


def conv(x, kernel, *args):
    return ops.conv(x, np.array(kernel, dtype="float32"), *args)


def of_kernels(operation, x, *kernels, **options):
    return operation(x, *[np.array(kernel, dtype="float32") for kernel in kernels], **options)


case("conv1d", [x, {"tensor": kernel1}], lambda x: conv(x, kernel1), "4,2")
case("conv2d", [x, {"tensor": kernel2}, None, {"strides": [1, 2], "padding": "same"}], lambda x: conv(x, kernel2, (1, 2), "same"), "4,4,1")
case("conv3d", [x, {"tensor": kernel3}, None, {"strides": [1, 2, 1], "padding": "same"}], lambda x: conv(x, kernel3, (1, 2, 1), "same"), "2,4,3,1")
case("conv2d", [x, {"tensor": kernel2}, None, {"dilationRate": 2}], lambda x: conv(x, kernel2, 1, "valid", "channels_last", 2), "4,4,1")
case("conv2d", [x, {"tensor": kernel2}, None, {"dataFormat": "channels_first"}], lambda x: conv(x, kernel2, 1, "valid", "channels_first"), "1,4,4")
case("conv1dTranspose", [x, {"tensor": kernel1}], lambda x: of_kernels(ops.conv_transpose, x, kernel1), "4,1")
case("conv2dTranspose", [x, {"tensor": kernel2}, None, {"strides": 2, "padding": "same", "outputPadding": 1}], lambda x: of_kernels(ops.conv_transpose, x, kernel2, strides=2, padding="same", output_padding=1), "3,4,2")
case("conv3dTranspose", [x, {"tensor": kernel3}, None, {"strides": [1, 2, 1]}], lambda x: of_kernels(ops.conv_transpose, x, kernel3, strides=(1, 2, 1)), "2,2,3,2")
case("depthwiseConv1d", [x, {"tensor": kernel1}, None, {"strides": 2}], lambda x: of_kernels(ops.depthwise_conv, x, kernel1, strides=2), "5,2")
case("depthwiseConv2d", [x, {"tensor": kernel2}, None, {"padding": "same", "dilationRate": 2}], lambda x: of_kernels(ops.depthwise_conv, x, kernel2, padding="same", dilation_rate=2), "4,4,1")
case("separableConv1d", [x, {"tensor": kernel1}, {"tensor": [[[1.0], [2.0]]]}], lambda x: of_kernels(ops.separable_conv, x, kernel1, [[[1.0], [2.0]]]), "5,2")
case("separableConv2d", [x, {"tensor": kernel2}, {"tensor": [[[[1.0], [2.0]]]]}, None, {"strides": 2}], lambda x: of_kernels(ops.separable_conv, x, kernel2, [[[[1.0], [2.0]]]], strides=2), "4,4,1")

# Images.
images = ops.image
case("resize", [x, [3, 7]], lambda x: images.resize(x, (3, 7)), "4,5,2")
case(
    "resize",
    [x, [4, 4], {"interpolation": "bicubic", "antialias": True, "padToAspectRatio": True, "fillValue": 0.5, "dataFormat": "channels_first"}],
    lambda x: images.resize(x, (4, 4), "bicubic", True, pad_to_aspect_ratio=True, fill_value=0.5, data_format="channels_first"),
    "2,5,7",
)
turn = [1.1, 0.1, -0.5, -0.2, 0.9, 0.7, 0.0, 0.0]
case("affineTransform", [x, y], images.affine_transform, "4,5,2", "8")
case(
    "affineTransform",
    [x, {"tensor": [turn, turn]}, {"interpolation": "nearest", "fillMode": "reflect"}],
    lambda x: images.affine_transform(x, np.array([turn, turn], "float32"), "nearest", "reflect"),
    "=2,4,5,2",
)
corners = [[[0.0, 0.0], [4.0, 0.0], [0.0, 3.0], [4.0, 3.0]]] * 2
moved = [[[0.5, 0.25], [4.0, 0.5], [0.0, 3.5], [3.0, 3.0]]] * 2
case(
    "perspectiveTransform",
    [x, {"tensor": corners}, {"tensor": moved}, {"fillValue": 1}],
    lambda x: images.perspective_transform(x, np.array(corners, "float32"), np.array(moved, "float32"), fill_value=1),
    "=2,4,5,2",
)
case("mapCoordinates", [x, y, 1, {"fillMode": "mirror"}], lambda x, y: images.map_coordinates(x, y, 1, "mirror"), "=4,5", "=2,3")
case("elasticTransform", [x, {"alpha": 0}], lambda x: images.elastic_transform(x, alpha=0), "4,5,2")
case("cropImages", [x, {"topCropping": 1, "leftCropping": 2, "targetHeight": 2, "targetWidth": 2}], lambda x: images.crop_images(x, 1, 2, target_height=2, target_width=2), "4,5,2")
case("padImages", [x, {"topPadding": 1, "rightPadding": 2, "targetHeight": 6, "targetWidth": 8}], lambda x: images.pad_images(x, 1, right_padding=2, target_height=6, target_width=8), "4,5,2")
case("extractPatches", [x, 2], lambda x: images.extract_patches(x, 2), "4,5,2")
case("extractPatches", [x, [2, 3], {"strides": 1, "padding": "same"}], lambda x: images.extract_patches(x, (2, 3), 1, padding="same"), "4,5,2")
case("extractPatches3d", [x, 2], lambda x: images.extract_patches_3d(x, 2), "2,4,5,2")
case("reconstructPatches", [x, 2], lambda x: images.reconstruct_patches(x, 2), "2,3,8")
case("reconstructPatches", [x, [2, 2], {"outputSize": [3, 5], "padding": "same"}], lambda x: images.reconstruct_patches(x, (2, 2), (3, 5), padding="same"), "2,3,4")
case("gaussianBlur", [x], images.gaussian_blur, "4,5,2")
case("gaussianBlur", [x, {"kernelSize": [3, 5], "sigma": [0.5, 2]}], lambda x: images.gaussian_blur(x, (3, 5), (0.5, 2)), "4,5,2")
case("sobelEdges", [x], images.sobel_edges, "4,5,2")
case("psnr", [x, y, 2], lambda x, y: ops.psnr(x, y, 2), "4,3", "4,3")
case("ssim", [x, y, {"filterSize": 3, "maxVal": 2}], lambda x, y: images.ssim(x, y, 2, filter_size=3), "4,5,2", "4,5,2")
case("rgbToGrayscale", [x], images.rgb_to_grayscale, "4,5,3")
case("rgbToHsv", [x, {"dataFormat": "channels_first"}], lambda x: images.rgb_to_hsv(x, "channels_first"), "3,4,5")
case("hsvToRgb", [x], images.hsv_to_rgb, "4,5,3")
pair = {"tensor": [1.5, 0.5]}
case(
    "scaleAndTranslate",
    [x, [6, 3, 2], pair, pair, [0, 1], "cubic"],
    lambda x: images.scale_and_translate(x, (6, 3, 2), np.array([1.5, 0.5], "float32"), np.array([1.5, 0.5], "float32"), (0, 1), "cubic"),
    "=4,5,2",
)

# Normalization.
row = np.array([2.0, 1.0, 0.5], "float32")
case("batchNormalization", [x, y, z, -1], lambda x, y, z: ops.batch_normalization(x, y, z, -1), "4,3", "=3", "=3")
case(
    "batchNormalization",
    [x, y, z, 2, {"offset": X(3), "scale": {"tensor": [2.0, 1.0, 0.5]}, "epsilon": 0.5}],
    lambda x, y, z, offset: ops.batch_normalization(x, y, z, 2, offset, row, 0.5),
    "4,3", "=3", "=3", "=3",
)  # fmt: skip
case("layerNormalization", [x, {"epsilon": 0.25}], lambda x: ops.layer_normalization(x, epsilon=0.25))
case(
    "layerNormalization",
    [x, {"gamma": y, "beta": {"tensor": [2.0, 1.0, 0.5]}, "axis": [2], "epsilon": 0.25}],
    lambda x, y: ops.layer_normalization(x, y, row, [2], 0.25),
    "4,3", "=3",
)  # fmt: skip
case("rmsNormalization", [x, {"epsilon": 0.25}], lambda x: ops.rms_normalization(x, epsilon=0.25))
case("rmsNormalization", [x, {"scale": y, "axis": [1, 2], "epsilon": 0.5}], lambda x, y: ops.rms_normalization(x, y, [1, 2], 0.5), "4,3", "=4,3")

# NumPy's operations whose arguments a line does not declare.
values = np.array([2.0, 1.0, 0.5, 3.0], "float32")
case("cross", [x, y, {"axis": 1}], lambda x, y: ops.cross(x, y, axis=1), "3", "3")
case("rot90", [x, 1, [1, 2]], lambda x: ops.rot90(x, 1, (1, 2)))
case("repeat", [x, 2, 1], lambda x: ops.repeat(x, 2, axis=1))
case("select", [[x], [y], 7], lambda x, y: ops.select([x], [y], 7), "3 bool", "3")
case("meshgrid", [[x, y], "ij"], lambda x, y: ops.meshgrid(x, y, indexing="ij"), "=3", "=2")
case("isIn", [x, {"tensor": [2.0, 1.0, 0.5, 3.0]}, {"invert": True}], lambda x: ops.isin(x, values, invert=True))
case("isClose", [x, y, {"rtol": 0.1, "atol": 0.5, "equalNan": True}], lambda x, y: ops.isclose(x, y, 0.1, 0.5, True), "3", "3")
case("allClose", [x, y, {"rtol": 0.1}], lambda x, y: ops.allclose(x, y, rtol=0.1), "=3", "=3")
case("fullLike", [x, 7], lambda x: ops.full_like(x, 7))
case("fullLike", [x, {"tensor": [2.0, 1.0, 0.5]}], lambda x: ops.full_like(x, row))
case("average", [x, 1, {"tensor": [2.0, 1.0, 0.5, 3.0]}], lambda x: ops.average(x, 1, values))
case("average", [x, [1]], lambda x: ops.average(x, [1]))
case("diff", [x, 1, 1], lambda x: ops.diff(x, 1, 1), "4 bool")
case("diff", [x, 2, 1], lambda x: ops.diff(x, 2, 1), "4 bool")
for order in (1, -1):
    case("norm", [x, order, [2, 1]], lambda x, order=order: ops.norm(x, order, (2, 1)))
case("gammainc", [x, y], ops.gammainc, "4,3", "=3")
case("trapezoid", [x, None, 0.5, 1], lambda x: ops.trapezoid(x, dx=0.5, axis=1))
case("bincount", [x, None, 12], lambda x: ops.bincount(x, minlength=12), "=4 int32")
case("unique", [x, {"size": 4, "fillValue": 9}], lambda x: ops.unique(x, size=4, fill_value=9), "=4")
case("segmentSum", [x, y, 3], lambda x, y: ops.segment_sum(x, y, 3), "=4,3", "=4 int32")
case("segmentProd", [x, y, 3], lambda x, y: ops.segment_prod(x, y, 3), "=4,3", "=4 int32")
case("segmentMax", [x, y, 3], lambda x, y: ops.segment_max(x, y, 3), "=4,3", "=4 int32")
case("segmentMin", [x, y, 3], lambda x, y: ops.segment_min(x, y, 3), "=4,3", "=4 int32")
case("linspace", [x, y, 3, {"endpoint": False}], lambda x, y: ops.linspace(x, y, 3, endpoint=False), "3", "3")
case("logspace", [x, y, 3, {"base": 2}], lambda x, y: ops.logspace(x, y, 3, base=2), "=3", "=3")
case("geomspace", [x, y, 3], lambda x, y: ops.geomspace(x, y, 3), "=1", "=1")
case("rearrange", [x, "b h w -> b w h"], lambda x: ops.rearrange(x, "b h w -> b w h"), "=2,4,3")

case("argpartition", [x, 1], lambda x: ops.argpartition(x, 1))
case("copysign", [x, y], ops.copysign, "4,3", "=3")
case("copysign", [x, -0.5], lambda x: ops.copysign(x, -0.5))
case("cov", [x], ops.cov, "=3,4")
case("cov", [x], ops.cov, "=1,4")
case("cov", [x], ops.cov, "=5 int32")
case("floatPower", [x, 2], lambda x: ops.float_power(x, 2), "3 int32")
case("floatPower", [x, y], ops.float_power, "4,3", "=3 int32")
case("lgamma", [x], ops.lgamma)

# Spectra.
case("extractSequences", [x, 3, 2], lambda x: ops.extract_sequences(x, 3, 2), "9")
case("fft", [[x, y]], lambda x, y: ops.fft((x, y)), "6", "6")
case("fft2", [[x, y]], lambda x, y: ops.fft2((x, y)), "4,3", "4,3")
case("ifft2", [[x, y]], lambda x, y: ops.ifft2((x, y)), "4,3", "4,3")
case("rfft", [x], ops.rfft, "7")
case("rfft", [x, 8], lambda x: ops.rfft(x, 8), "7")
case("irfft", [[x, y]], lambda x, y: ops.irfft((x, y)), "5", "5")
case("irfft", [[x, y], 7], lambda x, y: ops.irfft((x, y), 7), "5", "5")
case("stft", [x, 4, 2, 6], lambda x: ops.stft(x, 4, 2, 6), "12")
case("stft", [x, 4, 2, 6, {"window": "hamming", "center": False}], lambda x: ops.stft(x, 4, 2, 6, "hamming", False), "12")
case("stft", [x, 4, 2, 4, {"window": [2.0, 1.0, 0.5, 3.0]}], lambda x: ops.stft(x, 4, 2, 4, [2.0, 1.0, 0.5, 3.0]), "12")
case("istft", [[x, y], 4, 2, 6], lambda x, y: ops.istft((x, y), 4, 2, 6), "5,4", "5,4")
case("istft", [[x, y], 4, 2, 6, {"length": 5, "window": "hamming", "center": True}], lambda x, y: ops.istft((x, y), 4, 2, 6, 5, "hamming"), "5,4", "5,4")

# Losses of logits.
case("sigmoidCrossEntropy", [x, y], lambda x, y: ops.binary_crossentropy(y, x, from_logits=True), "3", "3")
case("softmaxCrossEntropy", [x, y], lambda x, y: ops.categorical_crossentropy(y, x, from_logits=True), "3", "3")
case("sparseSoftmaxCrossEntropy", [x, y], lambda x, y: ops.sparse_categorical_crossentropy(y, x, from_logits=True), "3", " int32")

beams = {"strategy": "beam_search", "beamWidth": 3, "topPaths": 2, "mergeRepeated": False, "maskIndex": 1}
case("ctcDecode", [x, {"tensor": [4, 3]}, beams], lambda x: ops.ctc_decode(x, np.array([4, 3], "float32"), "beam_search", 3, 2, False, 1), "=2,5,3")

result = []
for item in CASES:
    try:
        result.append(run(*item))
    except Exception as error:
        raise RuntimeError(f"case {item[0]} {plain(item[1], [])}") from error
path = ROOT / "test/fixtures/keras-operations.json"
lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in result)
path.write_text(f"[\n{lines}\n]\n")
print(f"{len(result)} cases")
