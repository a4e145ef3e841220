/**
 * Devices that run on any CPU. {@linkcode createReferenceDevice} is the plain one that all others are held against.
 *
 * @module
 */
export * from "./reference/reference_device.ts";
