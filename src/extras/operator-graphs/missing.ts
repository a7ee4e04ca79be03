// Operators of a file that are not there: all are named at once.
import { printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { graphsOf } from '../../files/formats/operator-graph.js';
import type { OperatorGraph } from '../../files/formats/operator-graph.js';
import type { Dialect } from './operator.js';
import { neededNodes } from './program.js';

/** Operators that a message names. */
const MAX_NAMED = 50;

/** Names of what a graph uses and is missing, each with how often. */
function missingOperators(graph: OperatorGraph, { rowOf, version }: Dialect): Map<string, number> {
  const missing = new Map<string, number>();
  const seen = new Set<OperatorGraph>();
  const look = (one: OperatorGraph): void => {
    // A function that several nodes call is looked into once.
    if (seen.has(one)) return;
    seen.add(one);
    for (const node of one.nodes) {
      const row = rowOf(node);
      const name =
        node.domain === '' ? printable(node.op) : `${printable(node.domain)}.${printable(node.op)}`;
      const lack = row === undefined ? '' : row.lacks?.(node, version);
      if (lack !== undefined) {
        const key = lack === '' ? name : `${name} (${lack})`;
        missing.set(key, (missing.get(key) ?? 0) + 1);
      }
      for (const inner of graphsOf(node)) look(inner);
    }
  };
  look(graph);
  return missing;
}

/**
 * Refuses a graph with operators that are missing.
 *
 * @param outputs names of what is asked for: what they do not need may be missing
 * @param advice what to do about it
 * @throws FormatError that lists all of them
 */
export function requireOperators(
  label: string,
  graph: OperatorGraph,
  dialect: Dialect,
  outputs: readonly string[],
  advice: string,
): void {
  const nodes = neededNodes(graph.nodes, outputs);
  const missing = missingOperators({ ...graph, nodes }, dialect);
  if (missing.size === 0) return;
  const list = [...missing].map(([name, count]) =>
    count === 1 ? name : `${name} (${count} times)`,
  );
  throw new FormatError(
    `${label}: ${list.length} of its operators are not supported: ${list.slice(0, MAX_NAMED).join(', ')}. ${advice}`,
  );
}
