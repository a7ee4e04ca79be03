// The first program of the README, run as a new user would run it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, root, run } from './project.mjs';

const noNetwork =
  'data:text/javascript,globalThis.fetch=()=>Promise.reject(new%20TypeError(`there%20is%20no%20network`))';

/** The last number of a text; a percentage as a fraction of one. */
function lastNumber(text) {
  const [, digits, percent] = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(%?)/g)].at(-1) ?? [];
  return Number(digits) / (percent === '%' ? 100 : 1);
}

/**
 * An empty folder, `npm init -y`, the package from its tarball, the first block of code as it stands, no network.
 * @returns the accuracy that it prints last
 */
export async function firstProgram(tarball) {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, program] = /^```(?:js|mjs|javascript|ts)\n([\s\S]*?)^```/m.exec(readme) ?? [];
  assert(program !== undefined, 'README.md has no program');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-readme-'));
  try {
    await run(folder, 'npm', 'init', '-y');
    await run(folder, 'npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
    // `npm init` makes packages of CommonJS.
    writeFileSync(path.join(folder, 'first.mjs'), program);
    const output = await run(folder, process.execPath, `--import=${noNetwork}`, 'first.mjs');
    const accuracy = lastNumber(output);
    assert(accuracy >= 0.9 && accuracy <= 1, `expected an accuracy from 0.9 on, got:\n${output}`);
    return accuracy;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
