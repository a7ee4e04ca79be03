/** What a summary holds, copied. Images are [images, height, width, channels]. */
export type SummaryContent =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'text'; readonly data: string | readonly string[] }
  | { readonly kind: 'model'; readonly json: string }
  | { readonly kind: 'histogram'; readonly values: Iterable<number>; readonly buckets: number }
  | {
      readonly kind: 'image';
      readonly shape: readonly number[];
      readonly pixels: Float32Array | Uint8Array;
    };

/** What becomes an event of a file. */
export interface Summary {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  readonly description: string;
  readonly content: SummaryContent;
}
