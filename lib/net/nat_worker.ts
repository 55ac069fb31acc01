/** A Web Worker that searches the candidates that it is sent, and answers each message with what it found. */
import { type NatCandidates, type NatHash, NatSearch } from "../crypto/nat_search.ts";

/** To the worker. */
export interface NatOrder {
  readonly wanted: NatHash;
  readonly candidates: NatCandidates;
}

/** From the worker: a preimage, or null when there is none among the order's candidates. */
export type NatReply = ReturnType<NatSearch["step"]> | null;

/** What a worker's global object has, which is typed as a main thread's. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<NatOrder>) => void) | null;
  postMessage(reply: NatReply): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: { wanted, candidates } }) => {
  const search = new NatSearch(wanted, candidates);
  scope.postMessage(search.step(Infinity) ?? null);
};
