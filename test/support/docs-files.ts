// The files of /docs, as the build named them.
import { env } from "cloudflare:test";
import type { DocsFiles } from "../../src/pages/docs.tsx";

export async function docsFiles(): Promise<DocsFiles> {
  const { ASSETS } = env as unknown as { ASSETS: Fetcher };
  return (await ASSETS.fetch("http://assets/docs/files.json")).json();
}
