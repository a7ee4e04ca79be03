// Which binaries the build compiles again after a change in assembly/.
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { inputsOf } from '../../../scripts/build/compile-kernels.mjs';
import { sideModules, readKernels } from '../../../scripts/build/kernel-abi.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-kernels-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const targets = [...sideModules, 'simd', 'simd-relaxed'];
const kernels = readKernels();

/** The targets that are compiled again once these files have changed. */
function changedBy(...files: readonly string[]): string[] {
  cpSync(path.join(root, 'assembly'), path.join(folder, 'assembly'), { recursive: true });
  const before = targets.map((target) => inputsOf(target, kernels, folder));
  for (const file of files) appendFileSync(path.join(folder, file), '// changed\n');
  return targets.filter((target, i) => inputsOf(target, kernels, folder) !== before[i]);
}

describe('a binary is compiled again', () => {
  it.each([
    ['assembly/ops/winograd.ts', ['windows']],
    ['assembly/recurrent/lstm.ts', ['recurrent']],
    ['assembly/attention/forward.ts', ['attention']],
    ['assembly/normalization/rows.ts', ['normalization']],
    ['assembly/quantized/kernels.ts', ['quantized']],
    ['assembly/gemm/micro.ts', ['core', 'recurrent', 'attention']],
  ])('if a module of its kernels has changed: %s', (file, of) => {
    expect(changedBy(file)).toEqual([...of, 'simd', 'simd-relaxed']);
  });

  it('if a module of each of its kernels has changed: all', () => {
    expect(changedBy(...kernels.map(({ file }) => file))).toEqual(targets);
  });

  it('if its kernels are others', () => {
    const fewer = kernels.slice(1);
    const changed = targets.filter((target) => inputsOf(target, kernels) !== inputsOf(target, fewer)); // prettier-ignore
    expect(changed).toEqual([kernels[0]?.module, 'simd', 'simd-relaxed']);
  });

  it('if nothing has changed: not at all', () => {
    expect(changedBy()).toEqual([]);
  });
});
