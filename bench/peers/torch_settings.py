"""The version of PyTorch, and its settings."""

import os
import re

import torch

#  What the targets of the project are for.
VERSION = "2.6"

#  oneDNN on or off.
MKLDNN = [False, True] if torch.backends.mkldnn.is_available() else [False]


def threads():
    return (
        f"OpenMP threads {torch.get_num_threads()}, "
        f"BLAS threads {os.environ.get('OPENBLAS_NUM_THREADS')}, "
        f"waiting {os.environ.get('OMP_WAIT_POLICY', 'as by default')}"
    )


def mkldnn(enabled):
    return f"mkldnn {'on' if enabled else 'off' if len(MKLDNN) > 1 else 'not built in'}"


def versions():
    """PyTorch's and those of what it is built on, from torch.__config__, and the BLAS that is loaded."""
    config = torch.__config__.show()
    found = {"PyTorch": torch.__version__}
    if not torch.__version__.startswith(VERSION):
        found["PyTorch"] += f" (targets are for {VERSION})"
    for name, pattern in {
        "MKL": r"Kernel Library Version (\S+)",
        "oneDNN": r"MKL-DNN v(\S+)",
        "BLAS": r"BLAS_INFO=(\w+)",
        "vectors": r"CPU capability usage: (\S+)",
    }.items():
        match = re.search(pattern, config)
        if match:
            found[name] = match[1]
    if found.get("BLAS") != "mkl":
        found["BLAS"] = " ".join(sorted(blas())) or "unknown"
    return found


def blas():
    """The files of a BLAS that are loaded."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as file:
            lines = [line for line in file if "blas" in line.lower()]
    except OSError:
        return set()
    # Debian's libblas.so.3 is a link or a front to the one that does the work.
    return {os.path.basename(line.split()[-1]) for line in lines} - {"libblas.so.3"}
