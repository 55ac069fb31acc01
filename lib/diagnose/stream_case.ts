/**
 * What became of a stream that stood and then did not answer: one case for each path, so that the findings exclude each
 * other. It compares what the same connection does with the stream prefix and with six other octets (RFC 9329 §9).
 *
 * What gateways do by themselves, and what therefore is no evidence against a middlebox: a healthy Responder waits in
 * silence behind the prefix and closes a wrong one at once; libreswan closes a wrong one with FIN, or with RST when octets
 * of a frame were left unread; on a kernel without espintcp it closes right ones likewise.
 */
import type { Confidence, ExperimentName, ExperimentResult, PathReport } from "../model/mod.ts";
import { tallyAt } from "./chance.ts";
import { earlyResets } from "./early_reset.ts";
import { FRAME_HEADER, octetsOf } from "./octets.ts";
import { allAre, isStream, numberFact, stood, type Trial, type View } from "./view.ts";

/**
 * How the stream failed. `waits`: it reads RFC 9329 and answers no IKE message. `cut`: the octets of IKE messages never
 * arrive, and those of the prefix do. `later`: it answered on another connection. `unfinished`: it began a frame and never
 * completed it.
 */
export type StreamCaseKind =
  | "prefix-reset"
  | "prefix-dropped"
  | "hangup"
  | "mute"
  | "waits"
  | "cut"
  | "later"
  | "unfinished";

/** See the file's head. */
export interface StreamCase {
  readonly kind: StreamCaseKind;
  readonly confidence: Confidence;
  /** The experiments that decided, those with the prefix and those without. */
  readonly subject: readonly Trial[];
  readonly control: readonly Trial[];
}

/**
 * Undefined for a path that answered, that never stood, or whose state other findings explain; and for candidates, which
 * no experiment was made for.
 */
export function streamCase(view: View, path: PathReport): StreamCase | undefined {
  if (!isStream(path) || !stood(path) || !path.expected) return undefined;
  if (isUnfinished(view, path)) return { kind: "unfinished", confidence: "possible", subject: [], control: [] };
  if (!["reset", "closed", "silent"].includes(path.state)) return undefined;
  if (path.transport === "tls" && path.tls === undefined) return undefined;
  if (view.messages(path).some(({ event }) => event.fit !== "keepalive")) return undefined;
  const lab = new StreamTrials(view, path);
  return lab.later() ?? lab.prefixReset() ?? lab.prefixDropped() ?? lab.hangup() ?? lab.mute();
}

/** All that came is the beginning of one frame: a Length that was never reached, and a non-ESP marker as far as it goes. */
export function isUnfinished(view: View, path: PathReport): boolean {
  if (path.state !== "foreign" || path.speaks !== "other") return false;
  const [first, ...more] = view.events(path, "received");
  if (first === undefined) return false;
  const total = [first, ...more].filter(({ event }) => event.flow === first.event.flow)
    .reduce((sum, { event }) => sum + event.octets, 0);
  const octets = octetsOf(path.banner);
  if (octets.length < 2) return octets.length === total;
  const length = octets[0]! * 256 + octets[1]!;
  return length > total && octets.subarray(2, FRAME_HEADER).every((octet) => octet === 0);
}

/** The same octets fail in whole, and go through once they are cut otherwise. */
export interface Evasion {
  readonly splits: readonly Trial[];
  readonly wholes: readonly Trial[];
  /** `certain` where it was seen time and again; `possible` where the cut did not help each time. */
  readonly confidence: Confidence;
}

/**
 * Undefined where the cut makes no difference, or where connections without the prefix fail as well: a cluster with a dead
 * member does that. Inside TLS nobody on the way sees how octets are cut.
 */
export function evasion(view: View, path: PathReport): Evasion | undefined {
  if (path.transport !== "tcp" || !sparesOthers(view, path)) return undefined;
  const wholes = [...view.trialsOf(path, "tcp-prefix-frame"), ...view.trialsOf(path, "tcp-empty-init")];
  const split = view.trialsOf(path, "tcp-prefix-split");
  const splits = split.filter((trial) => trial.result === "answered");
  const failed = wholes.filter((trial) => ["reset", "closed", "silent"].includes(trial.result));
  if (splits.length === 0 || failed.length === 0 || wholes.some((trial) => trial.result === "answered")) {
    return undefined;
  }
  const repeated = (path.state !== "silent" || splits.length > 1) && failed.length > 1;
  const confidence = splits.length < split.length ? "possible" : repeated ? "certain" : "likely";
  return { splits, wholes: failed, confidence };
}

