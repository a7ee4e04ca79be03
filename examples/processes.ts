import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

/** A command with its arguments, its environment variables, and how long it may take. */
export interface Program {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; default 5 minutes. */
  readonly timeout?: number;
  /** What ends the program before its time. Default SIGTERM. */
  readonly killSignal?: NodeJS.Signals;
}

/**
 * Runs a program; the promise has what the program printed to stdout.
 *
 * @throws Error with the end of what it printed to stderr, if it fails, takes too long, or `signal` ends it.
 */
async function run(program: Program, signal: AbortSignal): Promise<string> {
  const { timeout = 300_000, killSignal = 'SIGTERM' } = program;
  const [name = '', ...args] = program.command;
  const env = { ...process.env, ...program.env };
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(name, args, { env, stdio: [...stdio], timeout, killSignal, signal });
  let output = '';
  let errors = '';
  let failure: Error | undefined;
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-4000)));
  child.on('error', (error) => (failure = error));
  // Also behind an error: a process that was told to end may still run.
  const [code, endedBy] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  if (failure !== undefined) throw failure;
  if (code === 0) return output;
  const how = endedBy === null ? `ended with exit code ${code}` : `was ended by ${endedBy}`;
  throw new Error(`${program.command.join(' ')} ${how}\n${errors.trim()}`);
}

/**
 * Runs programs side by side, and ends all if one fails: of processes that compute together, the others would wait for it.
 *
 * @throws Error of the first program that failed, when all have ended.
 */
export async function runTogether(programs: readonly Program[]): Promise<string[]> {
  const stop = new AbortController();
  const failures: unknown[] = [];
  const running = programs.map((program) =>
    run(program, stop.signal).catch((error: unknown) => {
      failures.push(error);
      stop.abort();
      return '';
    }),
  );
  const outputs = await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return outputs;
}

/** The Python that has the packages of a list of the repository; makes its environment the first time. */
export async function pythonWith(list: string): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const command = ['python3', `${root}scripts/python-environment.py`, root + list];
  const [output = ''] = await runTogether([{ command, timeout: 30 * 60_000 }]);
  return output.trim();
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
