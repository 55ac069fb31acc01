/** What an input is, and everything that is found in it. */
import { isPcap, isPcapng, type OnFault, readPcap, readPcapng } from "../capture/mod.ts";
import type { Fault } from "../wire/mod.ts";
import { CaptureDecoder } from "./capture.ts";
import { type HexDump, readHexdumps } from "./hexdump.ts";
import type { BrokenItem, Item, Place } from "./item.ts";
import type { InputName } from "./names.ts";
import { isIke } from "./plausible.ts";
import { itemsOfOctets, linkTypeOf, NOTHING_FOUND } from "./octets.ts";

/** What an input was read as. */
export type InputForm = "hex" | "binary" | "pcap" | "pcapng";

/** Octets of an input that was read as text: more are no dump that somebody pasted. */
const LONGEST_TEXT = 64 * 1024 * 1024;
/** So much of an input is looked at to tell text from octets. */
const TEXT_SAMPLE = 65_536;

/** Why an input cannot be decoded at all: a phrase to stand behind its name and a colon. */
export class UnreadableInput extends Error {}

/** An input, and a way to go through it once. */
export interface DecodeRun {
  readonly form: InputForm;
  readonly items: Generator<Item>;
  /** Complete when `items` is. */
  readonly notes: InputNotes;
}

/** What is to be said of an input as a whole. */
export interface InputNotes {
  /** Packets of a capture. */
  packets?: number;
  /** Hexdumps of a text. */
  dumps?: number;
  /** Hexdumps that are something else: a log has many. */
  otherDumps?: number;
  /** TCP connections that do not begin with the stream prefix. */
  otherConnections?: number;
  /** LINKTYPE_ numbers of packets that could not be looked into. */
  unknownLinks?: readonly number[];
}

/** @throws {UnreadableInput} */
export function decodeInput(octets: Uint8Array, wanted: InputName): DecodeRun {
  if (octets.length === 0) throw new UnreadableInput("it is empty");
  switch (wanted === "auto" ? detect(octets) : wanted) {
    case "pcap":
      return decodeCapture(octets);
    case "hex":
      return decodeText(octets);
    case "binary":
      return { form: "binary", items: itemsOfDumps([{ octets, line: 1 }], false), notes: {} };
  }
}

function detect(octets: Uint8Array): Exclude<InputName, "auto"> {
  if (isPcap(octets) || isPcapng(octets)) return "pcap";
  return isText(octets) ? "hex" : "binary";
}

function isText(octets: Uint8Array): boolean {
  if (isUtf16(octets)) return true;
  return octets.subarray(0, TEXT_SAMPLE).every((octet) => octet >= 0x20 || (octet >= 0x09 && octet <= 0x0d));
}

/** PowerShell writes files so; an SPI can begin like it, but is not followed by ASCII in 16 bits each. */
function isUtf16(octets: Uint8Array): boolean {
  const isMarked = octets[0] === 0xff && octets[1] === 0xfe && octets.length % 2 === 0;
  return isMarked && octets.subarray(2, 66).every((octet, i) => i % 2 === 0 || octet === 0);
}

function decodeCapture(file: Uint8Array): DecodeRun {
  const isNg = isPcapng(file);
  if (!isNg && !isPcap(file)) throw new UnreadableInput("it is neither pcap nor pcapng");
  const notes: InputNotes = {};
  return { form: isNg ? "pcapng" : "pcap", items: itemsOfCapture(file, isNg ? readPcapng : readPcap, notes), notes };
}

function* itemsOfCapture(file: Uint8Array, read: typeof readPcap, notes: InputNotes): Generator<Item> {
  const decoder = new CaptureDecoder();
  const faults: Fault[] = [];
  const onFault: OnFault = (fault) => faults.push(fault);
  for (const frame of read(file, onFault)) {
    yield* decoder.take(frame);
    for (const fault of faults.splice(0)) yield damage(fault);
  }
  for (const fault of faults) yield damage(fault);
  yield* decoder.end();
  notes.packets = decoder.packets;
  notes.otherConnections = decoder.otherConnections;
  notes.unknownLinks = [...decoder.unknownLinks];
}

/** Of the file itself. */
function damage({ path, offset, reason }: Fault): BrokenItem {
  return { kind: "broken", place: { offset }, octets: new Uint8Array(0), fault: { path, offset: 0, reason } };
}

function decodeText(octets: Uint8Array): DecodeRun {
  if (octets.length > LONGEST_TEXT) {
    throw new UnreadableInput(`it has more than ${LONGEST_TEXT / 1024 / 1024} MiB, which is much for a hexdump`);
  }
  const text = new TextDecoder(isUtf16(octets) ? "utf-16le" : "utf-8").decode(octets);
  if (/^\s*\{[^]*"schema": ?"ike-tcp\/report\//.test(text.slice(0, 1000))) {
    throw new UnreadableInput("it is a report of ike-tcp: diagnose --verbose shows its messages");
  }
  const dumps = readHexdumps(text);
  if (dumps.length === 0) throw new UnreadableInput("there is no hexdump in it");
  const notes: InputNotes = { dumps: dumps.length };
  return { form: "hex", items: itemsOfText(dumps, notes), notes };
}

/** Dumps without IKE that are shown where there is nothing else to show. */
const MOST_OTHERS = 10;

/** In a log with several dumps what does not look like IKE is something else, and not broken, as long as there is IKE. */
function* itemsOfText(dumps: readonly HexDump[], notes: InputNotes): Generator<Item> {
  const others: Item[] = [];
  let found = 0;
  for (const item of itemsOfDumps(dumps, true)) {
    if (item.kind === "broken" && item.fault.path === NOTHING_FOUND) others.push(item);
    else {
      found++;
      yield item;
    }
  }
  if (found === 0) yield* others.splice(0, MOST_OTHERS);
  if (others.length > 0) notes.otherDumps = others.length;
}

/** Dumps of packets are the packets of one capture; all others stand alone. */
function* itemsOfDumps(dumps: readonly HexDump[], isText: boolean): Generator<Item> {
  const decoder = new CaptureDecoder();
  for (const [index, { octets, line, fault }] of dumps.entries()) {
    const place: Place = { ...(isText && { dump: index + 1, line }), offset: 0 };
    // An SPI can look like the beginning of an IP header.
    const linkType = isIke(octets) ? undefined : linkTypeOf(octets);
    if (linkType === undefined) yield* itemsOfOctets(octets, place);
    else yield* decoder.take({ number: index + 1, linkType, octets, length: octets.length });
    if (fault !== undefined) {
      yield { kind: "broken", place, octets: new Uint8Array(0), fault: { path: "hexdump", ...fault } };
    }
  }
  yield* decoder.end();
}
