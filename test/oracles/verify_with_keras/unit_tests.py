"""Keras's own unit tests, with lanegrad in place of Keras's operations, losses, metrics, optimizers and the like.

The tests lie beside Keras's modules. They run as they are; where they call an operation, or an object of one of the classes
of FOLDERS, the arguments go to unit-tests.ts, which reads them as lanegrad reads files, and what comes back is what the test
sees. A test passes if it passes so, and if lanegrad has answered a call in it. `unclaimed.py` lists what is left out, and why.
"""

import base64
import collections
import contextlib
import functools
import inspect
import json
import pathlib
import re
import subprocess
import sys
import types
import unittest
import unittest.case

import numpy as np
import pytest

from . import unclaimed

ROOT = pathlib.Path(__file__).resolve().parents[3]
DTYPES = {"float64": "float32", "int64": "int32", "float32": "float32", "int32": "int32", "uint8": "uint8", "bool": "bool"}
MODULES = ("core", "einops", "image", "linalg", "math", "nn", "numpy")


class Refusal(ValueError, TypeError):
    """An error of lanegrad's: what Keras refuses with a message of its own, whatever the type of the error."""


class Missing(Exception):
    """Lanegrad has no such operation or class, or not with these arguments. No test expects it."""


class Process:
    """Lanegrad, in a process that answers one question after the other."""

    def __init__(self):
        command = ["node", "--import", "tsx", str(pathlib.Path(__file__).with_name("unit-tests.ts"))]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, question, **rest):
        line = json.dumps({"question": question, **encode(rest)}, allow_nan=False)
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            pytest.exit("lanegrad's process has ended", 1)
        answer = json.loads(line)
        if "error" not in answer:
            return decode(answer["result"])
        message = f"lanegrad: {answer['error']}: {answer['message']}"
        dtype = re.search(r"Unknown dtype '(\w+)'", answer["message"])
        if dtype and dtype[1] in unclaimed.DTYPES:
            raise unittest.SkipTest(f"lanegrad has no {dtype[1]}")
        missing = re.search(r"is not supported|^There is no operation here|there is no \w+$", answer["message"])
        expected = answer["error"] in ("ValueError", "ShapeError", "DTypeError")
        raise Refusal(message) if expected and not missing else Missing(message)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def encode(value):
    """What goes over the wire. 64 bits become 32, as lanegrad has no more; other dtypes that it lacks end the test."""
    if isinstance(value, (np.ndarray, np.generic)):
        dtype = DTYPES.get(str(value.dtype))
        if dtype is None:
            raise unittest.SkipTest(f"lanegrad has no {value.dtype}")
        with np.errstate(over="ignore"):
            array = np.ascontiguousarray(value).astype(dtype)
        if array.dtype.kind == "i" and not np.array_equal(array, value):
            raise unittest.SkipTest("lanegrad has no int64")
        return {"array": base64.b64encode(array.tobytes()).decode(), "dtype": dtype, "shape": list(value.shape)}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return {"number": {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")}
    return value


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return np.frombuffer(base64.b64decode(value["array"]), value["dtype"]).reshape(value["shape"]).copy()
    if "number" in value:
        return float(value["number"].replace("Infinity", "inf"))
    return {key: decode(item) for key, item in value.items()}


class Answers:
    """Puts lanegrad into Keras's modules."""

    def __init__(self):
        self.process = Process()
        self.calls = 0
        self._is_on = False
        # The objects of a test, with their numbers in lanegrad.
        self._objects = []

    @contextlib.contextmanager
    def switched(self, is_on):
        before, self._is_on = self._is_on, is_on
        try:
            yield
        finally:
            self._is_on = before

    def ask(self, *args, **rest):
        with self.switched(False):
            answer = self.process.ask(*args, **rest)
        self.calls += 1
        return answer

    def install(self):
        import keras
        from keras.src import backend, ops

        self._keras = keras
        self._operations()
        self._creation(ops)
        for kind, methods in METHODS.items():
            self._classes(kind, sys.modules[f"keras.{kind}"], methods)
        self._functions("losses", keras.losses)
        self._functions("metrics", keras.metrics)
        self._optimizers(keras.optimizers)

        # What is symbolic runs Keras's code on made-up numbers.
        compute = backend.compute_output_spec

        @functools.wraps(compute)
        def compute_output_spec(*args, **kwargs):
            with self.switched(False):
                return compute(*args, **kwargs)

        replace(compute, compute_output_spec)

    # Operations.

    def _operations(self):
        from keras.src.ops import operation

        modules = {f"keras.src.ops.{name}" for name in MODULES} | {"keras.src.activations.activations"}
        real = {name: getattr(operation.Operation, name) for name in ("__call__", "symbolic_call")}
        is_symbolic = operation.any_symbolic_tensors

        def any_symbolic_tensors(args=None, kwargs=None):
            # A function of Keras's makes its class where tensors are symbolic.
            return self._is_on or is_symbolic(args, kwargs)

        def symbolic_call(op, *args, **kwargs):
            if sys._getframe(1).f_globals["__name__"] not in modules:
                return real["symbolic_call"](op, *args, **kwargs)
            if is_symbolic(args, kwargs):
                if not self._is_on or type(op).__name__ in unclaimed.HELPERS:
                    return real["symbolic_call"](op, *args, **kwargs)
                return self._shape(op, args, kwargs)
            return self._operation(op, args, kwargs)

        def called(op, *args, **kwargs):
            if not self._is_on or type(op).__module__ not in modules:
                return real["__call__"](op, *args, **kwargs)
            if type(op).__name__ in unclaimed.HELPERS:
                return real["__call__"](op, *args, **kwargs)
            answer = self._shape if is_symbolic(args, kwargs) else self._operation
            return answer(op, args, kwargs)

        for name in modules:
            sys.modules[name].any_symbolic_tensors = any_symbolic_tensors
        operation.Operation.symbolic_call = symbolic_call
        operation.Operation.__call__ = called

    def _described(self, op, args, kwargs):
        """An operation as Keras's files have it; tensors stay."""
        save = self._keras.saving.serialize_keras_object
        try:
            config = save(op)["config"]
        except NotImplementedError:
            # An argument is an array, which Keras writes alone, but not in the config of an operation.
            parameters = list(inspect.signature(type(op).__init__).parameters)[1:]
            config = {key: save(getattr(op, key)) for key in parameters if hasattr(op, key)}
        config = {key: plain(value) for key, value in config.items() if key != "name"}
        if config.get("data_format", "") is None:
            config["data_format"] = self._keras.config.image_data_format()

        def saved(value):
            if isinstance(value, self._keras.Variable):
                return value.numpy()
            if isinstance(value, self._keras.KerasTensor):
                if value.dtype not in DTYPES:
                    raise unittest.SkipTest(f"lanegrad has no {value.dtype}")
                return {"shape": list(value.shape), "dtype": DTYPES[value.dtype]}
            if isinstance(value, (np.ndarray, np.generic)):
                return value
            if isinstance(value, (list, tuple)):
                return [saved(item) for item in value]
            return save(value)

        given = {key: saved(value) for key, value in kwargs.items()}
        return dict(
            module=type(op).__module__, className=type(op).__name__, config=config, args=saved(args), kwargs=given
        )

    def _operation(self, op, args, kwargs):
        if type(op).__name__ in unclaimed.HELPERS:
            return op.call(*args, **kwargs)
        with self.switched(False):
            described = self._described(op, args, kwargs)
        return self.ask("operation", **described)

    def _shape(self, op, args, kwargs):
        with self.switched(False):
            described = self._described(op, args, kwargs)
        return self._specs(self.ask("shape", **described))

    def _specs(self, value):
        if isinstance(value, list):
            return [self._specs(item) for item in value]
        return self._keras.KerasTensor(value["shape"], value["dtype"])

    def _creation(self, ops):
        for name, names in self.process.ask("creation").items():
            replace(getattr(ops, name), self._creating(name, names, getattr(ops, name)))

    def _creating(self, name, names, real):
        signature = inspect.signature(real)

        @functools.wraps(real)
        def create(*args, **kwargs):
            # Keras makes tensors of its own, too, for which lanegrad is not asked.
            if not self._is_on or not sys._getframe(1).f_globals["__name__"].endswith("_test"):
                with self.switched(False):
                    return real(*args, **kwargs)
            given = signature.bind(*args, **kwargs).arguments
            if any(np.ndim(value) > 0 for key, value in given.items() if key != "shape"):
                return real(*args, **kwargs)
            numbers = {key: value.item() if hasattr(value, "item") else value for key, value in given.items()}
            numbers = {key: value for key, value in numbers.items() if value is not None}
            if numbers.get("dtype", "bool") not in DTYPES:
                raise unittest.SkipTest(f"lanegrad has no {numbers['dtype']}")
            if set(numbers) - set(names):
                raise Missing(f"lanegrad: {name} has no {set(numbers) - set(names)}")
            return self.ask("create", name=name, args=[numbers.get(key) for key in names])

        return create

    # Classes.

    def _remote(self, kind, own):
        """The number of the object in lanegrad that stands for one of Keras's."""
        for number, known in enumerate(self._objects):
            if known is own:
                return number
        with self.switched(False):
            config = plain(self._keras.saving.serialize_keras_object(own))
        self.process.ask("make", id=len(self._objects), kind=kind, config=config)
        self._objects.append(own)
        return len(self._objects) - 1

    def begin(self):
        """Forgets what was before a test."""
        self.calls = 0
        self._objects = []
        self.process.ask("end")

    def _classes(self, kind, namespace, methods):
        known = {value for value in vars(namespace).values() if inspect.isclass(value)} - {
            getattr(namespace, name, None) for name in unclaimed.BASES
        }
        for name, own_name in methods.items():
            holders = {base for cls in known for base in cls.__mro__ if name in vars(base) and base is not object}
            for holder in holders:
                setattr(holder, name, self._method(kind, known, vars(holder)[name], own_name))

    def _method(self, kind, known, real, own_name):
        signature = inspect.signature(real)
        names = list(signature.parameters)[1:]

        @functools.wraps(real)
        def method(own, *args, **kwargs):
            if not self._is_on or type(own) not in known:
                return real(own, *args, **kwargs)
            given = signature.bind(own, *args, **kwargs).arguments
            unknown = set(given.get("kwargs", {})) | set(given) - set(names) - {next(iter(given))}
            if unknown:
                raise Missing(f"lanegrad: {own_name} has no {unknown}")
            values = [self._plain(given.get(key)) for key in names if key in given]
            if kind == "optimizers.schedules":
                values = [float(value) for value in values]
            return self.ask("call", id=self._remote(kind, own), method=own_name, args=values)

        return method

    def _plain(self, value):
        """A tensor with its mask."""
        if isinstance(value, self._keras.Variable):
            return value.numpy()
        mask = getattr(value, "_keras_mask", None)
        return value if mask is None else {**encode(value), "mask": mask}

    def _functions(self, namespace, module):
        for name, real in list(vars(module).items()):
            if inspect.isfunction(real) and "y_pred" in inspect.signature(real).parameters:
                replace(real, self._function(namespace, name, real))

    def _function(self, namespace, name, real):
        signature = inspect.signature(real)

        @functools.wraps(real)
        def function(*args, **kwargs):
            if not self._is_on:
                return real(*args, **kwargs)
            given = dict(signature.bind(*args, **kwargs).arguments)
            operands = [self._plain(given.pop("y_true")), self._plain(given.pop("y_pred"))]
            return self.ask("function", namespace=namespace, name=name, args=operands, options=given)

        return function

    # Optimizers.

    def _optimizers(self, namespace):
        from keras.src.optimizers import base_optimizer

        known = {value for value in vars(namespace).values() if inspect.isclass(value)} - {namespace.Optimizer}
        base = base_optimizer.BaseOptimizer
        real = base.apply

        @functools.wraps(real)
        def apply(own, grads, trainable_variables=None):
            if not self._is_on or type(own) not in known:
                return real(own, grads, trainable_variables)
            weights = list(own._trainable_variables if trainable_variables is None else trainable_variables)
            with self.switched(False):
                if not own.built:
                    own.build(weights)
                    own.built = True
                own._check_variables_are_known(weights)
                rate = own._learning_rate
                described = [
                    {"value": w.numpy(), "name": w.name, "excluded": not own._use_weight_decay(w)} for w in weights
                ]
            after = self.ask(
                "step",
                id=self._remote("optimizers", own),
                gradients=[None if g is None else np.asarray(g) for g in grads],
                weights=described,
                rate=float(rate.numpy()) if isinstance(rate, self._keras.Variable) else None,
            )
            with self.switched(False):
                for variable, value in zip(weights, after["weights"]):
                    variable.assign(value)
                for variable, value in zip(own.variables, after["state"], strict=True):
                    variable.assign(value)
            for variable in weights:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable))

        base.apply = apply


