/**
 * The same object with some of its members replaced. The others run on the original, private fields included.
 *
 * @param target The original, left as it is
 * @param overrides Members to use instead
 */
export function overrideMethods<Target extends object>(target: Target, overrides: Partial<Target>): Target {
  return new Proxy(target, {
    get: (original, name) => {
      if (Object.hasOwn(overrides, name)) return Reflect.get(overrides, name);
      const member: unknown = Reflect.get(original, name, original);
      return typeof member === "function" ? member.bind(original) : member;
    },
  });
}
