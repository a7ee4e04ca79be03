// The costs of reading files, each measured in a separate process.
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import type { Cost } from './cost-child.js';
import type { CostlyFile } from './loaders.js';

/** What a file has cost. */
export interface Measured extends Cost {
  readonly name: string;
  readonly length: number;
}

/** A reader that takes longer is stopped. */
const STOPPED_MS = 300_000;

/** Measures readers of files. */
export class CostMeter {
  private constructor(private readonly folder: string) {}

  static async start(): Promise<CostMeter> {
    // Below the project, from where packages are found.
    const build = fileURLToPath(new URL('../../../build/', import.meta.url));
    await mkdir(build, { recursive: true });
    const folder = await mkdtemp(join(build, 'costs-'));
    const meter = new CostMeter(folder);
    await bundle({
      entryPoints: [fileURLToPath(new URL('./cost-child.ts', import.meta.url))],
      outfile: meter.#program,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      platform: 'node',
      logLevel: 'silent',
    });
    return meter;
  }

  get #program(): string {
    return join(this.folder, 'cost-child.mjs');
  }

  /** Removes the program. */
  async stop(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Reads one file. */
  async measure({ name, kind, bytes }: CostlyFile): Promise<Measured> {
    const path = join(this.folder, `${Math.random().toString(36).slice(2)}.bin`);
    await writeFile(path, bytes);
    try {
      return { name, length: bytes.length, ...(await this.#costOf(kind, path)) };
    } finally {
      await rm(path);
    }
  }

  #costOf(kind: CostlyFile['kind'], path: string): Promise<Cost> {
    const start = performance.now();
    const child = fork(this.#program, [kind, path], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new Promise((resolve) => {
      const end = (outcome: string): void => {
        clearTimeout(timer);
        resolve({ milliseconds: performance.now() - start, bytes: Infinity, outcome });
      };
      const timer = setTimeout(() => {
        end('stopped, as it took too long');
        child.kill('SIGKILL');
      }, STOPPED_MS);
      child.once('message', (cost) => {
        clearTimeout(timer);
        resolve(cost as Cost);
      });
      child.once('exit', (code, signal) => {
        end(`the process ended with ${code ?? String(signal)}`);
      });
    });
  }
}
