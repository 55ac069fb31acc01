/** Answers as a third party forges them: from elsewhere, beside the genuine one, contradicting it. */
import { encodeError } from "../../exchange/responder_answer.ts";
import { decodeHeader } from "../../ike/mod.ts";
import type { Answered, Fault, Outgoing } from "./fault.ts";

/** `other-port`, `other-source` */
export function otherSource(address?: string): Fault {
  const from = address === undefined ? {} : { address };
  return { answers: (_, answers): Outgoing[] => answers.map((one) => ({ ...one, from })) };
}

/** `twice` */
export function twice(): Fault {
  return { answers: (_, answers): Outgoing[] => answers.flatMap((one) => [one, one]) };
}

/** `error-first`: the error could be anybody's, the good answer follows at once. */
export function errorFirst(type: number): Fault {
  return {
    answers: ({ request }, answers) => {
      const header = decodeHeader(request);
      return header === undefined || answers.length === 0
        ? answers
        : [{ octets: encodeError(header, type) }, ...answers];
    },
  };
}

/** `two-answers` */
export function twoAnswers(): Fault {
  return {
    answers: (exchange: Answered, answers) => {
      const other = exchange.reaction === "accepted" ? exchange.again() : undefined;
      return other === undefined ? answers : [...answers, { octets: other }];
    },
  };
}

/** `repeat-differs`: nothing is remembered. */
export function repeatDiffers(): Fault {
  return { policy: (policy) => ({ ...policy, halfOpenMs: 0 }) };
}

/** `flood` */
export function flood(datagrams: number): Fault {
  return {
    answers: ({ random }, answers) => [
      ...Array.from({ length: datagrams }, (): Outgoing => ({ octets: random(64 + random(1)[0]! * 4), raw: true })),
      ...answers,
    ],
  };
}
