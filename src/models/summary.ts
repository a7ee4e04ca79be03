import { printable } from '../config/describe-value.js';
import { classNameOf } from '../config/index.js';
import type { Layer } from '../layers/index.js';
import { formatShape } from '../tensor/index.js';
import { bytesOf } from '../tensor/dtype.js';
import type { Variable } from '../tensor/index.js';

/** A model as its summary sees it. */
interface Summarized {
  readonly name: string;
  readonly built: boolean;
  readonly layers: readonly Layer[];
  readonly weights: readonly Variable[];
  readonly trainableWeights: readonly Variable[];
  readonly nonTrainableWeights: readonly Variable[];
}

const HEADER = ['Layer (type)', 'Output Shape', 'Param #'] as const;

/** The table that `model.summary()` prints: one row a layer, then the numbers of weights. */
export function formatSummary(model: Summarized, optimizerVariables: readonly Variable[]): string {
  const rows = model.layers.map((layer) => [
    printable(`${layer.name} (${classNameOf(layer)})`),
    layer.outputShape === undefined ? '?' : formatShape(layer.outputShape),
    layer.built ? layer.countParams().toLocaleString('en-US') : '0 (unbuilt)',
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (left: string, middle: string, right: string, fill: string): string =>
    left + widths.map((width) => fill.repeat(width + 2)).join(middle) + right;
  const cells = (row: readonly string[], border: string): string => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return ` ${column === 2 ? cell.padStart(width) : cell.padEnd(width)} `;
    });
    return border + padded.join(border) + border;
  };
  const body = rows.map((row) => cells(row, '│')).join(`\n${line('├', '┼', '┤', '─')}\n`);
  return [
    `Model: "${printable(model.name)}"`,
    line('┏', '┳', '┓', '━'),
    cells(HEADER, '┃'),
    rows.length > 0 ? line('┡', '╇', '┩', '━') : line('┗', '┻', '┛', '━'),
    ...(rows.length > 0 ? [body, line('└', '┴', '┘', '─')] : []),
    ...totals(model, optimizerVariables),
  ].join('\n');
}

function totals(model: Summarized, optimizerVariables: readonly Variable[]): string[] {
  const total = (title: string, variables: readonly Variable[]): string => {
    const count = variables.reduce((sum, variable) => sum + variable.value.size, 0);
    const bytes = variables.reduce(
      (sum, variable) => sum + variable.value.size * bytesOf(variable.dtype),
      0,
    );
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
