// What a command needs of Node, Deno or Bun.

/** Where a command prints: lines without their ends. */
export type Print = (text: string) => void;

/** An option, as far as it decides what the words of a command line mean. */
export interface Flag {
  /** What the help calls its value, such as `FILE`; undefined for an option without a value. */
  readonly value?: string;
  /** Its letter, such as `o` for `-o`. */
  readonly short?: string;
}

/** A word of a command line, as `parseArgs` of Node tells them apart. */
export type Token =
  | {
      readonly kind: 'option';
      readonly name: string;
      /** The option as it was written: `-o`. */
      readonly rawName: string;
      readonly value?: string | undefined;
    }
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

/** The words of a command line, each with its meaning. */
export function tokensOf(
  words: readonly string[],
  known: ReadonlyMap<string, Flag>,
): readonly Token[] {
  const { parseArgs } = process.getBuiltinModule('node:util');
  const options = Object.fromEntries(
    [...known].map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) } as const,
    ]),
  );
  return parseArgs({ args: [...words], options, strict: false, tokens: true }).tokens;
}

/** Whether there is a file or a folder at a path. */
export async function exists(path: string): Promise<boolean> {
  const { stat } = process.getBuiltinModule('node:fs/promises');
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program with the words of the command line and the streams of this process, and sets the exit code.
 *
 * Where the reader of the results has gone (`| head`), the rest is not printed.
 */
export async function runHere(
  program: (words: readonly string[], print: Print, printError: Print) => Promise<number>,
): Promise<void> {
  const { argv, stdout, stderr } = process;
  stdout.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await program(
    argv.slice(2),
    (text) => void stdout.write(`${text}\n`),
    (text) => void stderr.write(`${text}\n`),
  );
}
