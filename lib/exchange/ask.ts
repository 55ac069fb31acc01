/** Single messages that ask whether somebody is there, and leave no half-open SA with anybody. */
import { decodeMessage, isErrorNotify, notifyName, summarizeMessage } from "../ike/mod.ts";
import { fitOf } from "./fit.ts";
import { freshSpi, type MessageNote } from "./initiator.ts";
import { buildEmptyInit, buildVersionPing } from "./request.ts";

/** `version`: a header of an unknown major version (RFC 7296 §2.5); `empty`: an IKE_SA_INIT without payloads. */
export type AskKind = "version" | "empty";

const WHAT: Readonly<Record<AskKind, string>> = {
  version: "header of major version 3",
  empty: "IKE_SA_INIT without payloads",
};

/** One message, and what came back. */
export class Ask {
  readonly spiI: Uint8Array;
  readonly message: Uint8Array;
  readonly what: string;
  /** Answers that were ours. */
  answers = 0;

  constructor(kind: AskKind, random: (length: number) => Uint8Array) {
    this.spiI = freshSpi({ random });
    this.message = kind === "version" ? buildVersionPing(this.spiI) : buildEmptyInit(this.spiI);
    this.what = WHAT[kind];
  }

  /** One IKE message (without marker). Never throws. */
  handleMessage(bytes: Uint8Array): MessageNote {
    const { fit, why } = fitOf(bytes, this.spiI, [this.message]);
    if (fit !== "answer") return { fit, what: why };
    this.answers++;
    const decoded = decodeMessage(bytes);
    const error = decoded.payloads.find((p) => p.kind === "N" && isErrorNotify(p.type));
    return {
      fit,
      what: summarizeMessage(decoded),
      result: decoded.header?.majorVersion === 2 ? "error" : "version",
      ...(error?.kind === "N" && { notify: notifyName(error.type) }),
    };
  }
}
