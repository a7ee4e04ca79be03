/** The destination of progress bars and messages. */
export interface Writer {
  /** Whether the writer is a terminal, where a line can be redrawn in place. */
  readonly isTerminal: boolean;
  /** Whether text may be coloured by ANSI escapes. */
  readonly hasColors: boolean;
  /** Width of the terminal in columns, if the writer is a terminal. */
  readonly columns?: number | undefined;
  /**
   * Writes text, in which lines end in `\n`.
   *
   * @param text one or more lines, or part of a line
   */
  write(text: string): void;
}

/** Standard output of Node, Deno and Bun; undefined elsewhere. */
function nodeWriter(): Writer | undefined {
  if (typeof globalThis.process?.stdout?.write !== 'function') return undefined;
  const { stdout } = process;
  return {
    // Asked again each time: tests and shells may change them while the program runs.
    get isTerminal() {
      return stdout.isTTY ?? false;
    },
    get hasColors() {
      return (stdout.isTTY ?? false) && !noColor();
    },
    get columns() {
      // Some pseudo-terminals say 0: they do not know.
      return stdout.columns > 0 ? stdout.columns : undefined;
    },
    write(text) {
      stdout.write(text);
    },
  };
}

/** https://no-color.org: set and not empty means no colour, please. */
function noColor(): boolean {
  try {
    return Boolean(process.env['NO_COLOR']);
  } catch {
    // Deno throws where the program may not see its environment.
    return false;
  }
}

/** Writes whole lines to the console, as browsers have it. */
const consoleWriter: Writer = {
  isTerminal: false,
  hasColors: false,
  write(text) {
    // eslint-disable-next-line no-console -- there is nothing else to write to
    console.log(text.replace(/\n$/, ''));
  },
};

let current: Writer | undefined;

/** The process's standard output, or the console where there is none. */
export function defaultWriter(): Writer {
  current ??= nodeWriter() ?? consoleWriter;
  return current;
}
