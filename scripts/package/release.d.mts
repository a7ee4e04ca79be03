/** What keeps a version from being published. `docs`: texts by the names of their files. */
export function obstacles(
  manifest: object,
  changelog: string,
  docs: Readonly<Record<string, string>>,
): string[];
