// Whether the binaries in src/engine/wasm/generated/ match the sources. The build stores the hashes of the sources that it compiles,
// and Vitest compares them before the tests: a binary of other sources has other codes, and would run the wrong kernel.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The record that the build keeps. */
const NOTE = 'src/engine/wasm/generated/sources.json';

/**
 * A hash of each file that something is made of.
 *
 * @param {string} root the folder of the project
 * @param {readonly string[]} folders of whose TypeScript and modules of scripts it is made
 * @param {readonly string[]} files further ones
 * @returns {Record<string, string>} by paths in the project
 */
export function hashSources(root, folders = ['assembly'], files = ['asconfig.json']) {
  const found = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((file) => /\.m?[jt]s$/.test(file))
      .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`),
  );
  const hashOf = (file) =>
    createHash('sha256')
      .update(readFileSync(path.join(root, file)))
      .digest('hex');
  return Object.fromEntries([...files, ...found].sort().map((file) => [file, hashOf(file)]));
}

/**
 * Begins a compilation: what was noted before counts no more.
 *
 * @param {string} [root] the folder of the project
 * @returns {() => void} notes the sources as they are now, when all binaries are there
 */
export function beginSources(root = project) {
  const note = path.join(root, NOTE);
  const text = `${JSON.stringify(hashSources(root), undefined, 2)}\n`;
  rmSync(note, { force: true });
  return () => writeFileSync(note, text);
}

/** Vitest calls it before the tests. @throws Error that names what has changed since the binaries were compiled. */
export default function requireFreshBinaries(_, root = project) {
  const advice = 'Run `npm run build:wasm`.';
  const note = path.join(root, NOTE);
  if (!existsSync(note))
    throw new Error(`There is no ${NOTE}: no build of the binaries has come to its end. ${advice}`);
  const noted = JSON.parse(readFileSync(note, 'utf8'));
  const now = hashSources(root);
  const changed = [...new Set([...Object.keys(now), ...Object.keys(noted)])]
    .filter((file) => now[file] !== noted[file])
    .map((file) => {
      if (noted[file] === undefined) return `${file} is new`;
      return `${file} ${now[file] === undefined ? 'is gone' : 'has changed'}`;
    });
  if (changed.length === 0) return;
  throw new Error(
    `The binaries in src/engine/wasm/generated/ are older than their sources: ${changed.join(', ')}. ${advice}`,
  );
}
