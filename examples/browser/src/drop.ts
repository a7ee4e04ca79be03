// Files that are chosen, or dropped anywhere on the page.
import { act, find } from './page.js';

/** Gives files to `take`; what is wrong with them is said with their names. */
export function offerDrop(take: (files: readonly File[]) => Promise<void>): void {
  const named = async (files: readonly File[]): Promise<void> => {
    try {
      await take(files);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${files.map(({ name }) => name).join(', ')}: ${reason}`, { cause: error });
    }
  };
  const input = find<HTMLInputElement>('files');
  input.addEventListener('change', act(async () => {
    const files = [...(input.files ?? [])];
    // So that the same file may be chosen again.
    input.value = '';
    await named(files);
  })); // prettier-ignore
  const drop = find('drop');
  addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  addEventListener('dragleave', () => drop.classList.remove('over'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    act(() => named([...(event.dataTransfer?.files ?? [])]))();
  });
}
