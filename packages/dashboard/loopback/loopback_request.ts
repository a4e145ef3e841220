/** A request to a loopback server. */
export interface LoopbackRequest {
  /** `GET`, `POST` and so on. */
  readonly method: string;
  /** The header `Host`. */
  readonly host: string | undefined;
  /** Path and query as they were sent. */
  readonly target: string;
  /** The header `Content-Type`. */
  readonly contentType: string | undefined;
  /** Aborted when the client goes away before it has the whole answer, and when the server closes. */
  readonly signal: AbortSignal;
  /**
   * Reads the body.
   *
   * @param limit Most bytes
   * @returns Its bytes; undefined where there are more. These are read too, as a client hears nothing before it has
   * sent all, but not kept
   */
  readBody(limit: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
}
