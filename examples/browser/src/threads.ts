// How many threads train.
import { backendInfo } from 'lanegrad';
import { find } from './page.js';

/** Shows how many threads there are, and takes all but the one that is left to the page. */
export function offerThreads(): void {
  const form = find<HTMLFormElement>('settings');
  form.addEventListener('submit', (event) => event.preventDefault());
  const { threads, reason } = backendInfo();
  const field = form.elements.namedItem('threads') as HTMLInputElement;
  field.value = String(Math.max(1, Math.min(threads, 8) - 1));
  field.max = String(threads);
  find('backend').textContent = `${threads} thread${threads === 1 ? '' : 's'}: ${reason}.`;
}
