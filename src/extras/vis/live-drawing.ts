// What `LivePlot` draws: loaded with the first chart.
import type { Target } from '../../files/locations/target.js';
import { history } from './lines.js';
import { vegaPeers } from './peers.js';
import { show } from './show.js';
import type { ShowOptions } from './show.js';

/** Deno's functions for notebooks. */
interface Jupyter {
  display(
    bundle: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
}

/** Loads what draws, so that the first chart comes as fast as the others. @throws ValueError where a package is missing */
export async function prepareDrawing(): Promise<void> {
  await vegaPeers();
}

/** The notebook that the program runs in; undefined elsewhere. */
export function notebook(): Jupyter | undefined {
  const { Deno: deno } = globalThis as { readonly Deno?: { readonly jupyter?: Jupyter } };
  return typeof deno?.jupyter?.display === 'function' ? deno.jupyter : undefined;
}

/** Draws logs, in place of what was drawn before. */
export async function drawLogs(
  logs: Readonly<Record<string, readonly number[]>>,
  target: Element | Target | undefined,
  options: ShowOptions & { readonly metrics?: readonly string[] },
  displayId: string,
  isFirst: boolean,
): Promise<void> {
  const { metrics, ...shown } = options;
  const spec = history(logs, metrics === undefined ? {} : { metrics });
  if (target !== undefined) {
    await show(spec, target, shown);
    return;
  }
  const chart = await show(spec, undefined, shown);
  const svg = 'svg' in chart ? chart.svg : '';
  const bundle = { 'image/svg+xml': svg };
  await notebook()?.display(bundle, { raw: true, display_id: displayId, update: !isFirst });
}
