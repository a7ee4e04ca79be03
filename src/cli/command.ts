// A command of `npx lanegrad`: what it is called with, and its help.
import { printable } from '../config/describe-value.js';
import { didYouMean } from '../config/index.js';
import { tokensOf } from './platform.js';
import type { Flag, Print } from './platform.js';

/** A mistake in how a command was called. The process ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An option of a command. */
export interface CommandOption extends Flag {
  /** What it does, for the help. */
  readonly text: string;
}

/** What a command was called with. */
export interface Given {
  /** The arguments that are not options, in their order. */
  readonly files: readonly string[];
  /** The value of an option; undefined where the option was not given. */
  text(name: string): string | undefined;
  /** Whether an option without a value was given. */
  has(name: string): boolean;
}

/** A command of `npx lanegrad`. */
export interface Command {
  readonly name: string;
  /** Its arguments in the help; one that may be repeated ends in `…`. */
  readonly arguments: readonly string[];
  /** What it does, a sentence. */
  readonly text: string;
  /** What else the help says, in lines. */
  readonly details: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  run(given: Given, print: Print): Promise<void>;
}

const HELP: CommandOption = { short: 'h', text: 'Print this help.' };

/** The name that programs write on a command line: `batchSize` is `--batch-size`. */
const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The lines of two columns, as far to the left as the first column permits. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd());
}

/** The help of a command. */
export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, help: HELP }).map(
    ([name, { short, value, text }]) =>
      [
        `${short === undefined ? '    ' : `-${short}, `}${flagOf(name)}${value === undefined ? '' : ` ${value}`}`,
        text,
      ] as const,
  );
  return [
    `Usage: npx lanegrad ${command.name} [options] ${command.arguments.join(' ')}`,
    '',
    command.text,
    ...(command.details.length > 0 ? ['', ...command.details] : []),
    '',
    'Options:',
    ...columns(options),
  ].join('\n');
}

/**
 * What a command was called with; undefined if it is asked for its help.
 *
 * @param words the words behind the name of the command
 * @throws UsageError for an unknown option, a missing or needless value, and another number of arguments.
 */
export function givenTo(command: Command, words: readonly string[]): Given | undefined {
  const known = new Map(
    Object.entries({ ...command.options, help: HELP }).map(([name, option]) => [
      flagOf(name).slice(2),
      { ...option, name },
    ]),
  );
  const files: string[] = [];
  const values = new Map<string, string | true>();
  for (const token of tokensOf(words, known)) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind !== 'option') continue;
    const option = known.get(token.name);
    if (option === undefined) {
      const flags = [...known.keys()].map((flag) => `--${flag}`);
      throw new UsageError(
        `there is no option ${printable(token.rawName)}.${didYouMean(token.rawName, flags)}`,
      );
    }
    if (option.value === undefined && token.value !== undefined) {
      throw new UsageError(`the option ${token.rawName} takes no value.`);
    }
    if (option.value !== undefined && (token.value ?? '') === '') {
      throw new UsageError(`the option ${token.rawName} needs a value: ${option.value}.`);
    }
    values.set(option.name, token.value ?? true);
  }
  if (values.has('help')) return undefined;
  checkCount(command, files);
  const valueOf = (name: string): string | true | undefined => values.get(name);
  return {
    files,
    text: (name) => {
      const value = valueOf(name);
      return typeof value === 'string' ? value : undefined;
    },
    has: (name) => values.has(name),
  };
}

function checkCount({ arguments: names }: Command, files: readonly string[]): void {
  const missing = names[files.length];
  if (missing !== undefined) throw new UsageError(`${missing.replace('…', '')} is missing.`);
  const needless = files[names.length];
  if (needless !== undefined && names.at(-1)?.endsWith('…') !== true) {
    throw new UsageError(`'${printable(needless)}' is one argument too many.`);
  }
}

/** The value of an option that is a whole number of at least 1; undefined where it was not given. */
export function countOf(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(
    `${flagOf(name)} must be a whole number of at least 1, got '${printable(text)}'.`,
  );
}
