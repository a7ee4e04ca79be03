import type { Writer } from './writer.js';

/** Standard output of Node, Deno and Bun; undefined elsewhere. */
export function nodeWriter(): Writer | undefined {
  if (typeof globalThis.process?.stdout?.write !== 'function') return undefined;
  const { stdout } = process;
  return {
    // Asked anew each time: tests and shells may change them while the program runs.
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
