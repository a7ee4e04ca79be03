// The program `npx lanegrad`.
import { printable } from '../config/describe-value.js';
import { didYouMean, messageOf } from '../config/index.js';
import { columns, givenTo, helpOf, UsageError } from './command.js';
import type { Command } from './command.js';
import type { Print } from './platform.js';
import { compile } from './compile.js';
import { convert } from './convert.js';
import { predict } from './predict.js';
import { summary } from './summary.js';

const COMMANDS: readonly Command[] = [summary, convert, predict, compile];

/** How the process ends. */
const enum ExitCode {
  Done = 0,
  /** Something could not be done: a file is damaged, say. */
  Failed = 1,
  /** The program was called in a way that it does not know. */
  Misused = 2,
}

const MAX_ERROR = 2000;

const HELP = [
  'Usage: npx lanegrad COMMAND [options] …',
  '',
  'Commands:',
  ...columns(
    COMMANDS.map(({ name, arguments: given, text }) => [`${name} ${given.join(' ')}`, text]),
  ),
  '',
  'npx lanegrad COMMAND --help says more of a command.',
].join('\n');

/**
 * Runs the program.
 *
 * @param words the words of the command line behind the name of the program
 * @returns the exit code: 0; 1 where something could not be done; 2 where the program was called wrongly
 */
export async function runCommandLine(
  words: readonly string[],
  print: Print,
  printError: Print,
): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    const command = COMMANDS.find((one) => one.name === rest[0]);
    print(command === undefined ? HELP : helpOf(command));
    return name === undefined ? ExitCode.Misused : ExitCode.Done;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((one) => one.name);
    printError(
      `lanegrad: there is no command '${printable(name)}'; there are ${names.join(', ')}.${didYouMean(name, names)}`,
    );
    return ExitCode.Misused;
  }
  try {
    const given = givenTo(command, rest);
    if (given === undefined) print(helpOf(command));
    else await command.run(given, print);
    return ExitCode.Done;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const message = messageOf(error).replaceAll(/\s*\n\s*/g, ' ');
    const text = message.startsWith(`${command.name}: `)
      ? message.slice(command.name.length + 2)
      : message;
    const advice = isUsage ? ` See npx lanegrad ${command.name} --help.` : '';
    printError(printable(`lanegrad ${command.name}: ${text}${advice}`, MAX_ERROR));
    return isUsage ? ExitCode.Misused : ExitCode.Failed;
  }
}
