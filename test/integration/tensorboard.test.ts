// Event files in the hands of PyPI's `tensorboard`. LANEGRAD_CHARTS_PYTHON names the Python of an environment with it:
// python3 scripts/python-environment.py test/oracles/verify_charts/requirements.txt
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectAsKeras, expectValue } from '../unit/callbacks/compare-logs.js';
import { cases, keras, train, writeOwn } from '../unit/callbacks/tensorboard-cases.js';
import type { LogsOfRuns } from '../unit/callbacks/tensorboard-cases.js';

const python = process.env['LANEGRAD_CHARTS_PYTHON'] ?? '';
const TITLE = 'TensorBoard (needs LANEGRAD_CHARTS_PYTHON)';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tensorboard-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(): Promise<LogsOfRuns> {
  const reader = 'test/oracles/verify_charts/read_tensorboard.py';
  const { stdout } = await promisify(execFile)(python, [reader, folder], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as LogsOfRuns;
}

describe.skipIf(python === '')(TITLE, () => {
  test.each(Object.keys(cases))('reads what Keras writes: %s', async (name) => {
    if (python === '') return;
    await train(name, { logDir: folder });
    expectAsKeras(name, await read());
  });

  test('reads what tf.summary writes', async () => {
    if (python === '') return;
    await writeOwn(folder);
    const found = (await read())[''] ?? {};
    const expected = keras.own[''] ?? {};
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [tag, { plugin, values }] of Object.entries(expected)) {
      if (tag !== 'transparent') expectValue(tag, plugin, found[tag]?.values, values);
    }
  });
});
