// The elements of the page, and what it says.

/** The element with this id. */
export function find<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Shows a sentence under the main button, and has a screen reader say it. */
export function say(text: string, tone: 'news' | 'warning' | 'error' = 'news'): void {
  const status = find('status');
  status.textContent = text;
  status.className = tone;
  announce(text);
}

/** Has a screen reader say a sentence. The page has this one live region, so that two never talk at once. */
export function announce(text: string): void {
  find('said').textContent = text;
}

/** Runs what the user has asked for; what goes wrong is said on the page. */
export function act(work: () => Promise<void>): () => void {
  return () => {
    work().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error), 'error');
    });
  };
}

/** Calls `draw` when the colours of the page change: light, dark, or those that the system forces. */
export function onColors(draw: () => void): void {
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', draw);
  }
}

/** The colour that a property of the style sheet has now, as canvases take it. */
export function color(property: string): string {
  const probe = document.createElement('i');
  probe.style.cssText = `color: var(${property}); forced-color-adjust: none`;
  document.body.append(probe);
  const shown = getComputedStyle(probe).color;
  probe.remove();
  return shown;
}

/** A number in as few characters as fit a column: 0.1945, 36.2, 1.2M, 1.2E30. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
  if (Math.abs(value) >= 1e12) return value.toExponential(1).replace('e+', 'E');
  if (Math.abs(value) >= 1000) return compact.format(value);
  return value.toFixed(value >= 100 ? 1 : value >= 10 ? 2 : 4);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 0.9606 as 96.06 %. */
export const percent = (part: number, digits = 2): string => `${(100 * part).toFixed(digits)} %`;
