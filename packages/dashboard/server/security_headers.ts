const common: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const pagePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A report carries its own styles and needs nothing else; it lies in a folder that anybody may have filled. */
const reportPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The response with headers that keep other sites out and the page from loading anything but its own files. */
export function withSecurityHeaders(response: Response, kind: "page" | "report" = "page"): Response {
  const headers = { ...common, "content-security-policy": kind === "page" ? pagePolicy : reportPolicy };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
