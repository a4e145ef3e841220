/** Where a dashboard listens. */
export interface DashboardOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. Default 0. */
  readonly port?: number;
}

/** A dashboard that is being served. */
export interface DashboardServer {
  /** Address to open in a browser, such as `http://127.0.0.1:8024/`. */
  readonly url: string;
  /** Ends open streams and stops listening. */
  close(): Promise<void>;
}