def plain(value):
    """An argument in a config, with lists and numbers in place of NumPy's."""
    if isinstance(value, dict):
        if value.get("class_name") in ("__tensor__", "__numpy__"):
            return np.array(value["config"]["value"]).tolist()
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


# The methods that are asked of lanegrad, by their names in Keras.
METHODS = {
    "constraints": {"__call__": "call"},
    "initializers": {"__call__": "apply"},
    "losses": {"__call__": "apply", "call": "call"},
    "metrics": {"update_state": "updateState", "result": "result", "reset_state": "resetState"},
    "optimizers.schedules": {"__call__": "call"},
    "regularizers": {"__call__": "call"},
}


def replace(old, new):
    """Puts a function in place of another one, wherever a module of Keras has it."""
    for module in [value for name, value in sys.modules.items() if name.split(".")[0] == "keras"]:
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)
            elif type(value) is dict:
                value.update({key: new for key, item in value.items() if item is old})


class Plugin:
    """What pytest asks."""

    def __init__(self, answers):
        self.answers = answers
        self.left_out = collections.Counter()
        self.passed = 0
        self.failed = 0

    def pytest_collection_modifyitems(self, config, items):
        kept, rest = [], []
        for item in items:
            reason = unclaimed.reason(item.nodeid)
            (kept if reason is None else rest).append(item)
            if reason is not None:
                self.left_out[reason] += 1
        config.hook.pytest_deselected(items=rest)
        items[:] = kept

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item):
        self.answers.begin()
        with self.answers.switched(True):
            yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if report.when != "call":
            self.failed += report.failed
        elif report.failed:
            self.failed += 1
        elif report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.left_out[f"skipped by the test: {reason.removeprefix('Skipped: ')}"] += 1
        elif self.answers.calls == 0:
            self.left_out["calls nothing of lanegrad"] += 1
        else:
            self.passed += 1


