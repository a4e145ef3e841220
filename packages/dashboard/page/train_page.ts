/**
 * The page that trains: reads the controls, starts the worker, shows what it says.
 *
 * @module
 */
import { TrainControls } from "./view/train_controls.ts";
import { TrainView } from "./view/train_view.ts";
import { TrainingClient } from "./training_client.ts";
import { probeWebGpu } from "./view/probe_web_gpu.ts";
import { showWebGpuNotice } from "./view/show_web_gpu_notice.ts";
import { fetchSite } from "./view/fetch_site.ts";
import { nameMetrics } from "./view/name_metrics.ts";
import { findElement } from "./view/find_element.ts";

nameMetrics();
const webGpu = await probeWebGpu();
const view = new TrainView();
const client = new TrainingClient((message) => {
  view.show(message);
  if (message.type !== "finished" && message.type !== "failed") return;
  client.stop();
  controls.setState(message.type === "finished" ? "finished" : "idle");
});
const controls = new TrainControls(webGpu.kind, {
  onPlan: (preset, steps) => view.plan(preset, steps),
  onStart: (settings) => {
    view.begin(settings);
    client.start(settings);
  },
  onPause: () => {
    client.pause();
    view.say("Paused.");
  },
  onResume: () => {
    client.resume();
    view.sayPhase();
  },
  onReset: () => client.stop(),
  onProblem: (message) => view.showProblem(message),
});

if (webGpu.kind === "none") showWebGpuNotice(webGpu, () => controls.start());

// A run is served beside this page when the dashboard was opened for one.
const { hasRun } = await fetchSite();
findElement("run-link", HTMLAnchorElement).hidden = !hasRun;
