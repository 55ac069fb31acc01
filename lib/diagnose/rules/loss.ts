import { lossAt } from "../loss.ts";
import { defineRule } from "../rule.ts";
import { count } from "../words.ts";

/** From so many lost requests on, and such a part of all, clients will notice. */
const NOTICEABLE = { lost: 2, part: 0.1 } as const;

/** `loss`. */
export const loss = defineRule({
  code: "loss",
  title: "some requests over UDP are lost",
  question: "Does the network lose datagrams?",
  meaning:
    "Requests or answers were lost on the way, and a repetition got through. IKE survives that by retransmission; " +
    "clients take longer to connect, and a tunnel over such a network is slow. A path that stayed silent in the same " +
    "run may have been unlucky.",
  established:
    "A repeated copy of a request was answered, as soon as others are, and the copy before it was not, although its " +
    "answer was due before the repetition.",
  confusedWith:
    "A gateway that is slow each time: its answers come later behind the last copy, and are not counted. One that " +
    "ignores a first request, or is busy for a moment, looks the same. One end cannot see which direction loses.",
  advice: {
    client: ["Probe again, and from another network: loss that follows the client is in its network."],
    gateway: ["Look for a full link or a rate limit before the gateway."],
  },
  references: ["RFC 7296 §2.1", "RFC 7296 §2.4"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const found = lossAt(view, address);
      if (found === undefined) return [];
      const { lost, sent, seen } = found;
      const noticeable = lost >= NOTICEABLE.lost && lost / sent >= NOTICEABLE.part;
      const udp = view.at(address).filter((path) => path.transport === "udp");
      const answered = udp.filter((path) => path.state === "answered");
      // Where only experiments were answered, it is their ports that lose.
      const paths = answered.length > 0 ? answered : udp.filter((path) => path.attempts > 0);
      return [{
        severity: noticeable ? "warning" : "notice",
        confidence: noticeable ? "likely" : "possible",
        paths: paths.map((path) => path.id),
        summary: `${lost} of ${count(sent, "request")} over UDP to ${address} had no answer until they were repeated`,
        evidence: [
          view.evidence(`${count(lost, "copy", "copies")} without an answer, and the next one answered`, seen),
        ],
      }];
    }),
});
