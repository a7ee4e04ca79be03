export interface Site {
  /** URL prefixes and the folders they show. */
  readonly folders: Readonly<Record<string, string>>;
  /** URLs and their contents. */
  readonly made: Readonly<Record<string, string | Uint8Array>>;
  /** Go with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** URLs to which pages post JSON, and what takes it. */
  readonly told?: Readonly<Record<string, (message: unknown) => void>>;
}

export interface Server {
  readonly origin: string;
  /** The paths of all requests, in their order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Serves on a free port of this machine only. */
export function serve(site: Site): Promise<Server>;
