// Drawing: into an element, a file, or what a notebook shows.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isPlainObject, messageOf, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isByteSink } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { writeTarget } from '../../files/locations/write.js';
import { packageFile } from '../pictures/platform.js';
import type { PageElement, ShownElement } from './page-element.js';
import { resvgPeer, vegaPeers } from './peers.js';
import type { Vega, VegaView } from './peers.js';
import { systemFont } from './platform.js';
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
    throw new ValueError(
      `${owner}: expected a specification of Vega-Lite, as vis.history and the other charts return it, got ${describeValue(spec)}. ` +
        `Some charts are promises: await them.`,
    );
  }
  const page = (globalThis as { readonly document?: Document }).document;
  const element = elementOf(owner, target, page);
  const compiled = await compile(spec, chosen === 'auto' ? preferred() : chosen);
  if (element !== undefined) {
    await draw(compiled, element);
    return target === undefined ? element : undefined;
  }
  const svg = await compiled.run({ renderer: 'none' }, (view) => view.toSVG());
  if (target === undefined) return { svg, [DISPLAY]: () => ({ 'image/svg+xml': svg, 'text/plain': 'a chart' }) }; // prettier-ignore
  const place = target as Target;
  const isPng = !isByteSink(place) && /\.png$/i.test(String(place));
  if (!isPng && !isByteSink(place) && !/\.svg$/i.test(String(place))) {
    throw new ValueError(`${owner}: a file of a chart ends in .svg or .png, got ${describeValue(String(place))}.`); // prettier-ignore
  }
  const bytes = isPng ? await pngOf(svg, scale, options.font) : new TextEncoder().encode(svg);
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
  if (found !== null) return found;
  throw new ValueError(
    `${owner}: the page has no element '${target}'. Give an element, or a selector such as '#chart'.`,
  );
}

/** Also of another window. */
function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 1;
}

function preferred(): ThemeName {
  const { matchMedia } = globalThis as { readonly matchMedia?: Window['matchMedia'] };
  const isDark = matchMedia?.call(globalThis, '(prefers-color-scheme: dark)').matches === true;
  return isDark ? 'dark' : 'light';
}

/** A chart that Vega can draw. */
interface Compiled {
  /** Draws it. @throws ValueError where the specification turns out to be wrong only now */
  run<T>(
    options: Readonly<Record<string, unknown>>,
    draw: (view: VegaView) => Promise<T>,
  ): Promise<T>;
}

async function compile(spec: Spec, name: ThemeName): Promise<Compiled> {
  const { vega, vegaLite } = await vegaPeers();
  const config = { ...theme(name), ...(isPlainObject(spec['config']) ? spec['config'] : {}) };
  try {
    const { spec: whole } = vegaLite.compile({ ...spec, config }, listen());
    const runtime = vega.parse(whole);
    return { run: (options, draw) => run(vega, runtime, options, draw) };
  } catch (error) {
    throw cannotDraw(error);
  }
}

async function run<T>(
  vega: Vega,
  runtime: unknown,
  options: Readonly<Record<string, unknown>>,
  draw: (view: VegaView) => Promise<T>,
): Promise<T> {
  const { logger, errors } = listen();
  let view: VegaView | undefined;
  try {
    view = new vega.View(runtime, { ...options, logger });
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
  const logger = {
    level: () => logger,
    error: (error: unknown) => {
      errors.push(error);
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return { logger, errors };
}

async function draw(compiled: Compiled, element: Element): Promise<void> {
  drawn.get(element)?.finalize();
  element.replaceChildren();
  // From here on the element holds what the view draws.
  await compiled.run({ renderer: 'svg', container: element, hover: true }, async (view) => {
    drawn.set(element, view);
    await view.runAsync();
  });
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
    throw new ValueError('show: no font was found for the texts of a PNG file. Give one: { font: bytes }, or write an SVG file.'); // prettier-ignore
  }
  started ??= packageFile('@resvg/resvg-wasm/index_bg.wasm').then((code) => peer.initWasm(code));
  try {
    await started;
  } catch (error) {
    started = undefined;
    throw error;
  }
  const options = {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' },
  };
  return new Uint8Array(new peer.Resvg(svg, options).render().asPng());
}
