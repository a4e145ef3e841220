import { DeviceUnavailableError } from "@beyond24/device";
import { NativeDriver } from "../driver/native_driver.ts";

/** Why tests that need a GPU are left out here; undefined where there is one. */
export function gpuMissing(): string | undefined {
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return "no permission to use FFI";
  try {
    new NativeDriver().dispose();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceUnavailableError) return error.message;
    throw error;
  }
}

/** Registers a test that needs a GPU; without one its name says why it is left out. */
export function gpuTest(name: string, run: () => Promise<void>, skipReason: string | undefined = missing): void {
  const suffix = skipReason !== undefined && skipReason === missing ? ` (skipped: ${skipReason})` : "";
  Deno.test({ name: `${name}${suffix}`, ignore: skipReason !== undefined, fn: run });
}

const missing = gpuMissing();
