import { assert, assertEquals } from "@std/assert";
import type { ActivationPicture } from "../training/activation_probe.ts";
import { PictureAlbum } from "./picture_album.ts";

function picture(step: number): ActivationPicture {
  const nothing = { values: new Float32Array(0), tokens: new Int32Array(0), offsets: new Int32Array(0) };
  return { step, phase: "dense", layer: 0, experts: 1, columns: 4, ...nothing };
}

Deno.test("PictureAlbum keeps the first and the last picture and thins out the others", () => {
  const album = new PictureAlbum();
  assertEquals(album.at(0), undefined);
  for (let step = 0; step < 1000; step++) album.add(picture(step));
  assert(album.length > 32 && album.length <= 64, String(album.length));
  assertEquals([album.at(0)?.step, album.at(Infinity)?.step], [0, 999]);
  const steps = Array.from({ length: album.length }, (_, index) => album.at(index)?.step ?? NaN);
  assert(steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? NaN)));
  album.clear();
  assertEquals(album.length, 0);
});
