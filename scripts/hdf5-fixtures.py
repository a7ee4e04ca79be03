"""Writes test/fixtures/hdf5: HDF5 files of all kinds that h5py makes and lanegrad reads, and what is in them.

    python3 scripts/hdf5-fixtures.py

Needs numpy and h5py.
"""

import json
import pathlib

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parent.parent / "test/fixtures/hdf5"


def numbers(*shape, dtype="float32"):
    return (np.arange(np.prod(shape, dtype=int)) % 97 - 13).reshape(shape).astype(dtype)


def arrays(file):
    """Arrays of every type and layout."""
    for dtype in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">f4", ">i2"):
        x = numbers(3, 2, dtype=dtype) if dtype[-2] != "u" else (numbers(3, 2) + 13).astype(dtype)
        file[f"types/{dtype.replace('>', 'big ')}"] = x
    file["types/bool"] = np.array([True, False, True])
    file["shapes/lone"] = np.float32(2.5)
    file["shapes/empty"] = np.zeros((0, 3), "float32")
    file["shapes/five axes"] = numbers(2, 1, 3, 2, 2)
    chunked = file.create_group("chunked")
    chunked.create_dataset("plain", data=numbers(5, 7), chunks=(2, 3))
    chunked.create_dataset("gzip", data=numbers(30, 7), chunks=(8, 3), compression="gzip")
    chunked.create_dataset("one", data=numbers(4, 4), chunks=(4, 4), compression="gzip")
    chunked.create_dataset("one, plain", data=numbers(4, 4), chunks=(4, 4))
    chunked.create_dataset(
        "all filters",
        data=numbers(20, 9, dtype="int32"),
        chunks=(6, 4),
        shuffle=True,
        compression="gzip",
        fletcher32=True,
    )
    chunked.create_dataset("check sums", data=numbers(401), chunks=(401,), fletcher32=True)
    chunked.create_dataset("many", data=numbers(1100, dtype="uint8") % 97, chunks=(1,))
    sparse = chunked.create_dataset("sparse", (6, 4), "float32", chunks=(2, 2), fillvalue=7)
    sparse[4:6, 0:2] = 1
    file.create_dataset("never written", (3,), "float32", fillvalue=-1)
    file.create_dataset("never written, zero", (3,), "float32")
    # Allocated at once, and found without a list in the newer layout.
    space = h5py.h5s.create_simple((5, 3))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2, 2))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(file.id, b"early", h5py.h5t.IEEE_F32LE, space, early)
    file["early"][...] = numbers(5, 3)
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
    file["compact"][...] = numbers(5, 3)


def links(file):
    file["a/b/c"] = numbers(2)
    file["same"] = file["a/b/c"]
    file["soft"] = h5py.SoftLink("/a/b/c")
    file["a/near"] = h5py.SoftLink("b")
    file["a/ünï/λ"] = numbers(1)


def many(file):
    for i in range(150):
        file[f"many/member {i:04} {'x' * (i % 40)}"] = np.float32(i)


def texts(file):
    file.attrs["text"] = "vänligen λ"
    file.attrs["fixed"] = np.bytes_("fixed")
    file.attrs["long"] = "0123456789" * 700
    file.attrs["none"] = ""
    file.attrs["list"] = np.array([b"dense", b"dense_1/kernel:0", b""])
    file.attrs["strings"] = ["a", "ünï", ""]
    file.attrs["number"] = 3
    file.attrs["numbers"] = [1.0, 2.0]
    file.attrs["empty"] = h5py.Empty("S4")
    many = file.create_group("many")
    for i in range(30):
        many.attrs[f"text {i}"] = f"value {i}"


KINDS = {"arrays": arrays, "links": links, "many": many, "texts": texts}


def contents(group):
    """Arrays by their paths, and the attributes that are texts."""
    found = {"arrays": {}, "texts": {}}

    def visit(at, path):
        for name, value in at.attrs.items():
            if isinstance(value, h5py.Empty):
                continue
            listed = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
            flat = listed if isinstance(listed, list) else [listed]
            if all(isinstance(item, (str, bytes)) for item in flat):
                plain = [item.decode() if isinstance(item, bytes) else item for item in flat]
                found["texts"][f"{path}@{name}"] = plain if isinstance(listed, list) else plain[0]
        for name in at:
            value = at[name]
            if isinstance(value, h5py.Dataset):
                x = value[()]
                data = np.ravel(x).tolist()
                found["arrays"][path + name] = {"shape": list(x.shape), "data": data}
            else:
                visit(value, f"{path}{name}/")

    visit(group, "")
    return found


def main():
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for kind, fill in KINDS.items():
        for version in ("earliest", "latest"):
            for order in (False, True) if kind in ("links", "many") else (False,):
                name = f"{kind}-{version}{'-ordered' if order else ''}.h5"
                path = FOLDER / name
                with h5py.File(path, "w", libver=version, track_order=order) as file:
                    file.create_group("many", track_order=order) if kind == "many" else None
                    fill(file)
                with h5py.File(path) as file:
                    expected[name] = contents(file)
    for name in ("can-grow",):
        with h5py.File(FOLDER / f"{name}.h5", "w", libver="latest") as file:
            file.create_dataset("x", data=numbers(5), chunks=(2,), maxshape=(None,))
    (FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
