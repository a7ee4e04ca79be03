// The only module that names the layout library: a chunk of its own, loaded when the first graph is drawn.
import { Graph, layout } from '@dagrejs/dagre';

/** A box that is to be placed. */
export interface Sized {
  readonly width: number;
  readonly height: number;
}

/** A point of a drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where boxes and arrows of a graph are. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** The middle of each box. */
  readonly middles: readonly Point[];
  /** The way of each arrow. */
  readonly ways: readonly (readonly Point[])[];
}

/**
 * Places boxes in layers, so that arrows point one way and cross little.
 *
 * @param arrows from which box to which, by their indices
 * @param rankdir where arrows point: down or to the right
 * @param spacing pixels between boxes, and around all
 */
export function layoutGraph(
  boxes: readonly Sized[],
  arrows: readonly (readonly [from: number, to: number])[],
  rankdir: 'TB' | 'LR',
  spacing: { readonly gap: number; readonly margin: number },
): GraphLayout {
  const { gap, margin } = spacing;
  const graph = new Graph();
  graph.setGraph({ rankdir, ranksep: gap, nodesep: gap, marginx: margin, marginy: margin });
  boxes.forEach(({ width, height }, i) => graph.setNode(String(i), { width, height }));
  for (const [from, to] of arrows) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as Partial<Sized>;
  return {
    width,
    height,
    middles: boxes.map((_, i) => graph.node(String(i)) as Point),
    ways: arrows.map(
      ([from, to]) => (graph.edge(String(from), String(to)) as { points: readonly Point[] }).points,
    ),
  };
}