/** By how a path ended: what ends otherwise where it is the prefix that somebody dislikes. */
const OTHERS = {
  reset: ["tcp-silence", "tcp-other-prefix"],
  // A healthy Responder closes a wrong prefix (RFC 9329 §7.1), and is silent where nothing is said.
  closed: ["tcp-silence"],
  silent: ["tcp-other-prefix"],
} as const;

/** Whether no connection without the prefix ended as the path did: a dead member of a cluster ends any. */
export function sparesOthers(view: View, path: PathReport): boolean {
  if (path.state !== "reset" && path.state !== "closed" && path.state !== "silent") return true;
  const others = OTHERS[path.state].flatMap((name) => view.trialsOf(path, name));
  return others.every(({ result }) => result !== path.state);
}

/** The experiments of one path, by what they say. */
class StreamTrials {
  readonly #of: (name: ExperimentName) => Trial[];

  constructor(readonly view: View, readonly path: PathReport) {
    // What did not get as far as the question is no answer to it.
    this.#of = (name) =>
      view.trialsOf(path, name).filter(({ result }) =>
        ["answered", "octets", "silent", "closed", "reset"].includes(result)
      );
  }

  /** What the whole prefix carried was answered on another connection: whatever it was, it is not the prefix. */
  later(): StreamCase | undefined {
    const whole = [...this.#of("tcp-prefix-frame"), ...this.#of("tcp-empty-init")];
    const answered = whole.filter((trial) => trial.result === "answered");
    if (answered.length === 0) return undefined;
    const kind = this.path.state === "silent" ? "later" : "hangup";
    return this.#case(kind, "possible", answered, whole.filter((trial) => !answered.includes(trial)));
  }

  /** Only outside of TLS: inside, nobody on the way sees a prefix. */
  prefixReset(): StreamCase | undefined {
    if (this.path.transport !== "tcp" || this.path.state !== "reset") return undefined;
    const [prefix, other] = [this.#of("tcp-prefix"), this.#of("tcp-other-prefix")];
    if (allAre(prefix, "reset") && other.length > 0 && sparesOthers(this.view, this.path)) {
      const confidence = !this.#isAlways("reset") ? "possible" : this.#proven() ? "certain" : "likely";
      return this.#case("prefix-reset", confidence, prefix, other);
    }
    // Behind a complete frame, a gateway that knows RFC 9329 may itself reset what it does not like: it closes the control
    // because of its prefix, so the two are not the same to it.
    const [frame, stream] = [this.#of("tcp-prefix-frame"), this.#of("tcp-other-stream")];
    const framed = allAre(frame, "reset") && stream.length > 0 && stream.every((trial) => trial.result !== "reset") &&
      !prefix.some((trial) => trial.result === "closed" || trial.result === "reset");
    if (!framed) return undefined;
    return this.#case("prefix-reset", this.#proven() ? "certain" : "possible", frame, stream);
  }

  /** Whatever was sent behind the prefix: half of the connections to a broken cluster fail as well. */
  #isAlways(result: ExperimentResult): boolean {
    const wholes = ["tcp-prefix", "tcp-prefix-frame", "tcp-bad-length", "tcp-empty-init"] as const;
    return wholes.every((name) => this.#of(name).every((trial) => trial.result === result));
  }

  #proven(): boolean {
    return evasion(this.view, this.path)?.confidence === "certain" ||
      earlyResets(this.view, this.path)?.confidence === "certain";
  }

  prefixDropped(): StreamCase | undefined {
    if (this.path.transport !== "tcp" || this.path.state !== "silent") return undefined;
    const subject = [...this.#of("tcp-prefix"), ...this.#of("tcp-prefix-frame")];
    const control = this.#of("tcp-other-prefix");
    const frames = this.#of("tcp-prefix-frame");
    if (
      !allAre(subject, "silent") || frames.length === 0 || !allAre(control, "closed", "reset", "answered", "octets")
    ) {
      return undefined;
    }
    const evaded = evasion(this.view, this.path);
    if (evaded !== undefined) return this.#case("prefix-dropped", evaded.confidence, subject, control);
    const acked = subject.map((trial) => numberFact(trial, "acked"));
    if (acked.every((octets) => octets === 0)) {
      const confidence = !this.#isAlways("silent") ? "possible" : subject.length > 1 ? "certain" : "likely";
      return this.#case("prefix-dropped", confidence, subject, control);
    }
    // Somebody's TCP took them, or nobody knows. Whoever reads frames has to close an impossible one.
    const [bad, empty] = [this.#of("tcp-bad-length"), this.#of("tcp-empty-init")];
    if (!allAre(bad, "silent") || !allAre(empty, "silent")) return undefined;
    return this.#case("prefix-dropped", "possible", [...subject, ...bad, ...empty], control);
  }

  hangup(): StreamCase | undefined {
    if (this.path.state === "silent") return undefined;
    const ended = ["closed", "reset"] as const;
    const silence = this.#of("tcp-silence");
    const [prefix, other] = [this.#of("tcp-prefix"), this.#of("tcp-other-prefix")];
    if (allAre(silence, ...ended)) return this.#case("hangup", "certain", prefix, silence);
    if (allAre(prefix, ...ended) && allAre(other, ...ended)) return this.#case("hangup", "certain", prefix, other);
    return this.#case("hangup", "possible", this.#of("tcp-prefix-frame"), other);
  }

  mute(): StreamCase {
    const controls = [...this.#of("tcp-other-prefix"), ...this.#of("tcp-bad-length"), ...this.#of("tcp-http")];
    const subject = this.#of("tcp-prefix-frame");
    const split = this.#of("tcp-prefix-split");
    // Answered once, however the octets were cut: what fails otherwise is lost by chance, or by load.
    if (split.some((trial) => trial.result === "answered")) return this.#case("later", "possible", split, subject);
    const bad = this.#of("tcp-bad-length");
    if (allAre(bad, "closed", "reset") && allAre(this.#of("tcp-prefix"), "silent")) {
      return this.cut(bad) ?? this.#case("waits", "possible", subject, bad);
    }
    return this.#case("mute", allAre(controls, "silent") ? "certain" : "possible", subject, controls);
  }

  /**
   * A TCP acknowledges whatever arrives, whatever its application thinks: it had the prefix, and each time nothing of the
   * IKE message behind it. Its application reads: it closed an impossible frame.
   */
  cut(control: readonly Trial[]): StreamCase | undefined {
    const messages = [...this.#of("tcp-prefix-frame"), ...this.#of("tcp-empty-init")];
    if (!allAre(messages, "silent") || !messages.every((trial) => hasPrefixAlone(this.view, trial))) return undefined;
    const isLossy = tallyAt(this.view, this.path.address).lost > 0;
    const confidence = isLossy ? "possible" : messages.length > 1 ? "certain" : "likely";
    return this.#case("cut", confidence, messages, control);
  }

  #case(
    kind: StreamCaseKind,
    confidence: Confidence,
    subject: readonly Trial[],
    control: readonly Trial[],
  ): StreamCase {
    return { kind, confidence, subject, control };
  }
}

/** The peer's TCP acknowledged the stream prefix, and not all of what was sent behind it. */
function hasPrefixAlone(view: View, trial: Trial): boolean {
  const acked = numberFact(trial, "acked");
  const sent = view.trialEvents(trial, "sent").map(({ event }) => event.octets);
  return acked !== undefined && acked >= sent[0]! && acked < sent.reduce((sum, octets) => sum + octets, 0);
}

/** What an experiment did and what came of it, for evidence: `6 other octets: closed after 41 ms`. */
export const TRIAL_WORDS: Readonly<Partial<Record<ExperimentName, string>>> = {
  "tcp-silence": "nothing sent",
  "tcp-other-prefix": "six other octets",
  "tcp-other-stream": "six other octets and the same frame",
  "tcp-prefix": "the stream prefix alone",
  "tcp-prefix-frame": "stream prefix and frame",
  "tcp-prefix-split": "the same, with the prefix in two segments",
  "tcp-empty-init": "stream prefix and an empty IKE_SA_INIT",
  "tcp-bad-length": "stream prefix and an impossible frame",
  "tcp-inside-tls": "the same inside TLS",
  "tcp-http": "an HTTP request",
};
