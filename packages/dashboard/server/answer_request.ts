import type { PageAssets } from "./page_assets.ts";
import { checkRequest, type PageRequest } from "./check_request.ts";
import { readRunFile, runFilePath } from "./read_run_file.ts";
import { withSecurityHeaders } from "./security_headers.ts";
import { streamRun } from "./stream_run.ts";

/** What is served. */
export interface Site {
  /** Files of the page. */
  readonly assets: PageAssets;
  /** Path that `/` means. */
  readonly home: "/train.html" | "/run.html";
  /** Folder of the run that is shown, if one is. */
  readonly folder?: string;
}

/** Where and how long a site is served. */
export interface SiteContext {
  /** The port that it listens on. */
  readonly port: number;
  /** Ends streams when the server closes, or the browser goes away. */
  readonly signal: AbortSignal;
}

const runPrefix = "/run/";

/** Answers one request; it never throws. */
export async function answerRequest(request: PageRequest, site: Site, context: SiteContext): Promise<Response> {
  const refused = checkRequest(request, context.port);
  if (refused !== undefined) return withSecurityHeaders(refused);
  const pathname = pathOf(request.target);
  try {
    const response = await find(pathname, site, context);
    return withSecurityHeaders(response ?? notFound(), pathname === `${runPrefix}report.html` ? "report" : "page");
  } catch {
    // What went wrong may name paths of this machine, so it is not sent.
    return withSecurityHeaders(new Response("Cannot read a file of the run\n", { status: 500 }));
  }
}

/** The path without its query, `..` and the like resolved; nothing for what is none. */
function pathOf(target: string): string {
  return URL.parse(`http://localhost${target}`)?.pathname ?? "";
}

async function find(path: string, site: Site, context: SiteContext): Promise<Response | undefined> {
  const asset = site.assets.get(path === "/" ? site.home : path);
  if (asset !== undefined) return new Response(asset.body, { headers: { "content-type": asset.type } });
  if (path === "/site.json") return Response.json(await describeSite(site));
  if (!path.startsWith(runPrefix) || site.folder === undefined) return undefined;
  const name = path.slice(runPrefix.length);
  if (name !== "events") return await readRunFile(site.folder, name);
  // A connection that ends cancels the stream.
  return streamRun(site.folder, { signal: context.signal });
}

/** What there is, so that the page need not ask for files in vain. */
async function describeSite({ folder }: Site): Promise<Record<"hasRun" | "hasReport", boolean>> {
  return {
    hasRun: folder !== undefined,
    hasReport: folder !== undefined && await runFilePath(folder, "report.html") !== undefined,
  };
}

function notFound(): Response {
  return new Response("There is no such file here\n", { status: 404, headers: { "content-type": "text/plain" } });
}
