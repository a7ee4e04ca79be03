// A child process that answers one line with one line.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import readline from 'node:readline';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Variables to set, or with undefined to take away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string, undefined>;
  #errors = '';

  constructor({ file, args, env = {} }: Command) {
    this.#child = spawn(file, args, { env: { ...process.env, ...env } });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = `${this.#errors}${chunk.toString()}`.slice(-2000);
    });
    // Reported where the answer is missed.
    this.#child.on('error', (error) => {
      this.#errors += error.message;
    });
    this.#child.stdin.on('error', () => undefined);
    this.#lines = readline.createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error with what the process wrote to its error output, if it ended instead of answering. */
  async ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    const result = await this.#lines.next();
    if (result.done !== true) return result.value;
    throw new Error(`it ended without an answer: ${this.#errors.trim()}`);
  }

  /** Lets the process end by itself, and returns when it has. */
  async close(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
