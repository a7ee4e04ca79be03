import { checkBoolean, checkOptions, mapNest, oneOf, requireObject } from '../config/index.js';
import { describeValue, printable } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import type { GraphLayer, GraphNode } from '../layers/core/symbolic-tensor.js';
import type { AnyLayer, Layer } from '../layers/index.js';
import { OperationLayer } from '../layers/operation-layer.js';
import { formatShapes, isChain, isSymbolic } from '../layers/core/symbolic-tensor.js';

/** A model as its plot sees it. */
export interface Plottable {
  readonly name: string;
  readonly layers: readonly AnyLayer[];
  /** The calls of the layers; without them the layers stand one after the other. @internal */
  readonly graph?: { readonly nodes: readonly GraphNode[] } | undefined;
}

/** Options of `plotModel`. */
export interface PlotModelOptions {
  /** Shapes of inputs and outputs. Default false. */
  readonly showShapes?: boolean;
  /** Element types. Default false. */
  readonly showDtype?: boolean;
  /** Names beside the classes. Default false. */
  readonly showLayerNames?: boolean;
  /** Activations of layers that have one. Default false. */
  readonly showLayerActivations?: boolean;
  /** Whether training changes the weights. Default false. */
  readonly showTrainable?: boolean;
  /** From top to bottom, or from left to right. Default `'TB'`. */
  readonly rankdir?: 'TB' | 'LR';
}

const FLAGS = [
  'showShapes',
  'showDtype',
  'showLayerNames',
  'showLayerActivations',
  'showTrainable',
] as const;

type Flags = Readonly<Record<(typeof FLAGS)[number], boolean>>;

/** Pixels: of a character and a line of the font, around text, between boxes, around all. */
const SIZE = { character: 7.3, line: 18, padding: 10, gap: 32, margin: 12 };

