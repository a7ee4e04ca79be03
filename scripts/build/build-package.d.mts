/** package.json of the package, from that of the clone. */
export function publishedManifest(manifest: object): Record<string, unknown>;
/** Rebuilds a folder; if that fails, the old one stays. */
export function replacing(folder: string, aside: string, build: () => Promise<void>): Promise<void>;
/** Writes the package into a folder. */
export function buildPackage(folder: string): void;
