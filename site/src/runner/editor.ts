// The editor of a block: CodeMirror, which loads when a reader edits.
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, keymap } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { minimalSetup } from 'codemirror';

/** The colours are variables of the page, so that they follow light and dark. */
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--code-comment)' },
]);

const setWrong = StateEffect.define<number | undefined>();
const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, { effects, docChanged, newDoc }) {
    for (const effect of effects) {
      if (!effect.is(setWrong)) continue;
      const line = effect.value;
      if (line === undefined || line > newDoc.lines) return Decoration.none;
      return Decoration.set(
        Decoration.line({ class: 'runnable-wrong' }).range(newDoc.line(line).from),
      );
    }
    return docChanged ? Decoration.none : decorations;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class Editor {
  readonly #view: EditorView;

  constructor(code: string, isTypeScript: boolean, run: () => void) {
    const keys = [{ key: 'Mod-Enter', run: () => (run(), true) }];
    this.#view = new EditorView({
      doc: code.replace(/\n$/, ''),
      extensions: [
        Prec.highest(keymap.of(keys)),
        minimalSetup,
        javascript({ typescript: isTypeScript }),
        syntaxHighlighting(colours),
        wrong,
        EditorView.editorAttributes.of({ class: 'runnable-editor' }),
        EditorView.contentAttributes.of({ 'aria-label': 'Code. Control and Enter runs it' }),
      ],
    });
  }

  get element(): HTMLElement {
    return this.#view.dom;
  }

  code(): string {
    return this.#view.state.doc.toString();
  }

  focus(): void {
    this.#view.focus();
  }

  mark(line: number | undefined): void {
    this.#view.dispatch({ effects: setWrong.of(line) });
  }

  dispose(): void {
    this.#view.destroy();
  }
}
