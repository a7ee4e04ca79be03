"""Prints the Python of an environment with the packages of a list, and makes the environment the first time.

    python3 scripts/python-environment.py test/oracles/verify_with_keras/requirements.txt

The environment is kept in the user's cache under a hash of the list and of this Python, so that a changed list gets
another one. Where it cannot be made, as where PyPI cannot be reached, the reason is on stderr and the exit code is 1.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def cache():
    """The folder of all environments."""
    root = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(root) / "lanegrad"


def name_of(requirements):
    """The name of a list's environment: the folder that the list is in, and the hash."""
    # Packages are built for a version of Python, and the environment leads to where that Python is.
    hashed = hashlib.sha256(requirements.read_bytes() + f"{sys.version}{sys.executable}".encode())
    return f"python-{requirements.parent.name}-{hashed.hexdigest()[:12]}"


@contextlib.contextmanager
def alone(folder):
    """Waits for whatever other process makes the same environment. The system frees the lock when a process ends."""
    with open(f"{folder}.lock", "w") as lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command):
    """Runs a command. Its last line is the reason if it fails; the rest of what it prints is not shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        lines = done.stdout.strip().splitlines() or [f"{command[0]} ended with exit code {done.returncode}"]
        raise RuntimeError(lines[-1])


def environment(requirements):
    """The path of the Python that has the packages of the list."""
    requirements = pathlib.Path(requirements).resolve(strict=True)
    folder = cache() / name_of(requirements)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = folder / "complete"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        if not complete.exists():
            # What an installation has left that failed or was interrupted.
            shutil.rmtree(folder, ignore_errors=True)
            run(sys.executable, "-m", "venv", folder)
            run(python, "-m", "pip", "install", "--quiet", "-r", requirements)
            complete.touch()
    return python


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 scripts/python-environment.py REQUIREMENTS")
    try:
        print(environment(sys.argv[1]))
    except (OSError, RuntimeError) as error:
        sys.exit(f"{sys.argv[1]} cannot be installed: {error}")
