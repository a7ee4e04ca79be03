// AssemblyScript → Wasm: the targets of asconfig.json, as many at a time as there are processors. A target is compiled
// again only if the compiler, its options or a module that it imports has changed since.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { entryOf, options, sideModules, targets, whole } from './kernel-abi.mjs';

const require = createRequire(import.meta.url);
const { version, dependencies } = require('assemblyscript/package.json');

const entries = 'build/entries';
const entryFile = (target) => `${entries}/${target}.ts`;
/** What a target was compiled of, and what came of it. */
const stampFile = (target) => `${entries}/${target}.sha256`;

const hashOf = (...texts) => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
};

/** The module that the compiler begins with: it exports the kernels of a target. */
const entryText = (target, kernels) =>
  entryOf(kernels, whole.includes(target) ? sideModules : [target], entries);

/** The modules that a module imports, directly or not, in the order of their names. */
function modulesOf(file, text, folder) {
  const found = new Map();
  const visit = (from, source) => {
    for (const { fileName } of ts.preProcessFile(source, true, true).importedFiles) {
      const name = `${path.posix.join(path.posix.dirname(from), fileName)}.ts`;
      if (found.has(name)) continue;
      found.set(name, readFileSync(path.join(folder, name), 'utf8'));
      visit(name, found.get(name));
    }
  };
  visit(file, text);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * A hash of all that decides which binary a target becomes.
 *
 * @param {string} target @param {object[]} kernels of `readKernels`
 * @param {string} [folder] the folder that `assembly` is in
 */
export function inputsOf(target, kernels, folder = '.') {
  const compiler = JSON.stringify([version, dependencies, options, targets[target]]);
  const entry = entryText(target, kernels);
  return hashOf(compiler, entry, ...modulesOf(entryFile(target), entry, folder).flat());
}

const stampOf = (target, inputs) => `${inputs} ${hashOf(readFileSync(targets[target].outFile))}\n`;

/** Whether the binary is what compiling it would give. */
function isFresh(target, inputs) {
  if (!existsSync(stampFile(target)) || !existsSync(targets[target].outFile)) return false;
  return readFileSync(stampFile(target), 'utf8') === stampOf(target, inputs);
}

/** The optimizer runs again and again, until the binary gets no smaller. Then it says this, if the binary has grown. */
const USUAL = 'Last converge was suboptimal.';

function resultOf(target, { hasFailed, said }) {
  const lines = said.split('\n').filter((line) => line !== '' && line !== USUAL);
  if (hasFailed) throw new Error(`The target ${target}:\n${lines.join('\n')}`);
  if (lines.length > 0) console.warn(lines.join('\n'));
}

/**
 * Compiles what is not fresh.
 *
 * @param {string[]} names of targets, in the order in which they are wanted
 * @param {object[]} kernels of `readKernels`
 * @returns {Map<string, Promise<void>>} for each target when its binary is there; rejected with what the compiler says
 */
export function compileTargets(names, kernels) {
  const queue = [];
  const results = names.map((target) => {
    const inputs = inputsOf(target, kernels);
    if (isFresh(target, inputs)) return [target, Promise.resolve()];
    writeFileSync(entryFile(target), entryText(target, kernels));
    const compiled = new Promise((resolve, reject) => queue.push({ target, resolve, reject }));
    return [
      target,
      compiled.then((answer) => {
        resultOf(target, answer);
        writeFileSync(stampFile(target), stampOf(target, inputs));
      }),
    ];
  });
  const serve = async () => {
    const worker = new Worker(new URL('compile-worker.mjs', import.meta.url));
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const { target, resolve, reject } = task;
      worker.postMessage([entryFile(target), '--config', 'asconfig.json', '--target', target]);
      await once(worker, 'message').then(([answer]) => resolve(answer), reject);
    }
    await worker.terminate();
  };
  for (let count = Math.min(queue.length, availableParallelism()); count > 0; count--) void serve();
  return new Map(results);
}
