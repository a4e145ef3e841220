import { openCublasLt } from "./cublaslt/cublaslt.ts";
import { openCudnn } from "./cudnn/cudnn.ts";
import type { Driver } from "../driver/driver.ts";
import { libraryFolders } from "./library_folders.ts";
import type { Libraries } from "../launching/launch_context.ts";

/** Opens cuBLASLt and cuDNN where they are found. cuDNN needs cuBLASLt to be open before. */
export function openLibraries(driver: Driver, repeatable: boolean): Libraries {
  const folders = libraryFolders();
  const products = openCublasLt(driver, folders, repeatable);
  const attention = products && openCudnn(driver, folders, repeatable);
  return { ...(products && { products }), ...(attention && { attention }) };
}
