// Fonts of the system, which Node does not tell.

/** Where systems keep a font without serifs. */
const FONTS = [
  '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  '/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf',
  '/usr/share/fonts/TTF/DejaVuSans.ttf',
  '/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf',
  '/System/Library/Fonts/Supplemental/Arial.ttf',
  'C:\\Windows\\Fonts\\arial.ttf',
];

/** The first font that the system has; undefined in a browser, and where there is none. */
export async function systemFont(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  for (const path of FONTS) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined) return new Uint8Array(bytes);
  }
  return undefined;
}
