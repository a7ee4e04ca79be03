// Drawing: into an element, a file, or what a notebook shows.
import { printable } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isPlainObject, messageOf, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isByteSink } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { writeTarget } from '../../files/locations/write.js';
import { packageFile } from '../pictures/platform.js';
import { isElement } from './page-element.js';
import type { PageElement, ShownElement } from './page-element.js';
import { resvgPeer, vegaPeers } from './peers.js';
import type { VegaView } from './peers.js';
import { systemFont } from './platform.js';
import { refuse } from './spec.js';
import type { Spec } from './spec.js';
import { theme } from './theme.js';
import type { ThemeName } from './theme.js';

/** Options of `show`. */
export interface ShowOptions {
  /** The theme. Default `'auto'`: that of the page, otherwise light. */
  readonly theme?: ThemeName | 'auto';
  /** The number of pixels in a PNG file for each pixel of the chart. Default 2. */
  readonly scale?: number;
  /** The bytes of a font (TTF or OTF) for a PNG file. Default: a font of the system. */
  readonly font?: Uint8Array<ArrayBuffer>;
}

/** A chart for a notebook: Deno's Jupyter kernel shows it as the value of a cell. */
export interface ShownChart {
  /** The text of an SVG file. */
  readonly svg: string;
}

/** The method by which Deno's kernel asks an object how it is shown. */
const DISPLAY = Symbol.for('Jupyter.display');

/** Charts that stand in elements, so that another one takes their place. */
const drawn = new WeakMap<Element, VegaView>();

/**
 * Draws a chart into an element of a page, or into a file. Needs the packages vega and vega-lite.
 *
 * @param target the element or, in a page, a CSS selector; else a path that ends in `.svg` or `.png`, or an object
 * { write(name, bytes) } that takes an SVG file. A PNG file needs the package `@resvg/resvg-wasm`
 * @throws ValueError if a package is missing (the message says how to install it), for a specification that cannot be drawn,
 * and for an invalid target.
 * @example await vis.show(vis.history({ loss: [1, 0.5, 0.3] }), 'history.svg', { theme: 'dark' });
 */
export async function show(
  spec: Spec,
  target: PageElement | Target,
  options?: ShowOptions,
): Promise<void>;
/**
 * A chart for a notebook: in a page an element, which Observable shows, otherwise an object that Deno's Jupyter kernel
 * shows.
 *
 * @example const chart = await vis.show(vis.history({ loss: [1, 0.5, 0.3] }));
 */
export async function show(
  spec: Spec,
  target?: undefined,
  options?: ShowOptions,
): Promise<ShownElement | ShownChart>;
export async function show(
  spec: Spec,
  target?: PageElement | Target,
  options: ShowOptions = {},
): Promise<unknown> {
  const owner = 'show';
  checkOptions(owner, options, ['theme', 'scale', 'font']);
  const chosen = oneOf(owner, 'theme', options.theme ?? 'auto', ['light', 'dark', 'auto']);
  const scale = checkNumber(owner, 'scale', options.scale ?? 2, { min: 0.1, max: 8 });
  if (!isPlainObject(spec) || typeof spec.$schema !== 'string') {
    refuse(owner, 'the first argument', 'a specification of Vega-Lite (await charts that are promises)', spec); // prettier-ignore
  }
  const page = (globalThis as { readonly document?: Document }).document;
  const element = elementOf(owner, target, page);
  const look = chosen === 'auto' ? preferred() : chosen;
  if (element !== undefined) {
    const emptied = () => {
      drawn.get(element)?.finalize();
      element.replaceChildren();
      return { renderer: 'svg', container: element, hover: true };
    };
    await withView(spec, look, emptied, async (view) => {
      drawn.set(element, view);
      await view.runAsync();
    });
    return target === undefined ? element : undefined;
  }
  const svg = await withView(spec, look, () => ({ renderer: 'none' }), (view) => view.toSVG()); // prettier-ignore
  if (target === undefined) return { svg, [DISPLAY]: () => ({ 'image/svg+xml': svg, 'text/plain': 'a chart' }) }; // prettier-ignore
  const place = target as Target;
  const file = isByteSink(place) ? '.svg' : String(place);
  if (!/\.(svg|png)$/i.test(file))
    refuse(owner, 'the target', 'a file that ends in .svg or .png', file);
  const bytes = /\.png$/i.test(file)
    ? await pngOf(svg, scale, options.font)
    : new TextEncoder().encode(svg);
  await writeTarget(owner, place, bytes, 'chart.svg');
  return undefined;
}

