// Free ports on the loopback interface.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below those that systems give to outgoing connections (from 32,768 on, or from 49,152): one of those may be taken again
 * before whoever is to listen there has started.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 100;

/** Whether the port can be listened on, now. */
export function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

/** The preferred port if it is free, else any free one. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred && (await isFree(preferred))) return preferred;
  for (let i = 0; i < TRIES; i += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  return listenOnce(0);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}
