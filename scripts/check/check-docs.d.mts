/** An `@example` of a doc comment in src/. */
export interface Example {
  /** `file:line` of the tag. */
  readonly location: string;
  readonly code: string;
  /** The source that the example stands in, if the package does not export what it is about. */
  readonly beside: string | undefined;
}

export const examples: readonly Example[];

/** Entry points that are namespaces in examples, in addition to those of `lanegrad`. */
export const NAMESPACES: readonly string[];
