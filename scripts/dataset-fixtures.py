"""Writes test/fixtures/pickles, test/fixtures/datasets and test/fixtures/tokenizer.json: pickles of all protocols with what is
in them, pickles that are refused, small files in the forms of Keras's data sets with what Keras's own `load_data` makes of
them, and a legacy tokenizer as Keras writes it.

    KERAS_BACKEND=jax python3 scripts/dataset-fixtures.py

Needs numpy and keras.
"""

import gzip
import importlib
import io
import json
import pathlib
import pickle
import struct
import tarfile
import zipfile

import numpy as np
from keras.src.legacy.preprocessing.text import Tokenizer

FIXTURES = pathlib.Path(__file__).parent.parent / "test/fixtures"
PICKLES = FIXTURES / "pickles"
DATASETS = FIXTURES / "datasets"


def described(value):
    """A value as JSON tells it; what JSON lacks as an object."""
    if isinstance(value, np.ndarray):
        flat = value.reshape(-1)
        data = list(map(described, flat if value.dtype == object else flat.tolist()))
        return {"shape": list(value.shape), "dtype": str(value.dtype), "data": data}
    if isinstance(value, np.generic):
        return described(value.item())
    if isinstance(value, bytes | bytearray):
        return {"bytes": list(value)}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str(value)}
    if isinstance(value, float):
        return value if np.isfinite(value) else {"float": str(value)}
    if isinstance(value, list | tuple):
        return [described(x) for x in value]
    if isinstance(value, dict):
        return {"dict": [[described(k), described(v)] for k, v in value.items()]}
    raise TypeError(f"no form for {value!r}")


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def values():
    shared = [1, 2, 3]
    return {
        "numbers": [0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 2**31, -(2**40), 2**52, 2**53, 2**70, -(2**200)],
        "floats": [0.0, -0.0, 1.5, -1e300, 5e-324, float("inf"), float("-inf"), float("nan")],
        "words": [None, True, False, "", "text", "a\nb\\c'\"", "é €", "日本語 🎈", "x" * 300],
        "bytes": [b"", b"\x00\xff", b"y" * 300],
        "containers": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [[]], {}, {"a": {"b": [1]}, 2: "c"}, [shared, shared]],
        "array": np.arange(6, dtype="float32").reshape(2, 3) / 4,
        "arrays": [np.arange(3).astype(d) for d in ("u1", "i1", "<i2", ">i2", "u2", "i4", "u4", "i8", ">i8", "u8", "f2", "f4", ">f4", "f8", "?")],
        "fortran": np.asfortranarray(np.arange(12, dtype="int32").reshape(3, 4)),
        "scalars": [np.int64(7), np.float64(0.1), np.uint8(255), np.bool_(True), np.float32(0.5), np.int64(2**40)],
        "lone and empty": [np.array(3.5), np.zeros((0, 2), "int32")],
        "objects": objects([1, 14, 22], [1], [], [2**31], ("a", None)),
        "object matrix": objects(objects(1, "b"), objects(None, [3])).reshape(2, 1),
        "many": [list(range(i % 7)) for i in range(1200)],
    }


def callable_pickle(module, name, *args):
    """A pickle that calls something, written by hand so that nothing of it is imported here."""
    return f"c{module}\n{name}\n".encode() + pickle.dumps(args, 0)[:-1] + b"R."


def refused():
    return {
        "os.system": callable_pickle("os", "system", "echo pickled > /tmp/pickled"),
        "posix.system": callable_pickle("posix", "system", "true"),
        "builtins.eval": pickle.dumps(eval, 4),
        "builtins.getattr": pickle.dumps(getattr, 2),
        "collections.OrderedDict": pickle.dumps(__import__("collections").OrderedDict(a=1), 4),
        "numpy.load": b"cnumpy\nload\n.",
        "datetime.date": pickle.dumps(__import__("datetime").date(2020, 1, 1), 5),
        "subprocess.Popen by name and place": b"\x80\x04\x8c\nsubprocess\x8c\x05Popen\x93.",
        "INST": b"(S'true'\nios\nsystem\n.",
        "persistent id": b"Pabc\n.",
        "extension": b"\x80\x02\x82\x01.",
        "set": pickle.dumps({1}, 4),
        "complex": pickle.dumps(1j, 2),
        "named fields": pickle.dumps(np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]), 4),
        "texts of NumPy": pickle.dumps(np.array(["ab"]), 4),
        "complex numbers of NumPy": pickle.dumps(np.zeros(2, "complex64"), 4),
        "holds itself": b"]\x94h\x00a.",
        "buffer outside": b"\x80\x05\x97.",
    }


