/**
 * The TCP differential: what does the path do with the stream prefix, with other octets in its place, with the prefix
 * cut in two, and with nothing? Everything sent here leaves no half-open SA. What differs names the cause.
 */
import { encodeFrame, STREAM_PREFIX, withMarker } from "../../encap/mod.ts";
import { Ask } from "../../exchange/ask.ts";
import type { PathState } from "../../model/mod.ts";
import { concatBytes } from "../../wire/mod.ts";
import type { IkeStream } from "../stream.ts";
import type { PathJob } from "../context.ts";
import type { Laboratory, Observation } from "./laboratory.ts";
import { noProposalRequest } from "./no_proposal.ts";
import { type Script, streamTrial } from "./stream_trial.ts";

/** Six octets that no protocol begins with: the control for the stream prefix. */
const OTHER_PREFIX = new TextEncoder().encode("vwxyzq");

/** A Length that cannot occur (RFC 9329 §4), with octets behind it: whoever reads frames has to close. */
const BAD_LENGTH = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0);

/** The pause between the two halves of a cut prefix: long enough for two segments, short for a patient gateway. */
const SPLIT_PAUSE_MS = 60;

const HTTP_REQUEST = new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n");

/** One path's differential. */
export class TcpDifferential {
  /** @param state How the path ended: of a foreign listener there is less to ask. */
  constructor(
    readonly lab: Laboratory,
    readonly job: PathJob,
    readonly state: PathState,
    readonly watchMs: number,
  ) {}

  /**
   * All that the question needs, in waves of few connections, then the decisive ones once more: a difference that shows
   * once can be chance.
   */
  async run(): Promise<void> {
    if (this.state === "foreign") return void await this.#wave(["silence", "otherPrefix", "insideTls"]);
    const first = await this.#wave(["silence", "otherPrefix", "prefix", "otherStream", "prefixFrame"]);
    if (!this.lab.hasTime(this.watchMs)) return;
    const second = await this.#wave(["split", "badLength", "emptyInit", "insideTls", "http"]);
    if (!this.lab.hasTime(this.watchMs)) return;
    const differs = (a: ScriptName, b: ScriptName) => first.get(a)?.result !== first.get(b)?.result;
    const again: ScriptName[] = differs("prefix", "otherPrefix")
      ? ["prefix", "otherPrefix"]
      : differs("prefixFrame", "otherStream")
      ? ["prefixFrame", "otherStream"]
      : ["prefixFrame"];
    // A request that is answered only when its prefix is cut: each form once more, as chance does the same.
    const evades = second.get("split")?.result === "answered" && first.get("prefixFrame")?.result !== "answered";
    await this.#wave([...new Set([...again, ...evades ? ["prefixFrame", "split"] as const : []])], 2);
  }

  async #wave(names: readonly ScriptName[], round = 1): Promise<Map<ScriptName, Observation>> {
    const observed = await Promise.all(names.map(async (name) => {
      const script = this.#scripts[name].call(this);
      return [name, await streamTrial(this.lab, this.job, script, this.watchMs, round)] as const;
    }));
    return new Map(observed);
  }

  readonly #scripts = {
    silence: this.#silence,
    otherPrefix: this.#otherPrefix,
    otherStream: this.#otherStream,
    prefix: this.#prefix,
    prefixFrame: this.#prefixFrame,
    split: this.#split,
    emptyInit: this.#emptyInit,
    badLength: this.#badLength,
    insideTls: this.#insideTls,
    http: this.#http,
  };

  #silence(): Script {
    return { name: "tcp-silence" };
  }

  #otherPrefix(): Script {
    return { name: "tcp-other-prefix", say: (s) => s.sendRaw(OTHER_PREFIX, "six other octets") };
  }

  #prefix(): Script {
    return { name: "tcp-prefix", say: (s) => s.sendRaw(STREAM_PREFIX, "stream prefix") };
  }

  #otherStream(): Script {
    const request = this.#request();
    return {
      name: "tcp-other-stream",
      ...request.reading,
      say: async (stream) => {
        await stream.sendRaw(OTHER_PREFIX, "six other octets");
        await stream.sendRaw(request.frame, request.what);
      },
    };
  }

  #prefixFrame(): Script {
    const request = this.#request();
    return { name: "tcp-prefix-frame", ...request.reading, say: (s) => sayFrame(s, request) };
  }

  #insideTls(): Script {
    const request = this.#request();
    return { name: "tcp-inside-tls", transport: "tls", ...request.reading, say: (s) => sayFrame(s, request) };
  }

  #split(): Script {
    const request = this.#request();
    return {
      name: "tcp-prefix-split",
      ...request.reading,
      say: async (stream) => {
        await stream.sendRaw(STREAM_PREFIX.slice(0, 3), "first half of the stream prefix");
        const { network, signal } = this.lab.context;
        await network.clock.sleep(network.clock.now() + SPLIT_PAUSE_MS, signal);
        const rest = concatBytes(STREAM_PREFIX.slice(3), request.frame);
        await stream.sendRaw(rest, `second half of the stream prefix, ${request.what}`);
      },
    };
  }

  #emptyInit(): Script {
    const ask = new Ask("empty", (length) => this.lab.context.network.random(length));
    return {
      name: "tcp-empty-init",
      spiI: ask.spiI,
      read: (message) => ask.handleMessage(message),
      say: (stream) => stream.sendIke(ask.message, ask.what),
    };
  }

  #badLength(): Script {
    return {
      name: "tcp-bad-length",
      say: async (stream) => {
        await stream.sendRaw(STREAM_PREFIX, "stream prefix");
        await stream.sendRaw(BAD_LENGTH, "a frame of Length 1, which cannot occur");
      },
    };
  }

  #http(): Script {
    return { name: "tcp-http", say: (s) => s.sendRaw(HTTP_REQUEST, "HTTP request") };
  }

  #request(): Request {
    const { message, what, spiI, read } = noProposalRequest(this.job, this.lab.context);
    return { frame: encodeFrame(withMarker(message)), what, reading: { spiI, read } };
  }
}

type ScriptName =
  | "silence"
  | "otherPrefix"
  | "otherStream"
  | "prefix"
  | "prefixFrame"
  | "split"
  | "emptyInit"
  | "badLength"
  | "insideTls"
  | "http";

interface Request {
  readonly frame: Uint8Array;
  readonly what: string;
  readonly reading: Pick<Script, "spiI" | "read">;
}

async function sayFrame(stream: IkeStream, request: Request): Promise<void> {
  await stream.sendRaw(STREAM_PREFIX, "stream prefix");
  await stream.sendRaw(request.frame, request.what);
}
