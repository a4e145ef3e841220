import { openCublasLt } from "./cublaslt/cublaslt.ts";
import { openCudnn } from "./cudnn/cudnn.ts";
import type { Driver } from "../driver/driver.ts";
import { libraryFolders } from "./library_folders.ts";
import type { Libraries } from "../launching/launch_context.ts";
import { findNccl } from "./nccl.ts";

/** Opens cuBLASLt and cuDNN where they are found, and looks for NCCL. cuDNN needs cuBLASLt to be open before. */
export function openLibraries(driver: Driver, repeatable: boolean): Libraries {
  const folders = libraryFolders();
  const products = openCublasLt(driver, folders, repeatable);
  const attention = products && openCudnn(driver, folders, repeatable);
  const nccl = findNccl(folders);
  return { ...(products && { products }), ...(attention && { attention }), ...(nccl && { nccl }) };
}
