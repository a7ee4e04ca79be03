// A program of a page as the body of an asynchronous function: types are taken out, imports become calls of `require`, and
// values that the page shows are reported.
import { parse, tokenizer } from 'acorn';
import type { Comment, Program } from 'acorn';
import { transform } from 'sucrase';
import type { Piece } from './protocol.js';

export interface Compiled {
  readonly body: string;
  /** What it imports. */
  readonly modules: readonly string[];
  /** The line, from 1, at which the last piece begins. */
  readonly start: number;
}

/** An error of a text that is no program, with the line of the whole program. */
export class UnreadableError extends SyntaxError {
  override readonly name = 'SyntaxError';
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** Names by which the body reports: `__begin()` before the last piece, `__value(line, statement)`. */
export function compile(pieces: readonly Piece[]): Compiled {
  const texts = pieces.map(({ code }) => code.replace(/\n$/, ''));
  const last = texts.pop() ?? '';
  const before = texts.map((text) => `${text}\n`).join('');
  const start = before.split('\n').length;
  const source = `${before}__begin();${last}`;
  const isTypeScript = pieces.some((piece) => piece.isTypeScript);
  let code: string;
  try {
    code = transform(source, {
      transforms: isTypeScript ? ['typescript', 'imports'] : ['imports'],
      disableESTransforms: true,
      // `import()` loads what the site has, too.
      preserveDynamicImport: false,
    }).code;
  } catch (error) {
    throw unreadable(error, source);
  }
  return { body: reporting(code, start), modules: modulesOf(code), start };
}

/** The names that the code requires; what stands in comments and texts is none. */
function modulesOf(code: string): string[] {
  const found = new Set<string>();
  const tokens = [...tokenizer(code, { ecmaVersion: 'latest' })].map(({ start, end }) =>
    code.slice(start, end),
  );
  tokens.forEach((token, i) => {
    const [open, name = ''] = [tokens[i + 1], tokens[i + 2]];
    if (token === 'require' && open === '(' && /^['"]/.test(name)) found.add(name.slice(1, -1));
  });
  return [...found];
}

function unreadable(error: unknown, source: string): unknown {
  const { message, loc } = error as { message: string; loc?: { line: number } };
  const line = loc?.line ?? Number(/\((\d+):\d+\)/.exec(message)?.[1] ?? source.split('\n').length);
  return new UnreadableError(
    message.replace(/^Error transforming .*?: /, '').replace(/ ?\(\d+:\d+\)$/, ''),
    line,
  );
}

/** Statements with a comment behind them, and the last one, report their values. */
function reporting(code: string, start: number): string {
  const comments: Comment[] = [];
  let program: Program;
  try {
    program = parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      locations: true,
      onComment: comments,
    });
  } catch (error) {
    throw unreadable(error, code);
  }
  const commented = new Map(comments.map(({ loc, value }) => [loc?.start.line, value]));
  let result = code;
  for (const [index, statement] of [...program.body.entries()].reverse()) {
    if (statement.type !== 'ExpressionStatement') continue;
    const line = statement.loc?.end.line ?? 0;
    const comment = commented.get(line);
    const mayThrow = comment?.trim().startsWith('throws ') === true;
    // Of the pieces before the last one, nothing is shown, but what throws there must not end the program.
    const isEarlier = line < start;
    const isReported = isEarlier
      ? mayThrow
      : comment !== undefined || index === program.body.length - 1;
    if (!isReported || 'directive' in statement) continue;
    const text = code.slice(statement.expression.start, statement.expression.end);
    if (text.startsWith('__begin()')) continue;
    result =
      result.slice(0, statement.start) +
      `await __value(${line}, ${String(mayThrow)}, async () => (${text}));` +
      result.slice(statement.end);
  }
  return result;
}
