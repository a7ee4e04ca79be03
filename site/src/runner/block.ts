// A block of code on a page that can be run, stopped and edited, with its output below it.
import type { Editor } from './editor.js';
import type { Answer, Piece, Request, Shown } from './protocol.js';

export class RunnableBlock {
  readonly #root: HTMLElement;
  readonly #output: HTMLElement;
  readonly #tell: (isRunning: boolean) => void;
  #worker: Worker | undefined;
  #editor: Editor | undefined;
  #isDisposed = false;

  constructor(root: HTMLElement, output: HTMLElement, tell: (isRunning: boolean) => void) {
    this.#root = root;
    this.#output = output;
    this.#tell = tell;
    blocks.set(root, this);
  }

  /** Runs the blocks of the program up to this one, and shows what this one prints. */
  run(): void {
    this.stop();
    this.#output.replaceChildren();
    this.#output.hidden = false;
    this.#mark(undefined);
    let worker: Worker;
    try {
      worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    } catch (error) {
      this.#fail(`This browser cannot start a worker: ${String(error)}`);
      return;
    }
    this.#worker = worker;
    this.#tell(true);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#take(data);
    worker.onerror = (event) => {
      this.#fail(
        event.message ||
          'The code could not be loaded. Look whether you are online; the browser has to know modules in workers (Chrome 80, Firefox 114, Safari 16.4 or later).',
      );
    };
    const request: Request = {
      pieces: this.#pieces(),
      isDark: document.documentElement.classList.contains('dark'),
    };
    worker.postMessage(request);
  }

  /** Ends the program, whatever it is doing. */
  stop(): void {
    if (this.#worker === undefined) return;
    this.#end();
    this.#append(note('Stopped.'));
  }

  /** Replaces the code by an editor, once; `run` is what its keys call. */
  async edit(run: () => void): Promise<void> {
    const { Editor } = await import('./editor.js');
    const shown = this.#root.querySelector<HTMLElement>('div[class*=language-]');
    if (shown === null || this.#editor !== undefined || this.#isDisposed) return;
    this.#editor = new Editor(this.code(), this.#isTypeScript, run);
    shown.replaceWith(this.#editor.element);
    this.#editor.focus();
  }

  /** Shows a sentence below the code. */
  say(text: string): void {
    this.#output.hidden = false;
    this.#append(note(text));
  }

  code(): string {
    return this.#editor?.code() ?? this.#root.querySelector('pre code')?.textContent ?? '';
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#worker?.terminate();
    this.#editor?.dispose();
    blocks.delete(this.#root);
  }

  get #isTypeScript(): boolean {
    return this.#root.dataset['language'] === 'ts';
  }

  #pieces(): Piece[] {
    const { program } = this.#root.dataset;
    const all = document.querySelectorAll<HTMLElement>(`.runnable[data-program="${program}"]`);
    const found: Piece[] = [];
    for (const root of all) {
      const code = blocks.get(root)?.code() ?? root.querySelector('pre code')?.textContent ?? '';
      found.push({ code, isTypeScript: root.dataset['language'] === 'ts' });
      if (root === this.#root) break;
    }
    return found;
  }

  #take(message: Answer): void {
    switch (message.type) {
      case 'shown':
        this.#append(...message.shown.map((shown) => elementOf(shown)));
        return;
      case 'unshown':
        this.#unshown(message.count);
        return;
      case 'failed': {
        const place = message.isEarlier
          ? ' in a block above this one'
          : message.line === undefined
            ? ''
            : ` in line ${message.line}`;
        this.#mark(message.line);
        this.#fail(`${message.name}${place}: ${message.message}`);
        return;
      }
      case 'done':
        this.#end();
        this.#append(note(`Done in ${seconds(message.milliseconds)}.`));
    }
  }

  #unshown(count: number): void {
    const text = `${count.toLocaleString('en')} more lines are not shown.`;
    const last = this.#output.querySelector('.runnable-unshown');
    if (last !== null) last.textContent = text;
    else this.#append(Object.assign(note(text), { className: 'runnable-note runnable-unshown' }));
  }

  #fail(text: string): void {
    this.#end();
    const error = document.createElement('pre');
    error.className = 'runnable-error';
    error.textContent = text;
    this.#append(error);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#tell(false);
  }

  #append(...elements: readonly HTMLElement[]): void {
    this.#output.append(...elements);
  }

  /** Marks the line of an error. */
  #mark(line: number | undefined): void {
    this.#editor?.mark(line);
    const lines = this.#root.querySelectorAll('pre code .line');
    lines.forEach((one, index) => one.classList.toggle('runnable-wrong', index + 1 === line));
  }
}

const blocks = new WeakMap<HTMLElement, RunnableBlock>();

const seconds = (milliseconds: number): string =>
  milliseconds < 1000
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;

function note(text: string): HTMLElement {
  return Object.assign(document.createElement('p'), {
    className: 'runnable-note',
    textContent: text,
  });
}

function elementOf(shown: Shown): HTMLElement {
  switch (shown.kind) {
    case 'text':
      return Object.assign(document.createElement('pre'), { textContent: shown.text });
    case 'chart': {
      // An image runs no scripts, whatever the program put into the chart.
      const image = document.createElement('img');
      image.alt = 'A chart that the program has drawn';
      image.src = URL.createObjectURL(new Blob([shown.svg], { type: 'image/svg+xml' }));
      image.onload = () => URL.revokeObjectURL(image.src);
      return image;
    }
    case 'table': {
      const table = document.createElement('table');
      table.dataset['text'] = shown.text;
      table.createCaption().textContent = shown.isCut
        ? `${shown.title}, the first rows and columns`
        : shown.title;
      for (const row of shown.rows) {
        const cells = table.insertRow();
        for (const text of row) cells.insertCell().textContent = text;
      }
      const wide = Object.assign(document.createElement('div'), { className: 'runnable-table' });
      wide.append(table);
      return wide;
    }
  }
}
