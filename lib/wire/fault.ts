/** What is wrong with octets from the network, and where. */

/** A defect of a message: a value, as peers make mistakes every day and tolerant decoding goes on after one. */
export interface Fault {
  /** Which field: `payloads[2].proposals[0].transforms[1].length`. */
  readonly path: string;
  /** Octets from the start of the message to the field. */
  readonly offset: number;
  /** What is wrong with it, as a phrase. */
  readonly reason: string;
}

/** One line: `payloads[2].length @68: says 3 octets, a payload has at least 4`. */
export function formatFault(fault: Fault): string {
  return `${fault.path} @${fault.offset}: ${fault.reason}`;
}

/** Ends the decoding of one structure. It never leaves a decoder: whoever reads the structure keeps the fault. */
export class DecodeError extends Error {
  /** Where and why. */
  readonly fault: Fault;

  /** @param fault What the error reports. */
  constructor(fault: Fault) {
    super(`Cannot decode ${fault.path} at octet ${fault.offset}: ${fault.reason}`);
    this.name = "DecodeError";
    this.fault = fault;
  }
}
