// The pad: mouse, finger, pen or keyboard.
const SIDE = 280;
const PEN = 22;

export class Pad {
  /** Ink of 0 to 1, [SIDE, SIDE]. */
  readonly #ink: CanvasRenderingContext2D;
  #last: { x: number; y: number } | undefined;
  #cursor = { x: SIDE / 2, y: SIDE / 2, isDown: false };

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onChange: () => void,
  ) {
    const hidden = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
    this.#ink = hidden as unknown as CanvasRenderingContext2D;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#last = undefined;
      this.#lineTo(this.#place(event));
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) this.#lineTo(this.#place(one));
    });
    canvas.addEventListener('keydown', (event) => this.#key(event));
    for (const name of ['focus', 'blur']) canvas.addEventListener(name, () => this.show());
  }

  #place({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * SIDE, y: ((clientY - top) / height) * SIDE };
  }

  #lineTo(point: { x: number; y: number }): void {
    const from = this.#last ?? point;
    const pen = this.#ink;
    pen.lineWidth = PEN;
    pen.lineCap = 'round';
    pen.strokeStyle = '#000';
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(point.x + 0.01, point.y);
    pen.stroke();
    this.#last = point;
    this.show();
    this.onChange();
  }

  #key(event: KeyboardEvent): void {
    const step = 10;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const move = moves[event.key];
    const cursor = this.#cursor;
    const inside = (value: number): number => Math.min(SIDE - PEN / 2, Math.max(PEN / 2, value));
    if (move !== undefined) {
      cursor.x = inside(cursor.x + move[0]);
      cursor.y = inside(cursor.y + move[1]);
      if (cursor.isDown) this.#lineTo({ ...cursor });
    } else if (event.key === ' ') {
      cursor.isDown = !cursor.isDown;
      this.#last = undefined;
      if (cursor.isDown) this.#lineTo({ ...cursor });
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.clear();
    } else return;
    event.preventDefault();
    this.show();
  }

  clear(): void {
    this.#ink.clearRect(0, 0, SIDE, SIDE);
    this.#last = undefined;
    this.show();
    this.onChange();
  }

  /** Half the resolution is enough for 28 × 28. */
  ink(): { readonly values: Float32Array; readonly side: number } {
    const side = SIDE / 2;
    const small = new OffscreenCanvas(side, side).getContext('2d');
    if (small === null) return { values: new Float32Array(), side: 0 };
    small.drawImage(this.#ink.canvas as unknown as OffscreenCanvas, 0, 0, side, side);
    const { data } = small.getImageData(0, 0, side, side);
    return { values: Float32Array.from({ length: side * side }, (_, i) => (data[4 * i + 3] ?? 0) / 255), side }; // prettier-ignore
  }

  show(): void {
    const view = this.canvas.getContext('2d');
    if (view === null) return;
    const color = getComputedStyle(this.canvas).color;
    view.globalCompositeOperation = 'source-over';
    view.clearRect(0, 0, SIDE, SIDE);
    view.drawImage(this.#ink.canvas as unknown as OffscreenCanvas, 0, 0);
    view.globalCompositeOperation = 'source-in';
    view.fillStyle = color;
    view.fillRect(0, 0, SIDE, SIDE);
    view.globalCompositeOperation = 'source-over';
    if (!this.canvas.matches(':focus-visible')) return;
    view.strokeStyle = color;
    view.globalAlpha = this.#cursor.isDown ? 1 : 0.4;
    view.beginPath();
    view.arc(this.#cursor.x, this.#cursor.y, PEN / 2, 0, 7);
    view.stroke();
    view.globalAlpha = 1;
  }
}
