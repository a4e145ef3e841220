import type { LaunchContext } from "../launching/launch_context.ts";
import { launchAmpereProduct, takesAmpere } from "./ampere_products.ts";
import { type ExpertProductLaunch, launchExpertProduct, takesExperts } from "./hopper_products.ts";

/** Starts a grouped product of `rows` sorted rows on tensor cores, those of Hopper or others; false when the plain kernels must do it. */
export function launchTiledProduct(context: LaunchContext, rows: number, launch: ExpertProductLaunch): boolean {
  const sizes = { rows, neurons: launch.neurons, features: launch.features };
  if (takesExperts(context, launch.segments, sizes)) {
    launchExpertProduct(context, launch);
    return true;
  }
  if (!takesAmpere(context, launch.segments, sizes)) return false;
  launchAmpereProduct(context, launch);
  return true;
}
