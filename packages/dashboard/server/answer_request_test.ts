import { assert, assertEquals } from "@std/assert";
import { answerRequest, type Site } from "./answer_request.ts";
import { readRunJson } from "./read_run_file.ts";

const assets = new Map([
  ["/train.html", { body: "<h1>train</h1>", type: "text/html" }],
  ["/run.html", { body: "<h1>run</h1>", type: "text/html" }],
]);

async function makeRun(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/run/checkpoints`, { recursive: true });
  await Deno.writeTextFile(`${folder}/secret.json`, "secret");
  await Deno.writeTextFile(`${folder}/run/config.json`, '{"preset":"tiny"}');
  await Deno.writeTextFile(`${folder}/run/notes.txt`, "secret");
  await Deno.writeTextFile(`${folder}/run/checkpoints/state.json`, "secret");
  await Deno.writeTextFile(`${folder}/run/report.html`, "<script>1</script>");
  await Deno.symlink(`${folder}/secret.json`, `${folder}/run/summary.json`);
  return folder;
}

const context = { port: 8024, signal: new AbortController().signal };

function ask(path: string, site: Site, method = "GET"): Promise<Response> {
  return answerRequest({ method, host: "127.0.0.1:8024", target: path }, site, context);
}

Deno.test("answerRequest serves the page, and says whether there is a run", async () => {
  const site: Site = { assets, home: "/train.html" };
  assertEquals(await (await ask("/", site)).text(), "<h1>train</h1>");
  assertEquals(await (await ask("/run.html", site)).text(), "<h1>run</h1>");
  assertEquals(await (await ask("/site.json", site)).json(), { hasRun: false, hasReport: false });
  const run = { ...site, folder: await makeRun() + "/run" };
  assertEquals(await (await ask("/site.json", run)).json(), { hasRun: true, hasReport: true });
  assertEquals((await ask("/run/config.json", site)).status, 404);
  assertEquals((await ask("/run/events", site)).status, 404);
});

Deno.test("answerRequest serves the files of a run and no others", async () => {
  const folder = await makeRun();
  const site: Site = { assets, home: "/run.html", folder: `${folder}/run` };
  assertEquals(await (await ask("/", site)).text(), "<h1>run</h1>");
  assertEquals(await (await ask("/run/config.json", site)).json(), { preset: "tiny" });
  const refused = [
    "/run/notes.txt",
    "/run/checkpoints/state.json",
    "/run/../secret.json",
    "/run/%2e%2e/secret.json",
    "/run/..%2fsecret.json",
    "/run/..%5csecret.json",
    "/run//secret.json",
    "/run/config.json/../notes.txt",
    "/run/config.json%00",
    "/run/",
    "/run/metrics.jsonl",
    "/run/constructor",
    "/secret.json",
    "/config.json",
    "//etc/passwd",
  ];
  for (const path of refused) {
    const response = await ask(path, site);
    assertEquals([response.status, (await response.text()).includes("secret")], [404, false], path);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("answerRequest does not follow a link out of the run", async () => {
  const folder = await makeRun();
  const response = await ask("/run/summary.json", { assets, home: "/run.html", folder: `${folder}/run` });
  assertEquals(response.status, 404);
  assert(!(await response.text()).includes("secret"));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("answerRequest does not open what is no file, such as a pipe that nobody writes to", async () => {
  const folder = await Deno.makeTempDir();
  await new Deno.Command("mkfifo", { args: ["config.json", "summary.json", "report.html"], cwd: folder }).output();
  await Deno.mkdir(`${folder}/metrics.jsonl`);
  const site: Site = { assets, home: "/run.html", folder };
  for (const name of ["config.json", "summary.json", "report.html", "metrics.jsonl"]) {
    assertEquals((await ask(`/run/${name}`, site)).status, 404, name);
  }
  assertEquals(await readRunJson(folder, "config.json"), undefined);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("readRunJson gives nothing of a file that is half written, or far too long", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/config.json`;
  await Deno.writeTextFile(path, '{"preset":');
  assertEquals(await readRunJson(folder, "config.json"), undefined);
  await Deno.writeTextFile(path, `"${"x".repeat(1 << 20)}"`);
  assertEquals(await readRunJson(folder, "config.json"), undefined);
  await Deno.writeTextFile(path, '"x"');
  assertEquals(await readRunJson(folder, "config.json"), "x");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("answerRequest follows a link to the run itself", async () => {
  const folder = await makeRun();
  await Deno.symlink(`${folder}/run`, `${folder}/newest`);
  const response = await ask("/run/config.json", { assets, home: "/run.html", folder: `${folder}/newest` });
  assertEquals(response.status, 200);
  await response.body?.cancel();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("answerRequest keeps other sites out and pages from loading anything else", async () => {
  const folder = await makeRun();
  const site: Site = { assets, home: "/run.html", folder: `${folder}/run` };
  for (const path of ["/", "/run/config.json", "/nothing"]) {
    const { headers } = await ask(path, site);
    assert(headers.get("content-security-policy")?.startsWith("default-src 'none'"), path);
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
  const report = await ask("/run/report.html", site);
  assert(report.headers.get("content-security-policy")?.startsWith("sandbox;"));
  await report.body?.cancel();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("answerRequest refuses writing and other hosts with the same headers", async () => {
  const site: Site = { assets, home: "/train.html" };
  const post = await ask("/", site, "POST");
  assertEquals([post.status, post.headers.get("allow")], [405, "GET"]);
  assertEquals(post.headers.get("x-content-type-options"), "nosniff");
  const foreign = { method: "GET", host: "evil.example", target: "/" };
  assertEquals((await answerRequest(foreign, site, context)).status, 421);
});
