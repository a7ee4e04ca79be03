"""Small stand-ins for packages that Keras imports but does not need for what is done here.

Keras from source asks for absl, rich and ml_dtypes. Where they are installed, they are used.
"""

import importlib.util
import logging
import sys
import types

import numpy as np


def install():
    """Puts a stand-in in the place of each package that is missing; returns their names."""
    missing = [name for name in MAKERS if importlib.util.find_spec(name) is None]
    for name in missing:
        for module in MAKERS[name]():
            sys.modules[module.__name__] = module
    return missing


def _absl():
    absl = types.ModuleType("absl")
    absl.__path__ = []
    absl.logging = types.ModuleType("absl.logging")
    for level in ("debug", "info", "warning", "error"):
        setattr(absl.logging, level, getattr(logging.getLogger("absl"), level))
    absl.logging.set_verbosity = logging.getLogger("absl").setLevel
    return [absl, absl.logging]


def _rich():
    rich = types.ModuleType("rich")
    rich.__path__ = []
    modules = [rich]
    for part, name in (("console", "Console"), ("markup", "escape"), ("table", "Table")):
        module = types.ModuleType(f"rich.{part}")
        setattr(module, name, None)
        setattr(rich, part, module)
        modules.append(module)
    return modules


def _ml_dtypes():
    module = types.ModuleType("ml_dtypes")
    module.finfo, module.iinfo = np.finfo, np.iinfo
    module.bfloat16 = np.float32
    return [module]


MAKERS = {"absl": _absl, "rich": _rich, "ml_dtypes": _ml_dtypes}