def main(*options):
    """Runs the tests, or those of the files that are named; '-' reads the names of tests. Returns an exit code."""
    import keras

    # A message is each library's own.
    exit_context = unittest.case._AssertRaisesContext.__exit__

    def without_message(context, exc_type, exc_value, tb):
        if isinstance(exc_value, Refusal):
            context.expected_regex = None
        return exit_context(context, exc_type, exc_value, tb)

    unittest.case._AssertRaisesContext.__exit__ = without_message
    # Keras's tests import one function of a file that is not in the package.
    conftest = types.ModuleType("conftest")
    conftest.skip_if_backend = lambda backend, reason: pytest.mark.skipif(
        backend == keras.backend.backend(), reason=reason
    )
    sys.modules["conftest"] = conftest

    answers = Answers()
    answers.install()
    plugin = Plugin(answers)
    source = pathlib.Path(keras.__file__).parent / "src"
    chosen = [option for option in options if option == "-" or not option.startswith("-")] or unclaimed.TESTS
    files = [str(source / name) for name in chosen]
    if chosen == ["-"]:
        files = [str(source / name) for name in sys.stdin.read().splitlines()]
    flags = [option for option in options if option.startswith("-") and option != "-"]
    fixed = ["-p", "no:cacheprovider", "--assert=plain", "--rootdir", str(source.parent.parent), "-q", "--no-header"]
    code = pytest.main([*fixed, *flags, *files], plugins=[plugin])
    answers.process.close()
    for reason, count in sorted(plugin.left_out.items(), key=lambda item: -item[1]):
        print(f"{count:6} left out: {reason}")
    print(f"Keras {keras.__version__}: {plugin.passed} tests pass, {plugin.failed} fail")
    if not options and plugin.passed < unclaimed.FLOOR:
        print(f"At least {unclaimed.FLOOR} have to pass.")
        return 1
    return int(code)
