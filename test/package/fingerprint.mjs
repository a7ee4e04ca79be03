// Trains on the installed package and prints what came out, for Node, Deno and Bun.
import * as lanegrad from 'lanegrad';
import { fingerprint } from './train.js';

await lanegrad.configure({ threads: 2 });
const hash = await fingerprint(lanegrad);
console.log(JSON.stringify({ hash, ...lanegrad.backendInfo() }));
