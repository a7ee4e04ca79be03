export function hashSources(
  root: string,
  folders?: readonly string[],
  files?: readonly string[],
): Record<string, string>;
export function beginSources(root?: string): () => void;
export default function requireFreshBinaries(project: unknown, root?: string): void;
