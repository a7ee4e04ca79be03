let last: Promise<unknown> = Promise.resolve();

/**
 * Saves that write several files and remove those of the save before, one after another: of two saves to one place at once,
 * each would take the files of the other for old ones.
 */
export async function inTurn(save: () => Promise<void>): Promise<void> {
  const own = last.then(save);
  last = own.catch(() => undefined);
  return own;
}
