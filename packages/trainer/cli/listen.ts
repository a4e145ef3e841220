import { UsageError } from "@beyond24/run";

/** Listens on a port, and tells the user when it is taken. */
export async function listen<Server>(port: number, start: () => Promise<Server>): Promise<Server> {
  return await start().catch((error) => {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(`Cannot listen on port ${port} as it is taken: use another --port`, { cause: error });
  });
}
