import { openCublasLt } from "./_cublaslt.ts";
import { openCudnn } from "./_cudnn.ts";
import type { Driver } from "./driver.ts";
import { libraryFolders } from "./_library_folders.ts";
import type { Libraries } from "./launch_context.ts";

/** Opens cuBLASLt and cuDNN where they are found. cuDNN needs cuBLASLt to be open before. */
export function openLibraries(driver: Driver, repeatable: boolean): Libraries {
  const folders = libraryFolders();
  const products = openCublasLt(driver, folders);
  if (products === undefined) return {};
  const attention = openCudnn(driver, folders, repeatable);
  return attention === undefined ? { products } : { products, attention };
}
