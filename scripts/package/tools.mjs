// Other projects' programs that the package must work with. They are pinned, installed from the npm registry into a folder that is
// removed afterwards, and not among this project's dependencies. Their install scripts do not run.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './project.mjs';

const versions = {
  '@arethetypeswrong/cli': '0.18.5',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@types/express': '5.0.6',
  '@types/node': '20.19.43',
  bun: '1.4.5',
  deno: '2.9.6',
  express: '5.3.0',
  publint: '0.3.25',
  rollup: '4.68.8',
  webpack: '5.112.2',
  workerd: '1.20261117.1',
};

/** Where the packages for this machine put their binaries. */
const binaries = {
  bun: '@oven/bun-linux-x64/bin/bun',
  deno: '@deno/linux-x64-glibc/deno',
  workerd: '@cloudflare/workerd-linux-64/bin/workerd',
};

/** Installs all of them. */
export async function installTools() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-tools-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const specs = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  try {
    await run(folder, 'npm', 'install', ...options, '--prefix', folder, ...specs);
  } catch (error) {
    await remove();
    throw error;
  }
  const inside = (...parts) => path.join(folder, 'node_modules', ...parts);
  return {
    folder,
    remove,
    versions,
    /** The path of a binary, or undefined on a machine that it is not made for. */
    binary: (name) =>
      `${process.platform}-${process.arch}` === 'linux-x64' ? inside(binaries[name]) : undefined,
    /** A module that a package exports under its name. */
    async load(name) {
      const { exports, main } = JSON.parse(await readFile(inside(name, 'package.json'), 'utf8'));
      const entry = entryOf(exports?.['.'] ?? exports) ?? main;
      return import(pathToFileURL(inside(name, entry)));
    },
    /** The script of a package's command. */
    async command(name) {
      const { bin } = JSON.parse(await readFile(inside(name, 'package.json'), 'utf8'));
      return inside(name, typeof bin === 'string' ? bin : Object.values(bin)[0]);
    },
  };
}

/** What Node's `import` takes of an entry of `exports`. */
function entryOf(entry) {
  if (entry === undefined || typeof entry === 'string') return entry;
  return entryOf(entry.node ?? entry.import ?? entry.default);
}
