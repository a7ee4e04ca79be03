// What the network of now makes of the test images, and its first layer.
import { lab } from './lab.js';
import { find, onColors } from './page.js';
import { showConfusion, showMisread, showWeights } from './pictures.js';
import type { Misread } from './pictures.js';

/** Test images that the tables are made of. */
const SHOWN = 2000;

onColors(() => void showResults().catch(() => undefined));

// A table that is wider than its place is scrolled, by keyboard too.
const view = find('confusion-view');
new ResizeObserver(() => {
  if (view.scrollWidth > view.clientWidth) view.tabIndex = 0;
  else view.removeAttribute('tabindex');
}).observe(view);

export async function showResults(): Promise<void> {
  const { network, digits } = lab;
  if (network === undefined || digits === undefined) return;
  const { testX, testY, size } = digits;
  const count = Math.min(SHOWN, testX.shape[0] ?? 0);
  const some = testX.slice([0, count]);
  const pixels = some.data();
  let probabilities: Float32Array;
  try {
    probabilities = await network.probabilities(some);
  } catch (error) {
    // Another network has taken its place, and has results of its own.
    if (lab.network !== network) return;
    throw error;
  } finally {
    some.dispose();
  }
  if (lab.network !== network) return;
  const labels = testY.data();
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  const wrong: (Misread & { sure: number })[] = [];
  for (let i = 0; i < count; i++) {
    const row = Array.from(probabilities.subarray(10 * i, 10 * i + 10));
    const sure = Math.max(...row);
    // Not a number: no digit is read.
    const [read, digit] = [row.indexOf(sure), labels[i] ?? 0];
    const line = counts[digit];
    if (read < 0) continue;
    if (line !== undefined) line[read] = (line[read] ?? 0) + 1;
    if (read !== digit) {
      const image = pixels.slice(i * size * size, (i + 1) * size * size);
      wrong.push({ image, digit, read, sure });
    }
  }
  showConfusion(counts);
  showMisread(wrong.sort((a, b) => b.sure - a.sure).slice(0, 24), size);
  const hint = network.isTrained
    ? `Test images, most confident mistakes first: ${wrong.length} of ${count}.`
    : 'The network is untrained, so it misreads most images.';
  find('misread-hint').textContent = hint;
  showKernel();
}

/** The weights of the first layer. */
export function showKernel(): void {
  const kernel = lab.network?.model.weights[0]?.value;
  if (kernel === undefined || lab.digits === undefined || kernel.ndim !== 2) return;
  showWeights(kernel.data(), kernel.shape[1] ?? 0, lab.digits.size);
}
