// Runs one program of a page. It has no page: charts are drawn here and shown there. The page ends it to stop the program.
import type { Tensor } from 'lanegrad';
import { describeTensor, describeValue } from './describe.js';
import { compile, UnreadableError } from './compile.js';
import type { Answer, Request, Shown } from './protocol.js';
import { Timers } from './timers.js';

/** So many lines are shown of what a program prints. */
const MAX_LINES = 500;

const entries = import.meta.glob<Record<string, unknown>>([
  '../../../dist/modules/src/*.js',
  '../../../dist/modules/src/io/*.js',
]);

let isShowing = false;
let printed = 0;
let dark = false;

const answer = (message: Answer): void => postMessage(message);

function show(shown: readonly Shown[], line?: number): void {
  if (!isShowing) return;
  printed += 1;
  if (printed <= MAX_LINES) answer({ type: 'shown', shown, line });
  else if (printed % 10_000 === 0) answer({ type: 'unshown', count: printed - MAX_LINES });
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'dtype' in value &&
  'data' in value &&
  'reshape' in value;

function print(...values: readonly unknown[]): void {
  const [only] = values;
  if (values.length === 1 && isTensor(only)) show([describeTensor(only, false)]);
  else show([{ kind: 'text', text: values.map(describeValue).join(' ') }]);
}

/** A module with the functions that a worker cannot have as they are. */
async function load(name: string): Promise<unknown> {
  const path = name === 'lanegrad' ? 'index' : name.replace(/^lanegrad\//, '');
  const entry = name.startsWith('lanegrad')
    ? entries[`../../../dist/modules/src/${path}.js`]
    : undefined;
  if (entry === undefined) {
    throw new TypeError(
      `A page can import 'lanegrad' and its entries, such as 'lanegrad/vis'; it has no '${name}'.`,
    );
  }
  const module = await entry();
  if (name !== 'lanegrad/vis') return module;
  const { show: draw } = await import('lanegrad/vis');
  return {
    ...module,
    show: async (spec: Parameters<typeof draw>[0]) => {
      const chart = (await draw(spec, undefined, { theme: dark ? 'dark' : 'light' })) as {
        readonly svg: string;
      };
      show([{ kind: 'chart', svg: chart.svg }]);
    },
  };
}

/** Called in place of a statement whose value the page shows, unless it prints something. */
async function value(
  line: number,
  mayThrow: boolean,
  statement: () => Promise<unknown>,
): Promise<void> {
  const before = printed;
  let result: unknown;
  try {
    result = await statement();
  } catch (error) {
    if (!mayThrow || !(error instanceof Error)) throw error;
    show([{ kind: 'text', text: `throws ${error.name}: ${error.message}` }], line);
    return;
  }
  if (result === undefined || printed > before || !isShowing) return;
  const values = Array.isArray(result) && result.some(isTensor) ? (result as unknown[]) : [result];
  const shown = values.map((one): Shown =>
    isTensor(one)
      ? describeTensor(one, true)
      : { kind: 'text', text: describeValue(typeof one === 'string' ? `'${one}'` : one) },
  );
  show(shown, line);
}

/** Where the function's text begins: browsers put its head on lines of their own. */
const FILE = 'program-of-this-page.js';

function lineOf(error: unknown, head: number): number | undefined {
  if (error instanceof UnreadableError) return error.line;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1];
  return line === undefined ? undefined : Number(line) - head;
}

async function run({ pieces, isDark }: Request): Promise<void> {
  dark = isDark;
  Object.assign(console, {
    log: print,
    info: print,
    warn: print,
    error: print,
    debug: print,
    table: print,
  });
  const started = performance.now();
  let start = 1;
  let head = 0;
  try {
    const compiled = compile(pieces);
    start = compiled.start;
    const modules = new Map<string, unknown>();
    for (const name of compiled.modules) modules.set(name, await load(name));
    const timers = new Timers((error) => fail(error, start, head));
    const names = ['require', 'exports', '__begin', '__value', ...Object.keys(timers.functions)];
    // The only way to make an asynchronous function of a text.
    const AsyncFunction = (async () => undefined).constructor as new (
      ...texts: string[]
    ) => (...values: unknown[]) => Promise<void>;
    head = new AsyncFunction(...names, '').toString().split('\n').length - 2;
    // A promise that the program does not wait for may fail as well.
    addEventListener('unhandledrejection', ({ reason }) => fail(reason, start, head));
    const program = new AsyncFunction(...names, `${compiled.body}\n//# sourceURL=${FILE}`);
    const begin = (): void => void (isShowing = true);
    const given = [(name: string) => modules.get(name), {}, begin, value];
    await program(...given, ...Object.values(timers.functions));
    await timers.over();
    if (printed > MAX_LINES) answer({ type: 'unshown', count: printed - MAX_LINES });
    // Such failures are told once the promises of the program have settled.
    await new Promise((resolve) => setTimeout(resolve));
    answer({ type: 'done', milliseconds: performance.now() - started });
  } catch (error) {
    fail(error, start, head);
  }
}

/** Tells the error that has ended the program. */
function fail(error: unknown, start: number, head: number): void {
  const line = lineOf(error, head);
  const isEarlier = line !== undefined && line < start;
  const { name, message } =
    error instanceof Error ? error : { name: 'Error', message: `threw ${describeValue(error)}` };
  answer({
    type: 'failed',
    name,
    message,
    line: line === undefined || isEarlier ? undefined : line - start + 1,
    isEarlier,
  });
}

addEventListener('message', ({ data }: MessageEvent<Request>) => void run(data));
