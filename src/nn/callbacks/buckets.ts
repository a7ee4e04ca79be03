/**
 * How many values lie in each of so many buckets of the same width: rows of left edge, right edge and count. Values that are not
 * finite are in no bucket.
 */
export function bucketsOf(values: Iterable<number>, buckets: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(3 * buckets);
  let [least, most, count] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    count++;
  }
  if (count === 0) return rows;
  const width = (most - least) / buckets;
  for (let bucket = 0; bucket < buckets; bucket++) {
    rows[3 * bucket] = least + bucket * width;
    rows[3 * bucket + 1] = bucket === buckets - 1 ? most : least + (bucket + 1) * width;
  }
  if (width === 0) {
    // Of one value alone TensorFlow's summaries have all in the last bucket.
    rows[3 * buckets - 1] = count;
    return rows;
  }
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bucket = Math.min(buckets - 1, Math.floor((value - least) / width));
    rows[3 * bucket + 2] = (rows[3 * bucket + 2] ?? 0) + 1;
  }
  return rows;
}
