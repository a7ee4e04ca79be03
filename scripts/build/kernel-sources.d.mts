export function beginSources(root?: string): () => void;
export default function requireFreshBinaries(project: unknown, root?: string): void;
