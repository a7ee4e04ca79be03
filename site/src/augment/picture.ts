// The pictures of the page: one that is drawn here, one of the reader's, and what has become of them.
import { COUNT, SIDE } from './protocol.js';

function contextOf(): CanvasRenderingContext2D {
  const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no canvas to draw on.');
  return context;
}

function pixelsOf(context: CanvasRenderingContext2D): Uint8Array {
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    return data[Math.floor(at / 3) * 4 + (at % 3)] ?? 0;
  });
}

/** A sailing boat under the sun. */
export function boat(): Uint8Array {
  const context = contextOf();
  const sky = context.createLinearGradient(0, 0, 0, 62);
  sky.addColorStop(0, '#6fb1d6');
  sky.addColorStop(1, '#f6e3c5');
  context.fillStyle = sky;
  context.fillRect(0, 0, SIDE, SIDE);
  context.fillStyle = '#f2b33d';
  context.beginPath();
  context.arc(74, 22, 11, 0, 2 * Math.PI);
  context.fill();
  const sea = context.createLinearGradient(0, 60, 0, SIDE);
  sea.addColorStop(0, '#2f7f95');
  sea.addColorStop(1, '#164b5e');
  context.fillStyle = sea;
  context.fillRect(0, 62, SIDE, SIDE);
  const shape = (colour: string, ...points: readonly (readonly [number, number])[]): void => {
    context.fillStyle = colour;
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.fill();
  };
  shape('#fff7ea', [46, 12], [46, 58], [16, 58]);
  shape('#c4452f', [50, 20], [50, 58], [76, 58]);
  shape('#5c3a26', [46, 8], [50, 8], [50, 66], [46, 66]);
  shape('#7a4a2c', [12, 63], [82, 63], [70, 77], [24, 77]);
  context.strokeStyle = '#9fd0d8';
  context.lineWidth = 1.5;
  for (const [x, y] of [
    [8, 84],
    [44, 88],
    [72, 83],
  ] as const) {
    // prettier-ignore
    context.beginPath();
    context.arc(x, y + 6, 8, 1.15 * Math.PI, 1.85 * Math.PI);
    context.stroke();
  }
  return pixelsOf(context);
}

/** The middle of a file's picture. @throws if the file is no picture. */
export async function pictureOf(file: File): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  const side = Math.min(width, height);
  const context = contextOf();
  context.drawImage(bitmap, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  bitmap.close();
  return pixelsOf(context);
}

/** Draws the pictures below each other, so many in a row. */
export function drawAll(
  canvas: HTMLCanvasElement,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  columns: number,
): void {
  const [gap, rows] = [6, Math.ceil(COUNT / columns)];
  canvas.width = columns * (SIDE + gap) - gap;
  canvas.height = rows * (SIDE + gap) - gap;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const each = SIDE * SIDE * 4;
  for (let index = 0; index < COUNT; index++) {
    const image = new ImageData(pixels.slice(index * each, (index + 1) * each), SIDE, SIDE);
    context.putImageData(
      image,
      (index % columns) * (SIDE + gap),
      Math.floor(index / columns) * (SIDE + gap),
    );
  }
}
