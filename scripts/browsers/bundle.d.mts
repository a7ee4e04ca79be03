export function bundleProgram(program: string, url: string): Promise<Uint8Array>;
