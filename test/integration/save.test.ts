// Whenever a process that saves is killed, the file holds the whole old version or the whole new one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers, models } from '../../src/index.js';
import { bundledProgram } from './bundled-program.js';

const KILLS = Number(process.env['LANEGRAD_KILLS'] ?? 6);

let folder = '';
let program = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanegrad-save-'));
  program = await bundledProgram(new URL('./save-child.ts', import.meta.url));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts saving, and kills it so many milliseconds after the first version is there. */
async function saveUntilKilled(path: string, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  await Promise.race([once(child.stdout, 'data'), ended]);
  await wait(milliseconds);
  child.kill('SIGKILL');
  expect((await ended)[1], errors).toBe('SIGKILL');
}

/** The version in the file: the number in every weight. */
async function versionIn(path: string, isModel: boolean): Promise<number> {
  const model = isModel ? await models.loadModel(path) : network();
  if (!isModel) await model.loadWeights(path);
  const found = new Set(model.weights.flatMap((weight) => [...weight.value.data()]));
  model.dispose();
  expect(found.size, 'versions mixed in one file').toBe(1);
  return [...found][0] ?? NaN;
}

function network(): models.Sequential {
  return new models.Sequential([
    new layers.Dense(300, { inputShape: [200], name: 'first' }),
    new layers.Dense(100, { name: 'second' }),
  ]);
}

describe('a save that is killed', () => {
  it.each([
    ['model', true],
    ['model.keras', true],
    ['weights.weights.h5', false],
    ['weights.safetensors', false],
    ['weights.npz', false],
  ])(
    'leaves a whole version: %s',
    async (name, isModel) => {
      const path = join(folder, name);
      for (let i = 0; i < KILLS; i++) {
        // Spread over a few saves, whatever one takes.
        await saveUntilKilled(path, (i * 7) % 40);
        expect(await versionIn(path, isModel)).toBeGreaterThanOrEqual(1);
      }
      // What the killed ones left behind is gone after two whole ones.
      for (const kept of [network(), network()]) {
        await (isModel ? kept.save(path) : kept.saveWeights(path));
        kept.dispose();
      }
      const left = await readdir(name === 'model' ? path : folder);
      expect(left.filter((file) => file.endsWith('.tmp'))).toEqual([]);
      if (name !== 'model') return;
      const shards = (await readdir(path)).filter((file) => file.endsWith('.bin'));
      expect(shards).toHaveLength(1);
    },
    60_000 + KILLS * 10_000,
  );
});
