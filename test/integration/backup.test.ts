// Training that is killed and run again ends with the weights, bit for bit, of training that was not.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/locations/temporary-folder.js';
import { bundledProgram } from './bundled-program.js';

let program = '';

beforeAll(async () => {
  program = await bundledProgram(new URL('./backup-child.ts', import.meta.url));
});

interface Outcome {
  readonly bits: number[][];
  readonly losses: Readonly<Record<string, number>>;
  readonly steps: number;
}

function run(scenario: string, folder: string, dieAfter = 0): Outcome | undefined {
  const args = [program, scenario, folder, String(dieAfter)];
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
  });
  if (dieAfter > 0) {
    expect(signal, stderr).toBe('SIGKILL');
    return undefined;
  }
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Outcome;
}

describe('BackupAndRestore after SIGKILL', () => {
  it.each([
    // 40 training samples in batches of 8: 5 batches an epoch; killed in the middle of an epoch each time.
    ['batches', [8, 5], 20 - 6 - 3],
    ['epochs', [8, 6], 10],
    ['steps', [6], 16 - 6],
    ['iterable', [7], 16 - 6],
    // 12 batches a pass: in the first one, and in the second.
    ['dataset', [7, 9], 16 - 6 - 9],
  ])('%s: ends with the same weights', async (scenario, kills, stepsLeft) => {
    const folder = join(await temporaryFolder(), 'backup');
    const expected = run(scenario, '');
    for (const dieAfter of kills) {
      run(scenario, folder, dieAfter);
      expect(readdirSync(folder).filter((name) => !name.endsWith('.tmp'))).toEqual([
        'training.safetensors',
      ]);
    }
    const resumed = run(scenario, folder);
    expect(resumed?.bits).toEqual(expected?.bits);
    expect(resumed?.steps).toBe(stepsLeft);
    const { losses = {} } = resumed ?? {};
    expect(Object.keys(losses).length).toBeGreaterThan(0);
    for (const [name, loss] of Object.entries(losses))
      expect(loss, name).toBe(expected?.losses[name]);
    // At the end it is not needed any more.
    expect(readdirSync(folder)).not.toContain('training.safetensors');
  });
});
