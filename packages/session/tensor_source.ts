/** Where saved tensors come from, one at a time. */
export interface TensorSource {
  /**
   * Reads a tensor.
   *
   * @param name Its name
   * @param shape The shape that it must have
   * @returns Row-major values, valid until the next one is read
   * @throws {TypeError} If it is missing or of another type or shape
   */
  read(name: string, shape: readonly number[]): Promise<Float32Array>;
}
