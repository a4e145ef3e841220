import { createWebGpuDevice, parseTunedTiles, type WebGpuDevice, type WebGpuDeviceOptions } from "@beyond24/webgpu";

/** The value of `--name=value`. */
export function option(name: string): string | undefined {
  const prefix = `--${name}=`;
  return Deno.args.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

/** Opens the adapter, with the tiles of `--tiles=FILE` that `deno task tune --out FILE` has found. */
export function openDevice(options: WebGpuDeviceOptions = {}): Promise<WebGpuDevice> {
  const file = option("tiles");
  const tuned = file === undefined ? {} : { tunedTiles: parseTunedTiles(Deno.readTextFileSync(file)) };
  return createWebGpuDevice({ ...tuned, ...options });
}
