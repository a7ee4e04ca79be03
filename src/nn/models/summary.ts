import { printable } from '../../config/describe-value.js';
import { checkFunction, checkOptions, classNameOf, mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { formatShapes, isChain, isSymbolic } from '../layers/core/symbolic-tensor.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { defaultWriter } from '../../config/platform.js';
import { sizeOf } from '../../engine/tensor/index.js';
import type { PartialShape, Variable } from '../../engine/tensor/index.js';
import type { Graph } from '../layers/core/graph.js';

/** Options of `summary`. */
export interface SummaryOptions {
  /** A function that prints the table. Default: prints to the terminal or the console. */
  readonly printFn?: (text: string) => void;
}

/** A model as its summary sees it. */
interface Summarized {
  readonly name: string;
  readonly built: boolean;
  readonly layers: readonly AnyLayer[];
  readonly weights: readonly Variable[];
  readonly trainableWeights: readonly Variable[];
  readonly nonTrainableWeights: readonly Variable[];
}

const HEADER = ['Layer (type)', 'Output Shape', 'Param #', 'Connected to'] as const;

/** The column of numbers. */
const PARAMS = 2;

/**
 * The table that `model.summary()` prints: one row a layer, then the numbers of weights. Where the layers are no chain, a
 * column says what each is connected to, as `layer[call][output]`.
 */
function formatSummary(
  model: Summarized,
  optimizerVariables: readonly Variable[],
  graph?: Graph,
): string {
  const isPlain = graph === undefined || isChain(graph.nodes);
  const header = isPlain ? HEADER.slice(0, 3) : HEADER;
  // A cell is a list of lines.
  const rows = model.layers.map((layer): readonly (readonly string[])[] => [
    [printable(`${layer.name} (${typeOf(layer)})`)],
    [outputOf(layer, graph)],
    [countOf(layer)],
    ...(isPlain ? [] : [connectionsOf(layer, graph)]),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.flatMap((row) => row[column] ?? []).map(({ length }) => length)),
  );
  const line = (left: string, middle: string, right: string, fill: string): string =>
    left + widths.map((width) => fill.repeat(width + 2)).join(middle) + right;
  const cells = (row: readonly string[], border: string): string => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return ` ${column === PARAMS ? cell.padStart(width) : cell.padEnd(width)} `;
    });
    return border + padded.join(border) + border;
  };
  const lines = (row: readonly (readonly string[])[]): string =>
    Array.from({ length: Math.max(...row.map(({ length }) => length)) }, (_, i) =>
      cells(
        row.map((cell) => cell[i] ?? ''),
        '│',
      ),
    ).join('\n');
  const body = rows.map(lines).join(`\n${line('├', '┼', '┤', '─')}\n`);
  return [
    `Model: "${printable(model.name)}"`,
    line('┏', '┳', '┓', '━'),
    cells(header, '┃'),
    rows.length > 0 ? line('┡', '╇', '┩', '━') : line('┗', '┻', '┛', '━'),
    ...(rows.length > 0 ? [body, line('└', '┴', '┘', '─')] : []),
    ...totals(model, optimizerVariables),
  ].join('\n');
}

/** Prints the table of a model: what `model.summary()` does. */
export function printSummary(
  model: Summarized & { readonly optimizer: Optimizer | undefined },
  options: SummaryOptions,
  graph: Graph | undefined,
): void {
  checkOptions('summary', options, ['printFn']);
  const writeLine = (text: string): void => {
    defaultWriter().write(`${text}\n`);
  };
  const printFn = checkFunction('summary', 'printFn', options.printFn ?? writeLine);
  const { optimizer } = model;
  printFn(formatSummary(model, optimizer?.isBuilt === true ? optimizer.variables : [], graph));
}

/** Name of the operation that a node of a graph is; told by the property, as a summary of layers needs no operations. */
function operationOf(layer: AnyLayer): string | undefined {
  return 'operationName' in layer ? String(layer.operationName) : undefined;
}

function typeOf(layer: AnyLayer): string {
  return operationOf(layer) ?? classNameOf(layer);
}

function countOf(layer: AnyLayer): string {
  if (!layer.built && operationOf(layer) === undefined) return '0 (unbuilt)';
  return layer.weights
    .reduce((sum, weight) => sum + sizeOf(weight.shape), 0)
    .toLocaleString('en-US');
}

/** Shapes of what the layer gives: in a graph by its last call. */
function outputOf(layer: AnyLayer, graph: Graph | undefined): string {
  const node = graph?.nodes.findLast((call) => call.layer === layer);
  const shapes: unknown =
    node === undefined
      ? (layer.outputShape as unknown)
      : mapNest(node.output, isSymbolic, ({ shape }) => shape);
  return shapes === undefined ? '?' : formatShapes(shapes as Nest<PartialShape>);
}

/** What the calls of a layer read, a line each. */
function connectionsOf(layer: AnyLayer, graph: Graph | undefined): string[] {
  const read = (graph?.nodes ?? [])
    .filter((node) => node.layer === layer)
    .flatMap(({ inputs }) => inputs)
    .map(({ node, index }) => {
      const call = Math.max(0, node.layer.inboundNodes.indexOf(node));
      return printable(`${node.layer.name}[${call}][${index}]`);
    });
  return read.length === 0 ? ['-'] : read.map((text, i) => text + (i < read.length - 1 ? ',' : ''));
}

function totals(model: Summarized, optimizerVariables: readonly Variable[]): string[] {
  const total = (title: string, variables: readonly Variable[]): string => {
    const count = variables.reduce((sum, variable) => sum + sizeOf(variable.shape), 0);
    const bytes = variables.reduce((sum, variable) => sum + variable.byteLength, 0);
    return ` ${title}: ${count.toLocaleString('en-US')} (${formatBytes(bytes)})`;
  };
  const lines = [
    total('Total params', [...model.weights, ...optimizerVariables]),
    total('Trainable params', model.trainableWeights),
    total('Non-trainable params', model.nonTrainableWeights),
  ];
  if (optimizerVariables.length > 0) lines.push(total('Optimizer params', optimizerVariables));
  return lines;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)} ${units[unit] ?? ''}`;
}
