import { oneOf } from '../../config/index.js';

/** Light or dark. */
export type ThemeName = 'light' | 'dark';

/** Colours of Okabe and Ito, which the colour-blind tell apart, in an order in which neighbours differ in lightness. */
const COLORS: Readonly<Record<ThemeName, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#5b5b5b', '#8c6d1f'],
  dark: ['#56b4e9', '#e69f00', '#2fc698', '#d98ab8', '#f0e442', '#f07a3e', '#b8b8b8', '#4a9fd8'],
};

const INK: Readonly<
  Record<ThemeName, Readonly<Record<'text' | 'faint' | 'grid' | 'paper', string>>>
> = {
  light: { text: '#1f2328', faint: '#57606a', grid: '#e3e6ea', paper: '#ffffff' },
  dark: { text: '#e6edf3', faint: '#9da7b3', grid: '#2d333b', paper: '#0d1117' },
};

/**
 * The look of charts, as the `config` of a Vega-Lite specification: colours that colour-blind people can distinguish, thin
 * lines, small labels.
 *
 * @param name light or dark
 * @example const spec = { ...vis.history({ loss: [1, 0.5] }), config: vis.theme('dark') };
 */
export function theme(name: ThemeName = 'light'): Readonly<Record<string, unknown>> {
  oneOf('theme', 'name', name, ['light', 'dark']);
  const { text, faint, grid, paper } = INK[name];
  const font = 'system-ui, "DejaVu Sans", sans-serif';
  const labels = { labelColor: faint, titleColor: text, labelFontSize: 11, titleFontSize: 12 };
  return {
    background: paper,
    font,
    padding: 12,
    title: {
      ...{ color: text, fontSize: 14, fontWeight: 600, anchor: 'start', offset: 10 },
      ...{ subtitleColor: faint, subtitleFontSize: 11, subtitlePadding: 4 },
    },
    axis: {
      ...labels,
      ...{ titleFontWeight: 400, gridColor: grid, domainColor: faint, tickColor: faint },
      ...{ tickSize: 4, labelPadding: 4, titlePadding: 8 },
    },
    axisX: { grid: false },
    axisY: { domain: false, ticks: false },
    legend: { ...labels, titleFontWeight: 400, symbolStrokeWidth: 2.5 },
    header: { ...labels, titleFontWeight: 400, labelFontSize: 12, labelColor: text },
    view: { stroke: null },
    mark: { color: COLORS[name][0] },
    line: { strokeWidth: 2, strokeCap: 'round' },
    point: { filled: true, size: 36 },
    rule: { color: faint },
    text: { color: text, fontSize: 11 },
    range: {
      category: COLORS[name],
      heatmap: { scheme: name === 'light' ? 'cividis' : 'viridis' },
    },
  };
}
