/** Angles of the rotary embedding: cosines and sines [positions, headDim / 2] of position · θ^(−2i / headDim). */
export function rotaryTables(
  positions: number,
  headDim: number,
  theta: number,
): { readonly cosines: Float32Array; readonly sines: Float32Array } {
  const half = headDim / 2;
  const angle = (index: number) => Math.floor(index / half) * theta ** (-2 * (index % half) / headDim);
  return {
    cosines: Float32Array.from({ length: positions * half }, (_, index) => Math.cos(angle(index))),
    sines: Float32Array.from({ length: positions * half }, (_, index) => Math.sin(angle(index))),
  };
}
