/** The version of this package. */
export const VERSION = '0.1.0';

/** This copy of the library. Base classes hold it under `'~lanegrad'`, so that what another copy made can be told. */
export const COPY = { version: VERSION };

/**
 * What a message says of an object, or of a class, that another copy of the library made; nothing of any other. That two
 * copies are loaded is no fault: frameworks load one for each side of a page, and a hot update loads one anew. So the
 * place where they meet says so, and none before.
 */
export function madeElsewhere(value: object): string {
  const { '~lanegrad': copy } = value as { readonly '~lanegrad'?: typeof COPY };
  if (copy === undefined || copy === COPY) return '';
  return (
    `, made by another copy of lanegrad (${copy.version}, this is ${VERSION}; have one: see \`npm ls lanegrad\` and ` +
    '`npm dedupe`, import it in one way, and load a page anew after a hot update)'
  );
}
