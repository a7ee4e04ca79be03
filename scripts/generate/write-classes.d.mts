export function classModules(root?: string): [file: string, text: string][];
