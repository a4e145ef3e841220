import { type Parameter, type ParameterShare, soleShare } from "@beyond24/autograd";
import { allParts, BYTES_PER_ELEMENT, elementCount, type Rank, type Tensor } from "@beyond24/device";

/** Bytes of tensors. */
export function bytesOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * BYTES_PER_ELEMENT[dtype], 0);
}

/** How all parameters are shared. */
export function shareOf(parameters: readonly Parameter[], { rank, size }: Rank): ParameterShare {
  const [{ share } = { share: { ...soleShare, rank, size } }] = parameters;
  const other = parameters.find(({ share: { isSharded, ...place } }) =>
    isSharded !== share.isSharded || place.rank !== rank || place.size !== size
  );
  if (other === undefined) return share;
  const found = `${other.name} of rank ${other.share.rank} of ${other.share.size}`;
  throw new TypeError(`Cannot create AdamW of rank ${rank} of ${size} as all parameters must be its: one is ${found}`);
}

/** Gradients as the ranks sum them. */
export function gradientsOf(parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ gradient, share }) => allParts(gradient, share.size));
}

/** What products read, as the ranks bring it together. */
export function valuesOf(parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ value, share }) => allParts(value, share.size));
}
