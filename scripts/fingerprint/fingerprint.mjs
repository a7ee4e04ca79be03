// Prints a SHA-256 of the weights of each network after a fixed short training run on the built package. One seed must
// give the same bits every time and everywhere. With fused multiply-add the bits are different, but the same on every such processor.
//   node scripts/fingerprint/fingerprint.mjs                 this Node, twice in one process
//   node scripts/fingerprint/fingerprint.mjs --all           Node 20, 22, 24 and 26 on 1, 2 and 3 threads, both arithmetics, all compared
//   node scripts/fingerprint/fingerprint.mjs --compiled          compiled models in Node 20 to 26, browsers and Wasmtime; --all does it too
//   node scripts/fingerprint/fingerprint.mjs --arm           this processor and an Arm that qemu-aarch64-static emulates, on few samples
//   node scripts/fingerprint/fingerprint.mjs --hash          only the hash (after the same comparison), for use by programs
//   node scripts/fingerprint/fingerprint.mjs --threads 3     on that many threads
//   node scripts/fingerprint/fingerprint.mjs --fused         with fused multiply-add
//   node scripts/fingerprint/fingerprint.mjs --samples 100   of this many digits
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { casesIn, inOtherHosts } from './compiled/hosts.mjs';
import { fingerprint } from './train.js';
import { thisMajor, withNode, withNodeVersions } from './node-versions.mjs';

const packageEntry = new URL('../../dist/index.js', import.meta.url);
const self = fileURLToPath(import.meta.url);
const execute = promisify(execFile);

/** Where qemu finds the libraries of an Arm: Debian's libc6-arm64-cross and libstdc++6-arm64-cross. */
const ARM_LIBRARIES = '/usr/aarch64-linux-gnu';

/** Samples of a run on an emulated processor, which takes fifty times as long. */
const ARM_SAMPLES = 128;

/** The hash in this process, after making sure that a second run gives it again. */
async function fingerprintTwice({ threads, fused, samples }) {
  if (!existsSync(packageEntry)) throw new Error('dist/ is missing; run `npm run build` first');
  const lanegrad = await import(packageEntry);
  await lanegrad.configure({
    threads: threads === undefined ? 'auto' : Number(threads),
    relaxedSimd: fused === true,
  });
  const { arithmetic } = lanegrad.backendInfo();
  if (fused && arithmetic !== 'fused') throw new Error(`the arithmetic here is ${arithmetic}`);
  const count = samples === undefined ? undefined : Number(samples);
  const first = await fingerprint(lanegrad, count);
  const second = await fingerprint(lanegrad, count);
  if (first !== second) {
    throw new Error(`two runs in one process differ:\n  ${first}\n  ${second}`);
  }
  return first;
}

/** What Node 20 needs for relaxed SIMD, which it has behind a flag. */
const flagsOf = (version, options) =>
  version.startsWith('v20.') && options.includes('--fused')
    ? ['--experimental-wasm-relaxed-simd']
    : [];

/** The hash that another Node prints. */
async function hashOf(command, version, ...options) {
  const [program, ...before] = command;
  const args = [...before, ...flagsOf(version, options), self, '--hash', ...options];
  const { stdout } = await execute(program, args);
  return stdout.trim();
}

const ARITHMETICS = [
  ['strict', []],
  ['fused', ['--fused']],
];

/** The hashes of trained weights. */
async function trainedIn(binary, version) {
  const hashes = [];
  for (const [arithmetic, flags] of ARITHMETICS) {
    for (const threads of ['1', '2', '3']) {
      const hash = await hashOf([binary], version, '--threads', threads, ...flags);
      hashes.push({ arithmetic, threads, hash });
    }
  }
  return hashes;
}

/** Compiled models, which have given there what `predictOnBatch` gives; null where there is no such arithmetic. */
async function compiledIn(binary, version) {
  const all = {};
  for (const [arithmetic, flags] of ARITHMETICS)
    all[arithmetic] = await casesIn([binary, ...flagsOf(version, flags)], flags);
  return all;
}

