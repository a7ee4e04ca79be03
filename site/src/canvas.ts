// Canvases that are as fine as the screen.

/** More pixels than this for one of the page cannot be seen. */
const FINEST = 2;

export interface Sharp {
  readonly context: CanvasRenderingContext2D;
  /** In pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the canvas for one of the page. */
  readonly scale: number;
}

/** Gives a canvas as many pixels as it covers; undefined where it has no size. */
export function sharp(canvas: HTMLCanvasElement): Sharp | undefined {
  const scale = Math.min(devicePixelRatio, FINEST);
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (width === 0 || height === 0) return undefined;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  return context === null ? undefined : { context, width, height, scale };
}

/** A small canvas with an image, which `drawImage` can make larger. */
export function small(image: ImageData): HTMLCanvasElement {
  const { width, height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

export const isDark = (): boolean => document.documentElement.classList.contains('dark');
