// An empty project that only has the packed package.
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../build/build-package.mjs';

const execute = promisify(execFile);
export const root = fileURLToPath(new URL('../..', import.meta.url));

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** Runs a program to its end; what it printed, or an error that holds it. */
export async function run(cwd, command, ...args) {
  try {
    const { stdout } = await execute(command, args, { cwd, maxBuffer: 2 ** 26 });
    return stdout.trim();
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`, {
      cause: error,
    });
  }
}

/** The folder of a project with what the programs of test/package need; `remove` deletes it. */
export function createProject() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-package-'));
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  return {
    folder,
    /** Copies files of the repository into the project; the paths of the copies. */
    take(...files) {
      return files.map((file) => {
        const copy = path.join(folder, path.basename(file));
        copyFileSync(path.join(root, file), copy);
        return copy;
      });
    },
    /** A project inside with the same files, the package, and the optional peers that the repository has; the path of its folder. */
    withPeers() {
      const inner = path.join(folder, 'with-peers');
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isFile()) continue;
        cpSync(path.join(folder, entry.name), path.join(inner, entry.name));
      }
      for (const [from, name] of [
        [folder, 'lanegrad'],
        [root, '@jsquash'],
      ]) {
        const installed = path.join('node_modules', name);
        cpSync(path.join(from, installed), path.join(inner, installed), { recursive: true });
      }
      // Linked, since what these packages need is next to them.
      for (const name of ['@resvg', 'vega', 'vega-lite']) {
        const link = path.join(inner, 'node_modules', name);
        if (!existsSync(link)) symlinkSync(path.join(root, 'node_modules', name), link);
      }
      return inner;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Packs what is published (of what is built already) and puts the tarball into the project; what `npm pack` says of it. */
export async function packInto(folder) {
  const staged = path.join(folder, 'staged');
  buildPackage(staged);
  const options = ['--json', '--pack-destination', folder];
  const [packed] = JSON.parse(await run(root, 'npm', 'pack', ...options, staged));
  return packed;
}
