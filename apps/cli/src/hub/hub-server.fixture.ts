/** @file A hub on this machine: the part of its protocol that an import uses, with the faults that networks have. Tests only. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface StoredFile {
  readonly data: Uint8Array;
  /** Large files lie on another host, to which the hub redirects. */
  readonly large?: boolean;
  /** What the listing says, where it lies. */
  readonly claimed?: { readonly size?: number; readonly sha256?: string };
}

export interface SeenRequest {
  readonly host: 'hub' | 'storage';
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface HubServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  readonly files: Map<string, StoredFile>;
  /** A token that every request needs. */
  token: string | undefined;
  /** Answers the next requests for the list of files in place of the list. */
  refuseList: { readonly status: number; readonly code?: string } | undefined;
  /** For each of the next bodies: after how many bytes the connection breaks. */
  readonly breaks: number[];
  /** Statuses of the next requests for files. */
  readonly failures: number[];
  /** Overrides the ETag of files, as when they change between two requests. */
  etag: string | undefined;
}

export async function openHub(files: Readonly<Record<string, StoredFile>>): Promise<HubServer> {
  const storage = createServer((request, response) => {
    note('storage', request);
    sendFile(nameOf(request), request, response);
  });
  const server = createServer((request, response) => {
    note('hub', request);
    if (hub.token !== undefined && request.headers.authorization !== `Bearer ${hub.token}`) {
      response.writeHead(401).end();
    } else if (request.url?.startsWith('/api/models/owner/name/revision/') === true) list(response);
    else if (request.url?.startsWith(`/owner/name/resolve/${COMMIT}/`) === true) {
      const name = nameOf(request);
      if (hub.files.get(name)?.large === true) {
        response.writeHead(302, { location: `http://localhost:${port(storage)}/${name}` }).end();
      } else sendFile(name, request, response);
    } else response.writeHead(404).end();
  });

  function note(host: SeenRequest['host'], request: IncomingMessage): void {
    const { range, authorization } = request.headers;
    hub.seen.push({ host, url: request.url ?? '', range, authorization });
  }

  function list(response: ServerResponse): void {
    if (hub.refuseList !== undefined) {
      const { status, code } = hub.refuseList;
      response.writeHead(status, code === undefined ? {} : { 'x-error-code': code }).end();
      return;
    }
    const siblings = [...hub.files].map(([rfilename, { data, large, claimed }]) => ({
      rfilename,
      size: claimed?.size ?? data.length,
      blobId: createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex'),
      ...(large === true
        ? { lfs: { sha256: claimed?.sha256 ?? sha256(data), size: claimed?.size ?? data.length, pointerSize: 130 } }
        : {}),
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'owner/name', sha: COMMIT, siblings }));
  }

  function sendFile(name: string, request: IncomingMessage, response: ServerResponse): void {
    const file = hub.files.get(name);
    const failure = hub.failures.shift();
    if (file === undefined || failure !== undefined) {
      response.writeHead(failure ?? 404).end();
      return;
    }
    const etag = hub.etag ?? `"${sha256(file.data)}"`;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const resumed = from > 0 && request.headers['if-range'] === etag;
    const body = resumed ? file.data.subarray(from) : file.data;
    response.writeHead(resumed ? 206 : 200, {
      etag,
      'content-length': body.length,
      ...(resumed ? { 'content-range': `bytes ${from}-${file.data.length - 1}/${file.data.length}` } : {}),
    });
    const broken = hub.breaks.shift();
    if (broken === undefined) response.end(body);
    else response.write(body.subarray(0, broken), () => setTimeout(() => response.destroy(), 20));
  }

  const hub: HubServer = {
    endpoint: '',
    seen: [],
    files: new Map(Object.entries(files)),
    token: undefined,
    refuseList: undefined,
    breaks: [],
    failures: [],
    etag: undefined,
    async [Symbol.asyncDispose]() {
      for (const one of [server, storage]) {
        one.closeAllConnections();
        one.close();
        await once(one, 'close');
      }
    },
  };
  for (const one of [server, storage]) {
    one.listen(0, '127.0.0.1');
    await once(one, 'listening');
  }
  return Object.assign(hub, { endpoint: `http://127.0.0.1:${port(server)}` });
}

function port(server: Server): number {
  const address = server.address() as AddressInfo;
  return address.port;
}

function nameOf(request: IncomingMessage): string {
  return decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
