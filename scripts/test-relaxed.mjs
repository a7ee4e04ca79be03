// Runs the kernel tests on the relaxed build: the same tests, with tolerances for fused multiply-add.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// Node 20 has relaxed SIMD behind a flag, later versions have it and do not know the flag.
const flags = process.version.startsWith('v20.') ? ['--experimental-wasm-relaxed-simd'] : [];
const { status } = spawnSync(
  process.execPath,
  [...flags, 'node_modules/vitest/vitest.mjs', 'run', 'test/kernels', '--pool=threads'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LANEGRAD_WASM: `${root}build/lanegrad.simd-relaxed.wasm` },
  },
);
process.exitCode = status ?? 1;
