/** How shaders of a device may use subgroups: after `enable subgroups;`, without that line, or not at all. */
export type SubgroupForm = "enabled" | "plain" | "none";

/** What a text must enable so that it may use subgroups. */
export function subgroupExtensions(form: SubgroupForm): readonly string[] {
  return form === "enabled" ? ["subgroups"] : [];
}
