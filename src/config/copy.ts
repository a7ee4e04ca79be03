/** The version of this package. */
export const VERSION = '0.1.0';

/** This copy of the library. Base classes hold it under `'~lanegrad'`, so that what another copy made can be told. */
export const COPY = { version: VERSION };

const ADVICE = 'have one: see `npm ls lanegrad` and `npm dedupe`, and import it in one way';

/** What a message says of an object that another copy of the library made; nothing of any other. */
export function madeElsewhere(value: object): string {
  const { '~lanegrad': copy } = value as { readonly '~lanegrad'?: typeof COPY };
  if (copy === undefined || copy === COPY) return '';
  return `, made by another copy of lanegrad (${copy.version}, this is ${VERSION}; ${ADVICE})`;
}

/** Where the copy that was loaded first leaves its mark. */
const MARK = Symbol.for('lanegrad');

interface Loaded {
  readonly version: string;
  hasWarned: boolean;
}

/** Says once if another copy of the library was loaded into this thread before. */
export function announceCopy(): void {
  const known = globalThis as { [MARK]?: Loaded };
  const before = known[MARK];
  known[MARK] ??= { version: VERSION, hasWarned: false };
  if (before === undefined || before.hasWarned) return;
  before.hasWarned = true;
  // eslint-disable-next-line no-console -- a warning, which is no result of the program
  console.warn(
    `lanegrad ${VERSION} is loaded beside another copy (${before.version}), whose tensors and layers it cannot use: ${ADVICE}.`,
  );
}
