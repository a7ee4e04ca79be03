// Prints a SHA-256 of the weights after a fixed short training run on the built package. One seed must give the
// same bits every time, everywhere.
//   node scripts/fingerprint.mjs           this Node, twice in one process
//   node scripts/fingerprint.mjs --all     Node 20, 22 and 24 as well, each twice, all compared
//   node scripts/fingerprint.mjs --hash    only the hash (after the same comparison), for programs
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fingerprint } from './fingerprint/train.js';
import { thisMajor, withNodeVersions } from './node-versions.mjs';

const packageEntry = new URL('../dist/index.js', import.meta.url);
const self = fileURLToPath(import.meta.url);

/** The hash in this process, after making sure that a second run gives it again. */
async function fingerprintTwice() {
  if (!existsSync(packageEntry)) throw new Error('dist/ is missing; run `npm run build` first');
  const lanegrad = await import(packageEntry);
  const first = await fingerprint(lanegrad);
  const second = await fingerprint(lanegrad);
  if (first !== second) {
    throw new Error(`two runs in one process differ:\n  ${first}\n  ${second}`);
  }
  return first;
}

async function compareVersions() {
  const execute = promisify(execFile);
  const outcomes = await withNodeVersions([...new Set([20, 22, 24, thisMajor])], async (binary) =>
    (await execute(binary, [self, '--hash'])).stdout.trim(),
  );
  for (const { major, version, result, skipped } of outcomes) {
    console.log(`Node ${(version ?? `${major}`).padEnd(10)} ${result ?? `skipped: ${skipped}`}`);
  }
  const hashes = new Set(outcomes.flatMap(({ result }) => result ?? []));
  if (hashes.size > 1) throw new Error(`the fingerprints differ: ${[...hashes].join(', ')}`);
}

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--all' && flag !== '--hash');
try {
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(' ')}`);
  if (flags.includes('--all')) {
    await compareVersions();
  } else {
    const hash = await fingerprintTwice();
    console.log(flags.includes('--hash') ? hash : `Node ${process.version}  ${hash}`);
  }
} catch (error) {
  console.error(`fingerprint: ${error.message}`);
  process.exitCode = 1;
}
