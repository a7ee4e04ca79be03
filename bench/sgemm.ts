// Products of dense random matrices: square ones, and those of a seed step.
import { ops, random } from 'lanegrad';
import { formatGflops, formatMs, printHeading, printTable } from './report.js';
import { seedProducts, squareProducts } from './shapes.js';
import { interleave } from './timing.js';

export async function benchSgemm(rounds: number): Promise<void> {
  printHeading('matmul, dense float32');
  const products = [
    ...squareProducts.map((n) => ({ name: 'square', m: n, k: n, n })),
    ...seedProducts,
  ];
  const rows: string[][] = [];
  for (const { name, m, k, n } of products) {
    using a = random.normal([m, k], { seed: 1 });
    using b = random.normal([k, n], { seed: 2 });
    const { product } = await interleave({ product: () => ops.matmul(a, b).dispose() }, rounds);
    const flops = 2 * m * k * n;
    rows.push([
      name,
      `${m}x${k} · ${k}x${n}`,
      formatMs(product.min),
      formatMs(product.median),
      formatGflops(flops, product.min),
    ]);
  }
  printTable(['', 'shape', 'min', 'median', 'GFLOP/s (min)'], rows);
}
