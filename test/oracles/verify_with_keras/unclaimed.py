"""Which of Keras's unit tests are run, and which are left out, with the reasons."""

import fnmatch
import re

# Folders of keras/src.
TESTS = ["ops", "losses", "metrics", "optimizers", "activations", "initializers", "regularizers", "constraints"]

# So many tests have to pass: fewer say that calls no longer reach lanegrad, or that tests are no longer found.
FLOOR = 2950

# Dtypes that lanegrad lacks. A test of one is left out by its name; a call with one ends its test as skipped.
DTYPES = ("bfloat16", "complex64", "complex128", "float16", "float64", "int8", "int16", "int64", "uint16", "uint32", "uint64")

# Operations that Keras answers itself: they make arrays for the test, tell about them, or call functions of the test.
HELPERS = {
    *("Array", "ConvertToTensor", "EmptyLike", "Ndim", "Shape", "Size", "StopGradient"),
    *("AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap", "WhileLoop"),
}

# Classes that others are made of.
BASES = ("Constraint", "Initializer", "Loss", "Metric", "MeanMetricWrapper", "RandomInitializer", "Regularizer")

# By reasons the file, the class, and the names behind `test_`; what is no letter or digit in them is an underscore here.
LEFT_OUT = {
    "it needs PyTorch": [("ops/nn", "NNOpsDtypeTest", "*_shrink_* threshold_*")],
    "it trains a model by Keras's fit, which the backend of NumPy lacks": [
        ("ops/core", "*", "stop_gradient"),
        ("metrics/*", "*", "handles_sas_metrics end_to_end compilation"),
        ("optimizers/*", "*", "ema ema_with_model_fit model_fit multi_optimizer_with_model_fit with_model"),
        ("optimizers/*", "*", "swap_ema_weights_with_multi_optimizer"),
        ("optimizers/schedules/learning_rate_schedule", "*", "fit_lr_correctness"),
    ],
    "another dtype, asked for by an argument": [
        ("losses/losses", "*", "dtype_arg"),
        ("metrics/confusion_metrics", "AUCTest", "config"),
        ("ops/numpy", "NumpyTwoInputOpsDynamicShapeTest", "searchsorted"),
    ],
    "graphs, classes, texts of messages, variables and sparse tensors of Keras's own": [
        ("ops/function", "*", "define_and_call dict_io invalid_inputs_error"),
        ("ops/operation_utils", "*", "get_source_inputs"),
        ("ops/numpy", "*", "*_sparse"),
        ("metrics/confusion_metrics", "*", "unweighted_class_id_multiclass unweighted_top_k_and_threshold reset_state"),
        ("metrics/iou_metrics", "*", "big_chunk user_warning_float_weight"),
        ("optimizers/optimizer", "*", "callable_learning_rate overwrite_with_gradient"),
        ("regularizers/regularizers", "*", "orthogonal_regularizer_input_rank_validation"),
    ],
    "Keras 3.16 computes otherwise than 3.15, and lanegrad as 3.16": [
        ("losses/losses", "TverskyTest", "*custom_coefficients*"),
        ("ops/image", "ImageOpsCorrectnessTest", "gaussian_blur gaussian_blur_even_kernel_size"),
        ("metrics/regression_metrics", "R2ScoreTest", "r2_tfa_comparison*"),
    ],
    "Keras's own config leaves the argument out": [
        ("initializers/constant_initializers", "*", "identity_initializer"),
    ],
    "there are no complex numbers": [
        ("ops/linalg", "*", "eig"),
        ("ops/math", "*", "view_as_*"),
        ("ops/nn", "*", "polar*"),
    ],
    "gradients go backward alone": [("ops/linalg", "*", "jvp*")],
    "JavaScript does not tell 1 from 1.0": [
        ("ops/numpy", "NumpyDtypeTest", "*_python_types_*"),
        ("ops/numpy", "NumpyDtypeTest", "arange5 arange6 arange7"),
        ("ops/numpy", "NumpyArrayCreateOpsCorrectnessTest", "arange eye_raises_error_with_floats"),
    ],
    "arithmetic of bool and uint8 is done in int32 (docs/tensors.md)": [
        ("ops/numpy", "NumpyDtypeTest", "absolute_bool absolute_uint8 *_uint8_bool bitwise_*_uint8* diff_bool trunc_bool"),
        ("ops/numpy", "NumpyDtypeTest", "clip_uint8 cumprod_uint8 cumsum_uint8 diff_uint8 nancumprod_uint8 nancumsum_uint8"),
        ("ops/numpy", "NumpyDtypeTest", "nanprod_uint8 nansum_uint8 prod_uint8 ptp_uint8 round_uint8 sign_uint8 square_uint8"),
        ("ops/numpy", "NumpyDtypeTest", "sum_uint8 trace_uint8 trunc_uint8 unravel_index_uint8 vander_uint8"),
    ],
    "floor and ceil keep whole numbers, as NumPy's (docs/architecture.md)": [
        ("ops/numpy", "NumpyDtypeTest", "floor_bool floor_int32 floor_uint8 ceil_bool ceil_int32 ceil_uint8"),
    ],
    "products of matrices, and counts with weights, are float32": [
        ("ops/numpy", "NumpyDtypeTest", "dot_int32_bool einsum_int32_bool inner_int32_bool matmul_int32_bool vdot_int32_bool"),
        ("ops/numpy", "NumpyDtypeTest", "dot_uint8_int32 einsum_uint8_int32 inner_uint8_int32 matmul_uint8_int32"),
        ("ops/numpy", "NumpyDtypeTest", "vdot_uint8_int32 tensordot_int32_bool tensordot_uint8_int32"),
        ("ops/numpy", "NumpyDtypeTest", "correlate_int32_bool correlate_uint8_int32 bincount_int32 bincount_uint8"),
    ],
    "a bool is not a number": [
        ("ops/numpy", "NumpyDtypeTest", "bartlett_bool blackman_bool hamming_bool hanning_bool kaiser_bool"),
    ],
    "arguments that lanegrad lacks": [
        ("ops/nn", "*", "multi_hot multi_hot_dense multi_hot_*_false one_hot one_hot_dense one_hot_*_false conv_2d_group_2*"),
        ("ops/nn", "*", "batched_and_unbatched_inputs_multi_hot layer_normalization_rms_scaling_warning"),
        ("ops/numpy", "*CorrectnessTest", "max min round linspace full pad_*_reflect_* pad_*_symmetric_*"),
        ("ops/numpy", "NumpyDtypeTest", "pad_bool pad_float32 pad_int32 pad_none pad_uint8"),
        ("ops/numpy", "NumpyDtypeTest", "max_bool max_float32 max_int32 max_none max_uint8"),
        ("ops/numpy", "NumpyDtypeTest", "min_bool min_float32 min_int32 min_none min_uint8"),
    ],
    "a shape, a width or an axis is a list of numbers: no tensor, and no number in its place": [
        ("ops/image", "ImageOpsStaticShapeTest", "gaussian_blur"),
        ("ops/nn", "NNOpsDtypeTest", "glu_float32 squareplus_float32"),
        ("ops/numpy", "*ShapeTest", "pad nancumprod nancumsum"),
        ("ops/numpy", "NumpyOneInputOpsCorrectnessTest", "reshape reshape_symbolic_tensor_shape"),
    ],
    "whole numbers are asked for, where Keras computes shapes of anything": [
        ("ops/numpy", "*ShapeTest", "bitwise_* gcd lcm ldexp"),
    ],
    "shapes that Keras lets pass, and lanegrad refuses": [
        ("ops/image", "ImageOpsDynamicShapeTest", "scale_and_translate"),
        ("ops/nn", "*ShapeTest", "ctc_loss dot_product_attention layer_normalization psnr"),
        ("ops/numpy", "*ShapeTest", "argpartition einsum meshgrid tensordot"),
    ],
    "shapes that only elements or known lengths refuse here": [
        ("ops/image", "*", "crop_images_unknown_shape"),
        ("ops/linalg", "LinalgOpsDynamicShapeTest", "cholesky cholesky_inverse det inv solve solve_triangular"),
        ("ops/linalg", "LinalgOpsCorrectnessTest", "cholesky"),
        ("ops/math", "*", "stft_invalid_input_type"),
        ("ops/numpy", "*", "histogram_high_dimensional_input"),
        ("ops/numpy", "NumpyOneInputOpsDynamicShapeTest", "squeeze"),
    ],
    "lengths of shapes that lanegrad knows and Keras does not, or the other way round": [
        ("ops/core", "*", "slice_negative_one_shape_tensor_indices"),
        ("ops/numpy", "NumpyOneInputOpsDynamicShapeTest", "array_split corrcoef diag hsplit repeat vsplit"),
        ("ops/numpy", "NumpyOneInputOpsCorrectnessTest", "slogdet unique"),
    ],
    "where takes a condition and two operands": [("ops/numpy", "*", "where")],
    "a tensor of TensorFlow's is given to Keras on NumPy": [("ops/image", "*", "map_coordinates_constant_padding")],
    "without a window istft gives back the signal (docs/migrating.md)": [("ops/math", "*", "istft6")],
}

OTHER_DTYPES = re.compile(r"float8|(?<![a-z])(?:%s)(?![0-9])" % "|".join(DTYPES))


def reason(test):
    """Why a test is left out; None if it runs."""
    file, group, name = test.split("::")
    if OTHER_DTYPES.search(name):
        return "a dtype that lanegrad lacks"
    file = file.partition("keras/src/")[2].removesuffix("_test.py")
    name = re.sub(r"[\W_]+", "_", name.removeprefix("test_")).strip("_")
    for why, rows in LEFT_OUT.items():
        for files, groups, names in rows:
            if fnmatch.fnmatch(file, files) and fnmatch.fnmatch(group, groups):
                if any(fnmatch.fnmatch(name, pattern) for pattern in names.split()):
                    return why
    return None
