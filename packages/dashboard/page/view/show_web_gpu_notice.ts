import { findElement, setText } from "./find_element.ts";

/** Explains what is missing and offers the processor; `onAccept` hears of a yes. */
export function showWebGpuNotice(why: { reason: string; remedy: string }, onAccept: () => void): void {
  setText("no-webgpu-reason", why.reason);
  setText("no-webgpu-remedy", why.remedy);
  const notice = findElement("no-webgpu", HTMLElement);
  notice.hidden = false;
  findElement("use-processor", HTMLButtonElement).addEventListener("click", () => {
    notice.hidden = true;
    onAccept();
  });
}
