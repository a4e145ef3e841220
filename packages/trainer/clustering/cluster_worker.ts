/**
 * A thread of {@linkcode threadClustering}: it clusters the neurons of every message.
 *
 * @module
 */
import { clusterNeurons, type ClusterNeuronsOptions, type NeuronClusters } from "@beyond24/routing";

/** The neurons of a layer. */
export interface ClusterMessage {
  /** Rows of neurons. */
  readonly weights: Float32Array;
  /** How they are clustered. */
  readonly options: ClusterNeuronsOptions;
}

/**
 * What a thread sees of the one that started it: types of the web's workers would change globals of all who import
 * this.
 */
interface ThreadScope {
  onmessage: (event: MessageEvent<ClusterMessage>) => void;
  postMessage(message: NeuronClusters | undefined): void;
}

/** Undefined where it fails: who asked finds out why. */
function clusters({ weights, options }: ClusterMessage): NeuronClusters | undefined {
  try {
    return clusterNeurons(weights, options);
  } catch {
    return undefined;
  }
}

const scope = globalThis as unknown as ThreadScope;
scope.onmessage = ({ data }) => scope.postMessage(clusters(data));