async function compareAll({ isTrained }) {
  const outcomes = await withNodeVersions(
    [...new Set([20, 22, 24, 26, thisMajor])],
    async (binary, version) => ({
      trained: isTrained ? await trainedIn(binary, version) : [],
      compiled: await compiledIn(binary, version),
    }),
  );
  const named = ({ major, version }) => `Node ${(version ?? `${major}`).padEnd(10)}`;
  for (const outcome of outcomes) {
    const { result, skipped } = outcome;
    if (result === undefined) console.log(`${named(outcome)} skipped: ${skipped}`);
    for (const { arithmetic, threads, hash } of result?.trained ?? [])
      console.log(`${named(outcome)} ${threads} thread${threads > 1 ? 's' : ' '} ${arithmetic} ${hash}`); // prettier-ignore
  }
  for (const [arithmetic] of ARITHMETICS) {
    const all = outcomes.flatMap(({ result }) => result?.trained ?? []);
    const of = all.filter((outcome) => outcome.arithmetic === arithmetic);
    compare(of.map(({ hash }) => hash));
  }
  await compareCompiled(outcomes.filter(({ result }) => result !== undefined).map((outcome) => ({ host: named(outcome).trim(), compiled: outcome.result.compiled }))); // prettier-ignore
}

/** Each Node compiles to the same bytes, and each host gives the same bits. */
async function compareCompiled(nodes) {
  const own = nodes.find(({ host }) => host === `Node ${process.version}`).compiled;
  const cases = Object.fromEntries(Object.entries(own).filter(([, list]) => list !== null));
  const others = await inOtherHosts(cases);
  const ofNodes = nodes.map(({ host, compiled }) => {
    const lists = Object.entries(compiled).filter(([, list]) => list !== null);
    const hashes = lists.map(([arithmetic, list]) => [arithmetic, Object.fromEntries(list.map(({ name, expected }) => [name, expected]))]); // prettier-ignore
    for (const [arithmetic, list] of lists) {
      const differs = list.find(({ hash }, i) => hash !== (cases[arithmetic]?.[i].hash ?? hash));
      if (differs !== undefined) throw new Error(`${host} compiles ${differs.name} to other bytes`);
    }
    return { host, hashes: Object.fromEntries(hashes) };
  });
  for (const { host, hashes, skipped } of [...ofNodes, ...others]) {
    if (hashes === undefined) console.log(`${host}, compiled models: skipped: ${skipped}`);
    for (const [arithmetic, list] of Object.entries(cases)) {
      if (hashes === undefined) continue;
      const found = list.map(({ name }) => hashes[arithmetic]?.[name] ?? null);
      if (found.includes(null)) {
        console.log(`${host}, compiled models, ${arithmetic}: skipped: it has no relaxed SIMD`);
        continue;
      }
      const other = list.find(({ expected }, i) => found[i] !== expected);
      if (other !== undefined) throw new Error(`${host}: ${other.name}, ${arithmetic}, compiled, gives other bits than predictOnBatch`); // prettier-ignore
      console.log(`${host}: ${list.length} compiled models, ${arithmetic}, give the bits of predictOnBatch`); // prettier-ignore
    }
  }
}

/** This processor and an Arm, strict and fused. */
async function compareWithArm() {
  const qemu = '/usr/bin/qemu-aarch64-static';
  const missing = [qemu, ARM_LIBRARIES].find((file) => !existsSync(file));
  if (missing !== undefined) {
    console.log(
      `skipped: there is no ${missing}. Debian: qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross`,
    );
    return;
  }
  const outcome = await withNode('linux-arm64', 22, async (binary) => {
    const version = process.version;
    const arm = [qemu, '-L', ARM_LIBRARIES, binary];
    for (const [arithmetic, flags] of ARITHMETICS) {
      const options = ['--threads', '1', '--samples', String(ARM_SAMPLES), ...flags];
      const here = await hashOf([process.execPath], version, ...options);
      const there = await hashOf(arm, 'v22', ...options);
      console.log(`${process.arch.padEnd(5)} ${arithmetic} ${here}\narm64 ${arithmetic} ${there}`);
      compare([here, there]);
    }
  });
  if (outcome.skipped !== undefined) console.log(`skipped: ${outcome.skipped}`);
}

function compare(hashes) {
  const different = new Set(hashes);
  if (different.size > 1) throw new Error(`the fingerprints differ: ${[...different].join(', ')}`);
}

try {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean' },
      arm: { type: 'boolean' },
      compiled: { type: 'boolean' },
      fused: { type: 'boolean' },
      hash: { type: 'boolean' },
      samples: { type: 'string' },
      threads: { type: 'string' },
    },
  });
  if (values.all || values.compiled) await compareAll({ isTrained: values.all });
  else if (values.arm) await compareWithArm();
  else {
    const hash = await fingerprintTwice(values);
    console.log(values.hash ? hash : `Node ${process.version}  ${hash}`);
  }
} catch (error) {
  console.error(`fingerprint: ${error.message}`);
  process.exitCode = 1;
}
