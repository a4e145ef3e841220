import { LiveSession, mostStepsAtOnce } from "./live_session.ts";
import { openDevice } from "./open_device.ts";
import type { FromWorker, LiveSettings } from "./protocol.ts";

/** The worker around a training. */
export interface TrainLiveHost {
  /** Tells the page. */
  post(message: FromWorker): void;
  /** Returns when it may go on; called between any two reads of the device. */
  breathe(): Promise<void>;
}

/** Milliseconds of steps between two reads: often enough to look alive, seldom enough to keep a GPU busy. */
const readEvery = 100;
/** Least milliseconds between two pictures. */
const pictureEvery = 400;

/** Trains a model and tells the page what happens until it is done. */
export async function trainLive(settings: LiveSettings, { post, breathe }: TrainLiveHost): Promise<void> {
  const device = await openDevice(settings.device);
  try {
    const session = await LiveSession.create(device, settings);
    const { parameters, trainTokens } = session;
    post({ type: "ready", device: device.description, parameters, trainTokens, vocabulary: settings.vocabulary });
    const sampleEvery = Math.max(10, Math.round(settings.steps / 12));
    const layer = 0;
    let stepsAtOnce = 1;
    let pictureDue = 0;
    let sampleDue = sampleEvery;
    post({ type: "picture", picture: await session.picture(layer) });
    while (!session.isDone) {
      await breathe();
      const phase = session.phase;
      const started = performance.now();
      const steps = await session.runSteps(stepsAtOnce);
      const perStep = (performance.now() - started) / steps.length;
      stepsAtOnce = Math.max(1, Math.min(mostStepsAtOnce, Math.round(readEvery / perStep)));
      post({ type: "steps", steps });
      const hasSwitched = session.phase !== phase;
      if (performance.now() >= pictureDue || hasSwitched || session.isDone) {
        const looked = performance.now();
        post({ type: "picture", picture: await session.picture(layer) });
        // A slow device must not spend its time on pictures.
        pictureDue = performance.now() + Math.max(pictureEvery, 4 * (performance.now() - looked));
      }
      if (session.step >= sampleDue || session.isDone) {
        await breathe();
        post({ type: "validation", step: session.step, validation: await session.validate() });
        post({ type: "sample", sample: await session.sample() });
        sampleDue = session.step + sampleEvery;
      }
    }
    post({ type: "finished" });
    session.dispose();
  } finally {
    device.dispose();
  }
}
