import { nodeWriter } from './platform.node.js';

/** Where progress and messages go. */
export interface Writer {
  /** Whether the writer is a terminal, where a line can be drawn again in place. */
  readonly isTerminal: boolean;
  /** Whether text may be coloured by ANSI escapes. */
  readonly hasColors: boolean;
  /** Width of the terminal, if it is one. */
  readonly columns?: number | undefined;
  /** Takes text; lines end in `\n`. */
  write(text: string): void;
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
