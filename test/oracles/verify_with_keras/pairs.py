"""Runs the Python of the page for people who know Keras, and compares what it prints with its comments."""

import ast
import contextlib
import io
import logging
import pathlib
import re
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "site/pages/learn/keras.md"


def check():
    """Prints a line a program; returns how many of them differ."""
    import keras

    # TensorFlow looks for the files of functions, and tells that there is none.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    programs = re.findall(r"^## ([^\n]+)$|^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    failed = count = 0
    heading = ""
    for title, program in programs:
        if title:
            heading = title
            continue
        count += 1
        keras.utils.clear_session()
        problems = _problems(program)
        failed += bool(problems)
        print(f"{'✗' if problems else '✓'} pair: {heading}")
        for problem in problems:
            print(f"    {problem}")
    print(f"Keras {keras.__version__} on {keras.config.backend()}: {count - failed} of {count} programs print what they say")
    return failed


def _problems(program):
    """What a program prints other than its comments say."""
    lines = program.split("\n")
    names, problems = {}, []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for statement in ast.parse(program).body:
            printed = io.StringIO()
            code = ast.unparse(statement)
            try:
                with contextlib.redirect_stdout(printed):
                    exec(compile(code, str(PAGE), "exec"), names)
            except Exception as error:  # What Keras says of a program is a result.
                return [*problems, f"{code}: {''.join(traceback.format_exception_only(error)).strip()}"]
            promised = re.search(r"  # (.+)$", lines[statement.end_lineno - 1])
            told = printed.getvalue().strip()
            if promised and told != promised[1]:
                problems.append(f"{code} prints {told}, not {promised[1]}")
            if told and not promised:
                problems.append(f"{code} prints {told}, and no comment says so")
    return problems