def write_pickles():
    PICKLES.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, value in values().items():
        for protocol in range(6):
            file = f"{name.replace(' ', '-')}-{protocol}.pkl"
            (PICKLES / file).write_bytes(pickle.dumps(value, protocol))
            expected[file] = described(value)
    (PICKLES / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")
    files = {name: list(text) for name, text in refused().items()}
    (PICKLES / "refused.json").write_text(json.dumps(files) + "\n")


# Python 2 wrote the pickles of CIFAR: its texts are bytes, for which Python 3 has no way to write them.


def short(text):
    return b"U" + bytes([len(text)]) + text


def integer(n):
    return pickle.dumps(n, 2)[2:-1]


def python2_array(array):
    shape = b"(" + b"".join(map(integer, array.shape)) + b"t"
    dtype = b"cnumpy\ndtype\n" + short(array.dtype.str[1:].encode()) + b"K\x00K\x01\x87R"
    dtype += b"(K\x03" + short(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    data = array.tobytes()
    head = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + short(b"b") + b"\x87R"
    return head + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<I", len(data)) + data + b"tb"


def python2_batch(images, names, **labels):
    """A dict as CIFAR's batches are."""
    parts = [short(b"batch_label"), short(b"training batch 1 of 5")]
    for key, numbers in labels.items():
        parts += [short(key.encode()), b"](" + b"".join(map(integer, numbers)) + b"e"]
    parts += [short(b"data"), python2_array(images)]
    parts += [short(b"filenames"), b"](" + b"".join(map(short, names)) + b"e"]
    return b"\x80\x02}(" + b"".join(parts) + b"u."


def tar_gz(path, members):
    with tarfile.open(fileobj=(packed := io.BytesIO()), mode="w") as archive:
        folder = tarfile.TarInfo(next(iter(members)).split("/")[0])
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, contents in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(contents)
            archive.addfile(info, io.BytesIO(contents))
    path.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


def npz(path, protocol, **arrays):
    """As numpy.savez, of objects with that protocol."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            if array.dtype == object:
                np.lib.format.write_array_header_1_0(buffer, np.lib.format.header_data_from_array_1_0(array))
                pickle.dump(array, buffer, protocol=protocol)
            else:
                np.lib.format.write_array(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def sequences(rng, count, words):
    """Lists of words, those with small numbers the more frequent ones, as in the real files."""
    lengths = rng.integers(3, 30, count)
    return objects(*[(1 + (words - 1) * rng.random(n) ** 3).astype(int).tolist() for n in lengths])


def write_datasets():
    DATASETS.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(39)
    npz(
        DATASETS / "imdb.npz",
        3,
        x_train=sequences(rng, 25, 300),
        x_test=sequences(rng, 20, 300),
        y_train=rng.integers(0, 2, 25),
        y_test=rng.integers(0, 2, 20),
    )
    npz(DATASETS / "reuters.npz", 4, x=sequences(rng, 30, 300), y=rng.integers(0, 46, 30))
    npz(DATASETS / "boston_housing.npz", 3, x=rng.normal(size=(16, 13)), y=rng.normal(size=16))
    npz(DATASETS / "california_housing.npz", 3, x=rng.normal(size=(650, 8)).round(2), y=rng.normal(size=650).round(2))
    words = ["the", "film", "constructor", "__proto__", "1984", "café"]
    for name in ("imdb", "reuters"):
        text = json.dumps({word: i + 1 for i, word in enumerate(words)})
        (DATASETS / f"{name}_word_index.json").write_text(text)
    pixels = lambda n: rng.integers(0, 4, (n, 3072), dtype="uint8")
    names = [b"leptodactylus_s_000004.png", b"camion.png"]
    batches = {f"cifar-10-batches-py/data_batch_{i}": python2_batch(pixels(2), names, labels=[i, 9 - i]) for i in range(1, 6)}
    batches["cifar-10-batches-py/test_batch"] = python2_batch(pixels(2), names, labels=[3, 8])
    tar_gz(DATASETS / "cifar-10-python.tar.gz", batches)
    parts = {
        f"cifar-100-python/{part}": python2_batch(pixels(n), names, fine_labels=[7 * i for i in range(n)], coarse_labels=list(range(n)))
        for part, n in (("train", 5), ("test", 3))
    }
    tar_gz(DATASETS / "cifar-100-python.tar.gz", parts)


def write_tokenizer():
    tokenizer = Tokenizer(oov_token="<unknown>")
    tokenizer.fit_on_texts(["The cat sat.", "The dog sat on the cat."])
    (FIXTURES / "tokenizer.json").write_text(tokenizer.to_json() + "\n")


CALLS = [
    ("imdb", {}),
    ("imdb", {"num_words": 50}),
    ("imdb", {"num_words": 50, "skip_top": 5, "seed": 7}),
    ("imdb", {"maxlen": 15}),
    ("imdb", {"start_char": None, "index_from": 0}),
    ("imdb", {"start_char": None, "index_from": 2, "oov_char": None, "num_words": 40}),
    ("imdb", {"oov_char": None, "num_words": 60, "skip_top": 3, "maxlen": 20, "start_char": 5, "index_from": 10}),
    ("reuters", {}),
    ("reuters", {"num_words": 100, "test_split": 0.5}),
    ("reuters", {"maxlen": 12, "seed": 1, "oov_char": None, "num_words": 80}),
    ("reuters", {"start_char": None, "index_from": 0, "skip_top": 4, "test_split": 0.1}),
    ("boston_housing", {}),
    ("boston_housing", {"test_split": 0.3, "seed": 1}),
    ("california_housing", {"version": "small"}),
    ("california_housing", {"version": "large", "test_split": 0.1, "seed": 4}),
    ("cifar10", {}),
    ("cifar100", {}),
    ("cifar100", {"label_mode": "coarse"}),
]


def expected_calls(scratch):
    """What Keras makes of the files: its downloads are replaced by them."""

    def get_file(fname=None, origin=None, extract=False, **_):
        file = DATASETS / origin.rsplit("/")[-1]
        if not extract:
            return str(file)
        folder = scratch / fname
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        return str(folder)

    for name in ("imdb", "reuters", "boston_housing", "california_housing", "cifar10", "cifar100"):
        importlib.import_module(f"keras.src.datasets.{name}").get_file = get_file
    # Keras says how many images there are.
    fresh = importlib.import_module("keras.src.datasets.cifar10")
    source = pathlib.Path(fresh.__file__).read_text().replace("50000", "10").replace("10000", "2")
    exec(compile(source, fresh.__file__, "exec"), fresh.__dict__)
    fresh.get_file = get_file
    results = []
    for name, kwargs in CALLS:
        module = importlib.import_module(f"keras.src.datasets.{name}")
        parts = [described(np.asarray(x)) for pair in module.load_data(**kwargs) for x in pair]
        for part in parts:
            # Images are large: their sum by place says the same.
            if len(part["shape"]) == 4:
                numbers = np.array(part["data"])
                part["sum"] = int((numbers * (1 + np.arange(numbers.size) % 1009)).sum())
                part["data"] = numbers[:40].tolist()
        results.append({"dataset": name, "kwargs": kwargs, "parts": parts})
    return results


if __name__ == "__main__":
    import tempfile

    write_pickles()
    write_datasets()
    write_tokenizer()
    with tempfile.TemporaryDirectory() as scratch:
        calls = expected_calls(pathlib.Path(scratch))
    (DATASETS / "expected.json").write_text(json.dumps(calls) + "\n")
