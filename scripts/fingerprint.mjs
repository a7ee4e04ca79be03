// Prints a SHA-256 of the weights after a fixed short training run on the built package. One seed must give the
// same bits every time, everywhere.
//   node scripts/fingerprint.mjs           this Node, twice in one process
//   node scripts/fingerprint.mjs --all           Node 20, 22, 24 and 26 on 1, 2 and 3 threads, each twice, all compared
//   node scripts/fingerprint.mjs --hash          only the hash (after the same comparison), for programs
//   node scripts/fingerprint.mjs --threads 3     on that many threads
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { fingerprint } from './fingerprint/train.js';
import { thisMajor, withNodeVersions } from './node-versions.mjs';

const packageEntry = new URL('../dist/index.js', import.meta.url);
const self = fileURLToPath(import.meta.url);

/** The hash in this process, after making sure that a second run gives it again. */
async function fingerprintTwice(threads) {
  if (!existsSync(packageEntry)) throw new Error('dist/ is missing; run `npm run build` first');
  const lanegrad = await import(packageEntry);
  if (threads !== undefined) await lanegrad.configure({ threads: Number(threads) });
  const first = await fingerprint(lanegrad);
  const second = await fingerprint(lanegrad);
  if (first !== second) {
    throw new Error(`two runs in one process differ:\n  ${first}\n  ${second}`);
  }
  return first;
}

async function compareAll() {
  const execute = promisify(execFile);
  const outcomes = await withNodeVersions(
    [...new Set([20, 22, 24, 26, thisMajor])],
    async (binary) => {
      const hashes = [];
      for (const threads of ['1', '2', '3']) {
        const { stdout } = await execute(binary, [self, '--hash', '--threads', threads]);
        hashes.push(stdout.trim());
      }
      return hashes;
    },
  );
  for (const { major, version, result, skipped } of outcomes) {
    const name = `Node ${(version ?? `${major}`).padEnd(10)}`;
    if (result === undefined) console.log(`${name} skipped: ${skipped}`);
    else
      result.forEach((hash, i) =>
        console.log(`${name} ${i + 1} thread${i > 0 ? 's' : ' '} ${hash}`),
      );
  }
  const hashes = new Set(outcomes.flatMap(({ result }) => result ?? []));
  if (hashes.size > 1) throw new Error(`the fingerprints differ: ${[...hashes].join(', ')}`);
}

try {
  const { values } = parseArgs({
    options: { all: { type: 'boolean' }, hash: { type: 'boolean' }, threads: { type: 'string' } },
  });
  if (values.all) {
    await compareAll();
  } else {
    const hash = await fingerprintTwice(values.threads);
    console.log(values.hash ? hash : `Node ${process.version}  ${hash}`);
  }
} catch (error) {
  console.error(`fingerprint: ${error.message}`);
  process.exitCode = 1;
}
