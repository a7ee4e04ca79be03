export function changedSources(root: string): string[];
