// Runs in an empty project that has nothing but the packed tarball: `lanegrad/vis` makes specifications, and says what draws them.
import { tensor } from 'lanegrad';
import * as vis from 'lanegrad/vis';

const spec = vis.histogram(tensor([1, 2, 2, 3]), { bins: 2 });
if (!spec.$schema.includes('vega-lite')) throw new Error('no specification of Vega-Lite');

try {
  await vis.show(spec, 'chart.svg');
  throw new Error('vega is there');
} catch (error) {
  if (!/Install: npm install vega vega-lite/.test(error.message)) throw error;
}
