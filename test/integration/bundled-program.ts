// Programs that tests run as separate processes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/**
 * A program in TypeScript as one plain file, which starts much faster. The file lies in a separate folder, which is deleted
 * after the tests of the file that calls this.
 */
export async function bundledProgram(source: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lanegrad-program-'));
  folders.push(folder);
  const outfile = join(folder, basename(source.pathname).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    logLevel: 'silent',
  });
  return outfile;
}
