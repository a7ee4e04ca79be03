/** The Chromium that is installed; undefined where there is none. */
export function chromiumPath(): string | undefined;

/** For playwright's `chromium.launch`. */
export function launchOptions(executablePath: string): {
  readonly executablePath: string;
  readonly args: string[];
};
