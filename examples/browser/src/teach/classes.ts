// The classes that are taught: a card for each, with its examples.
import { act, announce, find, percent, say } from '../page.js';
import { lab, features } from './lab.js';
import { KEPT_SIDE, squareOf, squareOfFile } from './pictures.js';

/** More examples of a class make no better network, and fill the memory. */
const MAX_EXAMPLES = 300;
const MAX_CLASSES = 12;
/** So many of the newest examples are shown. */
const SHOWN = 6;
const THUMB_SIDE = 96;

/** A picture of a class, and what the network makes of it. */
interface Example {
  readonly picture: HTMLCanvasElement;
  features: Float32Array;
}

/** What cards ask the page for. */
export interface Teacher {
  /** The camera's picture of now. @throws Error if there is none */
  look(): HTMLCanvasElement;
  /** Called when examples have come or gone. */
  changed(): Promise<void>;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A class that is taught. */
export class Taught {
  readonly examples: Example[] = [];
  readonly #card = element('li');
  readonly #name = element('input');
  readonly #bar = element('i');
  readonly #share = element('span', '', '–');
  readonly #thumbs = element('ol', 'thumbs');
  readonly #count = element('p', 'hint', 'no pictures yet');
  readonly #record = element('button', 'record', 'Record');
  #isRecording = false;

  constructor(
    name: string,
    private readonly teacher: Teacher,
  ) {
    this.#name.value = name;
    this.#name.maxLength = 40;
    this.#name.setAttribute('aria-label', 'Name of the class');
    const share = element('div', 'share');
    share.append(this.#bar, this.#share);
    const tools = element('div', 'tools');
    tools.append(this.#record, this.#chooser(), this.#remover());
    this.#offerRecording();
    this.#offerDrop();
    this.#card.append(this.#name, share, tools, this.#thumbs, this.#count);
    find('classes').append(this.#card);
  }

  get name(): string {
    return this.#name.value.trim() || 'unnamed';
  }

  /** Shows how probable the class is. */
  show(probability: number | undefined, isBest: boolean): void {
    this.#bar.style.setProperty('--p', String(probability ?? 0));
    this.#share.textContent = probability === undefined ? '–' : percent(probability, 0);
    this.#card.classList.toggle('best', isBest);
  }

  /** Adds pictures, so many as there is room for. */
  add(pictures: readonly HTMLCanvasElement[]): void {
    for (const picture of pictures.slice(0, MAX_EXAMPLES - this.examples.length)) {
      this.examples.push({ picture, features: features().of(picture) });
    }
    if (this.examples.length === MAX_EXAMPLES) {
      say(`“${this.name}” has ${MAX_EXAMPLES} pictures, which is enough.`, 'warning');
    }
    this.#showExamples();
  }

  async addFiles(files: readonly File[]): Promise<void> {
    for (const file of files) this.add([await squareOfFile(file)]);
    await this.teacher.changed();
  }

  /** Another network looks at the examples. */
  lookAgain(): void {
    for (const example of this.examples) example.features = features().of(example.picture);
  }

  remove(): void {
    this.#isRecording = false;
    this.#card.remove();
  }

  #showExamples(): void {
    const { length } = this.examples;
    this.#count.textContent = length === 1 ? 'one picture' : `${length || 'no'} pictures`;
    const newest = this.examples.slice(-SHOWN).map(({ picture }, i) => {
      const thumb = squareOf(picture, [KEPT_SIDE, KEPT_SIDE], THUMB_SIDE);
      thumb.setAttribute('role', 'img');
      thumb.setAttribute('aria-label', `Picture ${Math.max(0, length - SHOWN) + i + 1}`);
      const item = element('li');
      item.append(thumb);
      return item;
    });
    this.#thumbs.replaceChildren(...newest);
  }

  #chooser(): HTMLElement {
    const label = element('label', 'choose');
    const input = element('input');
    input.type = 'file';
    input.accept = 'image/*';
    input.multiple = true;
    input.addEventListener('change', act(async () => {
      const files = [...(input.files ?? [])];
      input.value = '';
      await this.addFiles(files);
    })); // prettier-ignore
    label.append(input, element('span', '', 'Add pictures'));
    return label;
  }

  #remover(): HTMLElement {
    const button = element('button', 'remove', 'Remove');
    button.type = 'button';
    button.addEventListener('click', act(async () => {
      this.remove();
      lab.classes.splice(lab.classes.indexOf(this), 1);
      announce(`${this.name} is removed.`);
      await this.teacher.changed();
    })); // prettier-ignore
    return button;
  }

  /** As long as the button is held, by a pointer or a key, what the camera sees is an example. */
  #offerRecording(): void {
    const button = this.#record;
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      act(() => this.#recordWhileHeld())();
    });
    button.addEventListener('keydown', (event) => {
      if (event.repeat || ![' ', 'Enter'].includes(event.key)) return;
      act(() => this.#recordWhileHeld())();
    });
    const stop = (): void => void (this.#isRecording = false);
    for (const end of ['pointerup', 'pointercancel', 'keyup', 'blur']) button.addEventListener(end, stop); // prettier-ignore
    // A long press opens no menu on a phone.
    button.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  async #recordWhileHeld(): Promise<void> {
    if (this.#isRecording) return;
    this.#isRecording = true;
    this.#record.setAttribute('aria-pressed', 'true');
    try {
      do {
        this.add([this.teacher.look()]);
        await new Promise((resolve) => setTimeout(resolve, 100));
      } while (this.#isRecording && this.examples.length < MAX_EXAMPLES);
    } finally {
      this.#isRecording = false;
      this.#record.setAttribute('aria-pressed', 'false');
    }
    await this.teacher.changed();
  }

  /** Pictures that are dropped on the card are its examples. */
  #offerDrop(): void {
    const card = this.#card;
    card.addEventListener('dragover', () => card.classList.add('over'));
    card.addEventListener('dragleave', () => card.classList.remove('over'));
    card.addEventListener('drop', (event) => {
      card.classList.remove('over');
      const files = [...(event.dataTransfer?.files ?? [])];
      // Networks are for the page.
      if (files.some(({ name }) => /\.(keras|h5)$/.test(name))) return;
      event.preventDefault();
      event.stopPropagation();
      act(() => this.addFiles(files))();
    });
  }
}

/** Adds an empty class. */
export function addClass(teacher: Teacher, name?: string): Taught {
  if (lab.classes.length === MAX_CLASSES) {
    throw new Error(`You already have ${MAX_CLASSES} classes, which is the maximum.`);
  }
  const taught = new Taught(name ?? `class ${lab.classes.length + 1}`, teacher);
  lab.classes.push(taught);
  return taught;
}
