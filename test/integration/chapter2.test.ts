// The walk through chapter 2, run as a reader runs it. What it has to print was computed and printed by NumPy
// (test/oracles/fixtures/chapter2-cases.py).
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

const { blocks } = JSON.parse(
  readFileSync(path.join(root, 'test/fixtures/chapter2/expected.json'), 'utf8'),
) as { blocks: string[] };

async function run(...args: string[]): Promise<string> {
  const script = ['--import', 'tsx', 'examples/chapter2.ts', ...args];
  return (await promisify(execFile)(process.execPath, script, { cwd: root })).stdout;
}

/** What stands behind a label. */
function valueOf(output: string, label: string): string {
  const line = output.split('\n').find((text) => text.startsWith(`  ${label} `));
  return line?.slice(label.length + 2).trim() ?? `there is no line '${label}'`;
}

function expectSameTraining(output: string, parameters: number): void {
  const losses = [...output.matchAll(/by hand (\S+), by fit (\S+)/g)];
  expect(losses.length).toBeGreaterThan(1);
  for (const [, byHand, byFit] of losses) expect(byHand).toBe(byFit);
  expect(valueOf(output, 'weights that differ in any bit')).toBe(`0 of ${parameters}`);
}

describe('the walk through chapter 2', () => {
  it('prints on the embedded digits what NumPy prints, in order', async () => {
    const output = await run('--data', 'digits');
    let from = 0;
    for (const block of blocks) {
      const at = output.indexOf(block, from);
      expect(at, `missing, or in another place:\n${block}`).toBeGreaterThanOrEqual(from);
      from = at + block.length;
    }
    // Each difference quotient is near its gradient.
    const rows = [...output.matchAll(/^ +\[\d, \d\] +(\S+) +(\S+)$/gm)];
    expect(rows).toHaveLength(6);
    for (const [, gradient, quotient] of rows) {
      expect(Math.abs(Number(gradient) - Number(quotient))).toBeLessThanOrEqual(2e-4);
    }
    // All three ways are drawn.
    const map = output.slice(output.indexOf('R  RMSprop')).split('──')[0] ?? '';
    for (const symbol of ['s', 'm', 'R']) expect(map.split(symbol).length).toBeGreaterThan(8);
    // Kernels of 64 × 64 and 64 × 10, and their biases.
    expectSameTraining(output, 64 * 64 + 64 + 64 * 10 + 10);
    const [right = 0] = valueOf(output, 'test digits read correctly').split(' ').map(Number);
    expect(right).toBeGreaterThan(0.9 * 355);
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  it.skipIf(process.env['LANEGRAD_DATA_DIR'] === undefined)(
    'goes through MNIST (needs MNIST in LANEGRAD_DATA_DIR)',
    async () => {
      const output = await run();
      expect(valueOf(output, 'training images')).toBe('(60000, 28, 28) uint8');
      expect(valueOf(output, 'test labels')).toBe('(10000,) uint8');
      expect(output).toContain('[5 0 4 1 9 2 1 3 1 4 3 5]');
      expect(valueOf(output, "slice(':', '7:-7', '7:-7')")).toBe('(60000, 14, 14) uint8');
      expect(valueOf(output, 'batch 468, the last')).toBe('(96, 28, 28) uint8');
      expectSameTraining(output, 784 * 64 + 64 + 64 * 10 + 10);
    },
  );
});
