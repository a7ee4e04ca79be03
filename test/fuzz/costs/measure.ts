// What reading files costs, measured in processes of their own: a process tells the most memory that it ever had.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Cost } from './cost-child.js';
import type { CostlyFile } from './loaders.js';

/** What a file has cost. */
export interface Measured extends Pick<Cost, 'milliseconds' | 'bytes' | 'outcome'> {
  readonly name: string;
  readonly length: number;
}

/** A reader that takes longer is stopped. */
const STOPPED_MS = 300_000;

/** Measures readers of files. */
export class CostMeter {
  readonly #program: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#program = join(folder, 'cost-child.mjs');
  }

  static async start(): Promise<CostMeter> {
    const meter = new CostMeter(await mkdtemp(join(tmpdir(), 'lanegrad-costs-')));
    await build({
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

  /** Ends the process, and removes its program. */
  async stop(): Promise<void> {
    this.#child?.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Reads one file; the next one when it has been read. */
  async measure({ name, kind, bytes }: CostlyFile): Promise<Measured> {
    const child = (this.#child ??= await this.#spawn());
    const start = performance.now();
    const cost = await new Promise<Cost>((resolve) => {
      const end = (outcome: string): void => {
        resolve({
          milliseconds: performance.now() - start,
          bytes: Infinity,
          outcome,
          isUsedUp: true,
        });
      };
      const timer = setTimeout(end, STOPPED_MS, 'stopped, as it took too long');
      const exit = (code: number | null, signal: string | null): void => {
        clearTimeout(timer);
        end(`the process ended with ${code ?? String(signal)}`);
      };
      child.once('exit', exit);
      child.once('message', (answer) => {
        clearTimeout(timer);
        child.off('exit', exit);
        resolve(answer as Cost);
      });
      child.send({ name, kind, bytes });
    });
    if (cost.isUsedUp) {
      child.kill('SIGKILL');
      this.#child = undefined;
    }
    const { milliseconds, bytes: beside, outcome } = cost;
    return { name, length: bytes.length, milliseconds, bytes: beside, outcome };
  }

  #spawn(): Promise<ChildProcess> {
    const child = fork(this.#program, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('message', () => {
        resolve(child);
      });
      child.once('exit', () => {
        reject(new Error('the process that reads files did not start'));
      });
    });
  }
}
