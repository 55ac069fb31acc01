/** Negotiations that end badly or never. */
import { STATUS, statusNotify } from "../../exchange/request.ts";
import { encodeError, encodeRedirection, encodeResponse, uint16 } from "../../exchange/responder_answer.ts";
import { type DecodedMessage, decodeMessage, FLAG, type Header } from "../../ike/mod.ts";
import { concatBytes } from "../../wire/mod.ts";
import type { Exchange, Fault, Outgoing } from "./fault.ts";

const NOBODY = new Uint8Array(8);
const IKE_SA_INIT = 34;
const INVALID_KE_PAYLOAD = 17;

/** Answers every request of IKE_SA_INIT that has payloads in another way; everything else as usual. */
function inPlaceOfAnswer(
  answer: (header: Header, request: DecodedMessage, exchange: Exchange) => Uint8Array | undefined,
): Fault {
  return {
    answers(exchange, answers): readonly Outgoing[] {
      const request = decodeMessage(exchange.request);
      const { header } = request;
      const ordinary = header?.majorVersion === 2 && header.exchangeType === IKE_SA_INIT &&
        request.payloads.length > 0 &&
        (header.flags & FLAG.RESPONSE) === 0;
      const octets = ordinary ? answer(header!, request, exchange) : undefined;
      return octets === undefined ? answers : [{ octets }];
    },
  };
}

/** `error` */
export function error(type: number): Fault {
  return inPlaceOfAnswer((header) => encodeError(header, type));
}

/** `cookie-loop`: a new cookie every time, whatever was brought. */
export function cookieLoop(): Fault {
  return inPlaceOfAnswer((header, _, { random }) =>
    encodeResponse(header, NOBODY, [statusNotify(STATUS.COOKIE, random(32))])
  );
}

/** Group of the KE payload and the groups offered beside it. */
function groups({ payloads }: DecodedMessage): { sent?: number; offered: number[] } {
  let sent: number | undefined;
  const offered: number[] = [];
  for (const payload of payloads) {
    if (payload.kind === "KE") sent = payload.group;
    if (payload.kind !== "SA") continue;
    for (const { type, id } of payload.proposals.flatMap((proposal) => proposal.transforms)) {
      if (type === 4 && !offered.includes(id)) offered.push(id);
    }
  }
  return { sent, offered };
}

/** `group-loop`: any group but the one that was sent. */
export function groupLoop(): Fault {
  return inPlaceOfAnswer((header, request) => {
    const { sent, offered } = groups(request);
    const next = offered[(offered.indexOf(sent ?? -1) + 1) % Math.max(1, offered.length)];
    return next === undefined ? undefined : encodeError(header, INVALID_KE_PAYLOAD, uint16(next));
  });
}

/** `group` */
export function group(wanted: number): Fault {
  return inPlaceOfAnswer((header, request) =>
    groups(request).sent === wanted ? undefined : encodeError(header, INVALID_KE_PAYLOAD, uint16(wanted))
  );
}

/** `redirect`, and with no gateway given `redirect-self`. Whether the peer supports it is not asked. */
export function redirect(gateway?: string): Fault {
  return inPlaceOfAnswer((header, { payloads }, { between }) => {
    const nonce = payloads.find((payload) => payload.kind === "Nonce");
    const to = gateway ?? between.locals[0]?.address;
    return to === undefined || nonce?.kind !== "Nonce" ? undefined : encodeRedirection(header, to, nonce.data);
  });
}

/** `puzzle` */
export function puzzle(bits: number): Fault {
  return { policy: (policy) => ({ ...policy, puzzleBits: bits }) };
}

/** `vendor-id` */
export function vendorId(data: Uint8Array): Fault {
  return { policy: (policy) => ({ ...policy, vendorIds: [...policy.vendorIds, data] }) };
}

/** ISAKMP Informational with a NO-PROPOSAL-CHOSEN notification (RFC 2408 §3.14), as IKEv1 daemons refuse. */
function isakmpRefusal(header: Header): Uint8Array {
  const notification = Uint8Array.of(0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14);
  const length = 28 + notification.length;
  const tail = Uint8Array.of(11, 0x10, 5, 0, 0, 0, 0, 0, 0, 0, 0, length);
  return concatBytes(header.initiatorSpi, NOBODY, tail, notification);
}

/** `ikev1` */
export function ikev1(): Fault {
  return headerAnswer(isakmpRefusal);
}

/** `version`: a header without payloads, of that version. */
export function version(major: number): Fault {
  return headerAnswer((header) => {
    const tail = Uint8Array.of(0, major << 4, header.exchangeType, FLAG.RESPONSE, 0, 0, 0, 0, 0, 0, 0, 28);
    return concatBytes(header.initiatorSpi, header.responderSpi, tail);
  });
}

function headerAnswer(answer: (header: Header) => Uint8Array): Fault {
  return {
    answers({ request }, answers): readonly Outgoing[] {
      const { header } = decodeMessage(request);
      return header === undefined ? answers : [{ octets: answer(header) }];
    },
  };
}
