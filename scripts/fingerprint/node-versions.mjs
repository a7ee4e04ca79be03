// Node binaries of other versions, from the npm packages that contain them, in a folder that is removed afterwards.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** The major version of the Node that runs this script. */
export const thisMajor = Number(process.versions.node.split('.')[0]);

/**
 * Calls `use(binary, version)` for one Node version after another and returns what it returned, or why it could not
 * be called: `{ major, version?, result?, skipped? }`. What `use` throws is passed on.
 */
export async function withNodeVersions(majors, use) {
  const host = `${process.platform}-${process.arch}`;
  const outcomes = [];
  for (const major of majors) {
    if (major === thisMajor) {
      outcomes.push({ major, ...(await used(process.execPath, use)) });
    } else if (host !== 'linux-x64') {
      const skipped = `only linux-x64 can install other Node versions, this is ${host}`;
      outcomes.push({ major, skipped });
    } else
      outcomes.push({ major, ...(await withNode(host, major, (binary) => used(binary, use))) });
  }
  return outcomes;
}

async function used(binary, use) {
  const version = (await execute(binary, ['--version'])).stdout.trim();
  return { version, result: await use(binary, version) };
}

/** What `use(binary)` returns for the Node of that platform, such as `linux-arm64`; `{ skipped }` if npm has none. */
export async function withNode(platform, major, use) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-node-'));
  const spec = `node-${platform}@${major}`;
  // npm refuses packages of another processor unless it is forced.
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--force'];
  try {
    await execute('npm', ['install', ...options, '--loglevel=error', '--prefix', folder, spec]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const reason = String(error.stderr || error.message)
      .trim()
      .split('\n')[0];
    return { skipped: `npm could not install ${spec}: ${reason}` };
  }
  try {
    return (await use(path.join(folder, `node_modules/node-${platform}/bin/node`))) ?? {};
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
