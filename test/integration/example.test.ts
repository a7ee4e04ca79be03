// The program of `npm start` where MNIST is not available.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('says why MNIST is missing, and trains on the embedded digits', () => {
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', 'examples/mnist.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, LANEGRAD_DATA_DIR: '/no/such/folder' },
  });
  expect(stdout).toMatch(
    /the directory '\/no\/such\/folder' \(LANEGRAD_DATA_DIR\) does not exist.*Training on \d+ images of the embedded digits/s,
  );
  expect(Number(/test accuracy (\S+)/.exec(stdout)?.[1])).toBeGreaterThan(0.95);
  expect(status).toBe(0);
});
