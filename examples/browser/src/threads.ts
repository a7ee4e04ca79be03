// How many threads train, and where.
import { backendInfo } from 'lanegrad';
import { find } from './page.js';

/** Offers as many threads as there are, and takes all but the one that is left to the page. */
export function offerThreads(): void {
  const { threads, reason } = backendInfo();
  const field = find<HTMLFormElement>('settings').elements.namedItem('threads') as HTMLInputElement;
  field.value = String(Math.max(1, Math.min(threads, 8) - 1));
  field.max = String(threads);
  find('backend').textContent =
    threads > 1
      ? `A network can train on up to ${threads} threads here: ${reason}. One is left for the page. Set the number in the settings, under “Threads”.`
      : `Networks train on one thread here: ${reason}.`;
}

/** Says where a network trains. @param obstacle why there is no worker, if there is none */
export function showPlace(threads: number, obstacle: string | undefined): void {
  const count = obstacle === undefined ? threads : backendInfo().threads;
  const place = obstacle === undefined ? 'a worker' : 'the page itself';
  find('place').textContent = `${place}, on ${count} thread${count === 1 ? '' : 's'}`;
  find('obstacle').textContent = obstacle === undefined ? '' : `Workers cannot start: ${obstacle}`;
}
