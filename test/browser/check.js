// The few assertions that the cases need. Each throws an Error that says what came and what was expected.

/** @returns {asserts condition} */
export function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** Ends a case that cannot be tried here, for a reason. */
export function skip(reason) {
  throw Object.assign(new Error(reason), { name: 'Skipped' });
}

export function checkEqual(actual, expected, what) {
  const [got, want] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(got === want, `${what}: got ${got}, expected ${want}`);
}

/** Every number within 1e-5 + 1e-5 |expected|. */
export function checkClose(actual, expected, what) {
  const [got, want] = [[actual].flat(Infinity), [expected].flat(Infinity)];
  checkEqual(got.length, want.length, `${what}: how many`);
  for (const [i, value] of got.entries()) {
    check(
      Math.abs(value - want[i]) <= 1e-5 + 1e-5 * Math.abs(want[i]),
      `${what}: element ${i} is ${value}, expected ${want[i]}`,
    );
  }
}

/** That `f` fails with an error of `className` whose message holds each of `parts`. */
export async function checkFails(f, className, ...parts) {
  let error;
  try {
    await f();
  } catch (caught) {
    error = caught;
  }
  check(error !== undefined, `expected ${className}, but nothing was thrown`);
  checkEqual(error.name, className, `class of the error “${error.message}”`);
  for (const part of parts) {
    check(error.message.includes(part), `the message “${error.message}” lacks “${part}”`);
  }
}

/** That `memory()` holds no more than `before`. It may hold less: the collector frees what other cases have left. */
export function checkNoMore(memory, before) {
  for (const what of ['tensors', 'bytes']) {
    check(memory[what] <= before[what], `${what}: ${memory[what]}, before it ${before[what]}`);
  }
}
