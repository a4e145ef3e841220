import type { ActivationPicture } from "../training/activation_probe.ts";

/** Pictures that are kept at most; a picture has up to about a megabyte. */
const mostPictures = 64;

/** Pictures of a training, to look back at. When there are too many, every second one of the older ones goes. */
export class PictureAlbum {
  #pictures: ActivationPicture[] = [];

  /** Pictures in it. */
  get length(): number {
    return this.#pictures.length;
  }

  /** A picture by its place, or the last one. */
  at(index: number): ActivationPicture | undefined {
    return this.#pictures[Math.min(index, this.#pictures.length - 1)];
  }

  /** Adds a picture. */
  add(picture: ActivationPicture): void {
    this.#pictures.push(picture);
    if (this.#pictures.length <= mostPictures) return;
    const last = this.#pictures.length - 1;
    this.#pictures = this.#pictures.filter((_, index) => index % 2 === 0 || index === last);
  }

  /** Removes all. */
  clear(): void {
    this.#pictures = [];
  }
}
