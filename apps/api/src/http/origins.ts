import { isLoopback } from '../environment.js';

/**
 * Which names the server answers to and which pages may use it.
 *
 * A page of evil.example whose DNS name is pointed at 127.0.0.1 (DNS rebinding, CVE-2025-14279) is same-origin for the
 * browser, but still sends `Host: evil.example`: unknown names are refused. Loopback names cannot be taken over by DNS.
 */
export class AllowedOrigins {
  private readonly hosts: ReadonlySet<string>;
  private readonly origins: Set<string>;

  /** @param own origin the server itself is reached under, known when it listens */
  constructor(options: {
    readonly webOrigins: readonly string[];
    readonly allowedHosts: readonly string[];
    readonly host: string;
  }) {
    this.origins = new Set(options.webOrigins);
    this.hosts = new Set([
      ...options.webOrigins.map((origin) => new URL(origin).hostname),
      ...options.allowedHosts.map((host) => hostnameOf(host) ?? host),
      options.host,
    ]);
  }

  /** Pages served by the API itself (GraphiQL) may use it too. */
  addPort(port: number): void {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) this.origins.add(`http://${host}:${port}`);
  }

  /** Whether a request addressed to this Host header is for us. */
  allowsHost(header: string | undefined): boolean {
    const name = header === undefined ? null : hostnameOf(header);
    return name !== null && (isLoopback(name) || this.hosts.has(name));
  }

  /** Whether a page of this origin may use the API. Requests without an Origin do not come from another site's page. */
  allowsOrigin(header: string | undefined): boolean {
    return header === undefined || this.origins.has(header);
  }

  /** All allowed origins, for CORS and better-auth. */
  list(): string[] {
    return [...this.origins];
  }
}

/** Name of a Host header without its port, or null when it is no host (`evil@localhost`, `a b`, `localhost/..`). */
function hostnameOf(header: string): string | null {
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(header)) return null;
  return URL.parse(`http://${header}`)?.hostname ?? null;
}
