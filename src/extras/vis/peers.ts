// The libraries that draw: optional peers. Each `import()` is awaited in a `try`, from which bundlers see that the package may be
// missing.
import { messageOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** What is used of Vega. */
export interface Vega {
  parse(spec: unknown): unknown;
  View: new (runtime: unknown, options: Readonly<Record<string, unknown>>) => VegaView;
}

/** A chart of Vega. */
export interface VegaView {
  toSVG(): Promise<string>;
  runAsync(): Promise<unknown>;
  finalize(): unknown;
}

/** What is used of Vega-Lite. */
export interface VegaLite {
  compile(spec: unknown, options?: { readonly logger?: unknown }): { readonly spec: unknown };
}

/** What is used of resvg. */
export interface Resvg {
  initWasm(code: unknown): Promise<void>;
  Resvg: new (
    svg: string,
    options: Readonly<Record<string, unknown>>,
  ) => { render(): { asPng(): Uint8Array<ArrayBuffer> } };
}

/** The libraries for charts. @throws ValueError with the line that installs them */
export async function vegaPeers(): Promise<{ readonly vega: Vega; readonly vegaLite: VegaLite }> {
  try {
    const vega = await import('vega');
    const vegaLite = await import('vega-lite');
    return { vega: vega as unknown as Vega, vegaLite: vegaLite as unknown as VegaLite };
  } catch (error) {
    throw missing('vega vega-lite', error);
  }
}

/** The library for PNG files. @throws ValueError with the line that installs it */
export async function resvgPeer(): Promise<Resvg> {
  try {
    return (await import('@resvg/resvg-wasm')) as unknown as Resvg;
  } catch (error) {
    throw missing('@resvg/resvg-wasm', error);
  }
}

function missing(install: string, cause: unknown): ValueError {
  return new ValueError(
    `show: what draws such a chart could not be loaded (${messageOf(cause)}). Install: npm install ${install}`,
    { cause },
  );
}
