// A fetch handler behind Node's HTTP server, on the loopback interface only.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type FetchHandler = (request: Request) => Response | Promise<Response>;
export type LoopbackServer = { url: string; close(): Promise<void> };

/** Listens on `port` (any free one unless given). A handler that throws breaks the connection off. */
export async function serve(handler: FetchHandler, port = 0): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: 600_000 }, async (incoming, outgoing) => {
    if (!isLocal(incoming)) return void outgoing.writeHead(403).end();
    try {
      await answer(await handler(await toRequest(incoming)), outgoing);
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Is this asked of a loopback name, and by nobody's page but our own? A page of the web can make a browser call a
 * loopback port under a name of its own (DNS rebinding), or across origins.
 */
export function isLocal({ headers }: IncomingMessage): boolean {
  const host = headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) return false;
  return headers.origin === undefined || headers.origin === `http://${host}`;
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const { method = "GET", url = "/", headers } = incoming;
  return new Request(new URL(url, `http://${headers.host ?? "127.0.0.1"}`), {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
}

async function answer(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
