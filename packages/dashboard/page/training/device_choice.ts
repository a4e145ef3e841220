/** Kinds of devices that a page has. */
export const deviceChoices = ["webgpu", "cpu", "reference"] as const;

/** One of {@linkcode deviceChoices}. */
export type DeviceChoice = typeof deviceChoices[number];