/** The element to draw into; undefined for files, and for a notebook without a page. */
function elementOf(
  owner: string,
  target: unknown,
  page: Document | undefined,
): Element | undefined {
  if (target === undefined) return page?.createElement('div');
  if (isElement(target)) return target;
  if (page === undefined || typeof target !== 'string' || /^\w+:\/\//.test(target))
    return undefined;
  let found: Element | null = null;
  try {
    found = page.querySelector(target);
  } catch {
    // No selector: the message below says it.
  }
  return found ?? refuse(owner, 'the target', "an element of the page, or its selector such as '#chart'", target); // prettier-ignore
}

function preferred(): ThemeName {
  const { matchMedia } = globalThis as { readonly matchMedia?: Window['matchMedia'] };
  const isDark = matchMedia?.call(globalThis, '(prefers-color-scheme: dark)').matches === true;
  return isDark ? 'dark' : 'light';
}

/**
 * What a function makes of the chart.
 *
 * @param optionsOf options of the view, asked for as soon as the specification is known to be right
 * @throws ValueError for a specification that Vega cannot draw, which may turn out only while it draws
 */
async function withView<T>(
  spec: Spec,
  name: ThemeName,
  optionsOf: () => Readonly<Record<string, unknown>>,
  draw: (view: VegaView) => Promise<T>,
): Promise<T> {
  const { vega, vegaLite } = await vegaPeers();
  const config = { ...theme(name), ...(isPlainObject(spec['config']) ? spec['config'] : {}) };
  const { logger, errors } = listen();
  let view: VegaView | undefined;
  try {
    const { spec: whole } = vegaLite.compile({ ...spec, config }, listen());
    const runtime = vega.parse(whole);
    view = new vega.View(runtime, { ...optionsOf(), logger });
    const result = await draw(view);
    // Vega tells its logger alone.
    if (errors.length > 0) throw errors[0];
    return result;
  } catch (error) {
    view?.finalize();
    throw cannotDraw(error);
  }
}

function cannotDraw(error: unknown): ValueError {
  // Vega repeats the whole specification.
  const reason = printable(messageOf(error)).slice(0, 200);
  return new ValueError(`show: Vega cannot draw the specification: ${reason}`, { cause: error });
}

interface Listener {
  readonly logger: object;
  readonly errors: readonly unknown[];
}

/** A logger that keeps errors. What Vega says of its own choices is nothing that a program could change. */
function listen(): Listener {
  const errors: unknown[] = [];
  // Vega calls its methods with a `this` of its own.
  const more = (): object => logger;
  const error = (found: unknown): object => {
    errors.push(found);
    return logger;
  };
  const logger = { error, level: more, warn: more, info: more, debug: more };
  return { logger, errors };
}

let started: Promise<unknown> | undefined;

/** The SVG file as a PNG file. */
async function pngOf(
  svg: string,
  scale: number,
  given?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const peer = await resvgPeer();
  const font = given ?? (await systemFont());
  if (font === undefined) {
    throw new ValueError('show: no font was found for a PNG file. Give one: { font: bytes }, or write an SVG file.'); // prettier-ignore
  }
  started ??= packageFile('@resvg/resvg-wasm/index_bg.wasm')
    .then((code) => peer.initWasm(code))
    .catch((error: unknown) => {
      started = undefined;
      throw error;
    });
  await started;
  const options = {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' },
  };
  return new Uint8Array(new peer.Resvg(svg, options).render().asPng());
}
