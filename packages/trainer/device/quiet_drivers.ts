/** The session of a user: where Wayland, which drivers of graphics ask for a display, has its socket. */
const session = "XDG_RUNTIME_DIR";

/**
 * Keeps drivers quiet where there is no session of a user, as on a server: on Linux they write a line to the console
 * for each device that is opened. A folder that holds no display, and nobody else can put one into, is as good to them
 * as none. Without the permission for the variable nothing is done, and nobody is asked.
 */
export function quietDrivers(): void {
  if (Deno.build.os !== "linux") return;
  if (Deno.permissions.querySync({ name: "env", variable: session }).state !== "granted") return;
  if (!Deno.env.get(session)) Deno.env.set(session, "/");
}
