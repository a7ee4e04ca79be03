import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';

// Bundlers must not follow this import: they would warn everybody who has not installed the package.
const byName = (name: string): Promise<unknown> =>
  import(/* webpackIgnore: true */ /* @vite-ignore */ name) as Promise<unknown>;
let load = (): Promise<unknown> => byName('h5wasm');

/**
 * Says where the package h5wasm comes from, which writes the HDF5 in Keras's files (`.keras`, `.weights.h5`). Only
 * bundled programs need to: elsewhere it is found by its name, once it is installed. Reading needs no package.
 *
 * @param loader called when the first such file is written
 * @throws ValueError for anything but a function.
 * @example models.useHdf5(() => import('h5wasm'));
 */
export function useHdf5(loader: () => Promise<unknown>): void {
  if (typeof loader !== 'function') {
    throw new ValueError(
      `useHdf5: expected a function, () => import('h5wasm'), got ${describeValue(loader)}.`,
    );
  }
  load = loader;
}

/** The package. @param owner the method that needs it @throws ValueError if it cannot be loaded, saying what to do. */
export async function loadHdf5(owner: string): Promise<unknown> {
  try {
    return await load();
  } catch (error) {
    throw new ValueError(
      `${owner}: Keras's files hold HDF5, which the package h5wasm writes, and it cannot be loaded. Install ` +
        `it: npm install h5wasm. A bundled program says besides: models.useHdf5(() => import('h5wasm')).`,
      { cause: error },
    );
  }
}