interface Box {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/**
 * A drawing of a model's layers and what flows between them: the text of an SVG file. A layer that is called several times
 * has one box. Keras: `plot_model`.
 *
 * @throws ValueError for an option that is unknown or out of range.
 * @example document.body.innerHTML = await utils.plotModel(model, { showShapes: true });
 */
export async function plotModel(model: Plottable, options: PlotModelOptions = {}): Promise<string> {
  checkOptions('plotModel', options, [...FLAGS, 'rankdir']);
  const flags = Object.fromEntries(
    FLAGS.map((name) => [name, checkBoolean('plotModel', name, options[name] ?? false)]),
  ) as Flags;
  if (!Array.isArray(requireObject('plotModel', 'model', model).layers)) {
    throw new ValueError(`plotModel: expected a model, got ${describeValue(model)}.`);
  }
  const rankdir = oneOf('plotModel', 'rankdir', options.rankdir ?? 'TB', ['TB', 'LR']);
  const { name, layers } = model;
  const nodes = model.graph?.nodes ?? [];
  const boxes = layers.map((layer) => boxOf(linesOf(layer, flags, nodes)));
  if (isChain(nodes)) return draw(name, boxes, rankdir === 'TB');
  const { layoutGraph } = await import('./graph-layout.js');
  const { width, height, middles, ways } = layoutGraph(
    boxes,
    connectionsOf(layers, nodes),
    rankdir,
    SIZE,
  );
  return svg(name, width, height, [
    ...ways.map((way) => {
      const points = way.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
      return `<path d="M${points}" fill="none" stroke="black" marker-end="url(#arrow)"/>`;
    }),
    ...boxes.map((box, i) => {
      const { x = 0, y = 0 } = middles[i] ?? {};
      return drawBox(box, x - box.width / 2, y - box.height / 2);
    }),
  ]);
}

/** Which layer gives to which, by their places, each pair once. */
function connectionsOf(
  layers: readonly AnyLayer[],
  nodes: readonly GraphNode[],
): (readonly [from: number, to: number])[] {
  const places = new Map<GraphLayer, number>(layers.map((layer, i) => [layer, i]));
  const pairs = new Map<string, readonly [number, number]>();
  for (const { layer, inputs } of nodes) {
    for (const { node } of inputs) {
      const [from, to] = [places.get(node.layer), places.get(layer)];
      if (from !== undefined && to !== undefined) pairs.set(`${from}-${to}`, [from, to]);
    }
  }
  return [...pairs.values()];
}

/** What stands in the box of a layer. */
function linesOf(layer: AnyLayer, flags: Flags, nodes: readonly GraphNode[]): string[] {
  const { className, name } = layer.constructor as typeof Layer;
  const isNamed = Object.hasOwn(layer.constructor, 'className');
  const type = layer instanceof OperationLayer ? layer.operationName : isNamed ? className : name;
  const node = nodes.findLast((call) => call.layer === layer);
  const lines = [flags.showLayerNames ? `${layer.name} (${type})` : type];
  if (flags.showLayerActivations && 'activation' in layer) {
    lines.push(`Activation: ${nameOfActivation(layer.getConfig()['activation'])}`);
  }
  if (flags.showShapes) {
    const given: unknown = node?.given === undefined ? layer.inputShape : node.given;
    lines.push(`Input shape: ${shapeText(given)}`);
    lines.push(`Output shape: ${shapeText(node === undefined ? layer.outputShape : node.output)}`);
  }
  if (flags.showDtype) lines.push(`Output dtype: ${node?.outputs[0]?.dtype ?? layer.dtype}`);
  if (flags.showTrainable) lines.push(`Trainable: ${layer.trainable}`);
  return lines;
}

function nameOfActivation(config: unknown): string {
  if (typeof config === 'string') return config;
  const named = config as { readonly class_name?: unknown } | null | undefined;
  return typeof named?.class_name === 'string' ? named.class_name : 'linear';
}

/** Shapes, or those of symbolic tensors. */
function shapeText(shapes: unknown): string {
  if (shapes === undefined) return '?';
  const known = mapNest(shapes, isSymbolic, ({ shape }) => shape);
  return formatShapes(known);
}

function boxOf(lines: readonly string[]): Box {
  const longest = Math.max(...lines.map((line) => line.length));
  return {
    lines,
    width: Math.ceil(longest * SIZE.character) + 2 * SIZE.padding,
    height: lines.length * SIZE.line + 2 * SIZE.padding,
  };
}

function draw(name: string, boxes: readonly Box[], isVertical: boolean): string {
  // Along the flow boxes follow each other, across it they are centred.
  const across = Math.max(0, ...boxes.map(({ width, height }) => (isVertical ? width : height)));
  const parts: string[] = [];
  let at = SIZE.margin;
  boxes.forEach((box, i) => {
    const length = isVertical ? box.height : box.width;
    const side = SIZE.margin + (across - (isVertical ? box.width : box.height)) / 2;
    if (i > 0) parts.push(arrow(at - SIZE.gap, at, SIZE.margin + across / 2, isVertical));
    parts.push(drawBox(box, isVertical ? side : at, isVertical ? at : side));
    at += length + SIZE.gap;
  });
  const along = Math.max(2 * SIZE.margin, at - SIZE.gap + SIZE.margin);
  const [width, height] = isVertical
    ? [across + 2 * SIZE.margin, along]
    : [along, across + 2 * SIZE.margin];
  return svg(name, width, height, parts);
}

function svg(name: string, width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="12">`,
    `<title>${escape(name)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" ' +
      'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawBox({ lines, width, height }: Box, x: number, y: number): string {
  const texts = lines.map((line, i) => {
    const [textX, textY] = [x + width / 2, y + SIZE.padding + (i + 0.7) * SIZE.line];
    const weight = i === 0 ? ' font-weight="bold"' : '';
    return `<text x="${textX}" y="${textY.toFixed(1)}" text-anchor="middle"${weight}>${escape(line)}</text>`;
  });
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="#f4f4f8" stroke="black"/>`;
  return `<g>${rect}${texts.join('')}</g>`;
}

function arrow(from: number, to: number, across: number, isVertical: boolean): string {
  const ends = isVertical
    ? `x1="${across}" y1="${from}" x2="${across}" y2="${to}"`
    : `x1="${from}" y1="${across}" x2="${to}" y2="${across}"`;
  return `<line ${ends} stroke="black" marker-end="url(#arrow)"/>`;
}

function escape(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
