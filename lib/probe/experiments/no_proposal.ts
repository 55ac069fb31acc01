/** An IKE_SA_INIT of ordinary shape and size whose only proposal nobody accepts: it asks without leaving state. */
import { Initiator, type MessageNote } from "../../exchange/initiator.ts";
import type { PathJob, RunContext } from "../context.ts";
import { initiatorSettings, initiatorSources, unopened } from "../initiating.ts";

/** A request, and how its answer is read. */
export interface NoProposal {
  readonly message: Uint8Array;
  readonly what: string;
  readonly spiI: Uint8Array;
  readonly read: (message: Uint8Array, at: number) => MessageNote;
}

/** A fresh request for one path. Our own address is not known yet, and does not matter: nobody gets to compare it. */
export function noProposalRequest(job: PathJob, context: RunContext): NoProposal {
  const remote = { address: job.address, port: job.spec.port };
  const machine = new Initiator(
    initiatorSettings(job, context, unopened(remote), "unacceptable"),
    initiatorSources(context),
  );
  const { message, what } = machine.pollTransmit(context.now())!;
  return { message, what, spiI: machine.spiI, read: (answer, at) => machine.handleMessage(answer, at) };
}
