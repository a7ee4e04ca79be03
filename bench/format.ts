// Times and ratios as the benchmarks print them, in Node and on the page of bench/browser.

export function formatMs(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 1 ? 4 : 2)} ms`;
}

export function formatUs(milliseconds: number): string {
  return `${(milliseconds * 1000).toFixed(1)} µs`;
}

export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;
}

export function formatGflops(flops: number, milliseconds: number): string {
  return (flops / milliseconds / 1e6).toFixed(1);
}
