/** package.json of the package, from that of the clone. */
export function publishedManifest(manifest: object): Record<string, unknown>;
/** Writes the package into a folder. */
export function buildPackage(folder: string): void;
