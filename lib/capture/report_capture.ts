/** The pcapng of a run: what was sent and received, made from its reports. */
import type { PathReport, Report } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { comment, pathComments, pathDescription, SECTION_COMMENT, verdictComment } from "./comments.ts";
import { Numbers, packetsOf } from "./packets.ts";
import { enhancedPacket, interfaceDescription, sectionHeader } from "./pcapng.ts";

/** Takes reports one after the other, and gives the blocks of the file; what it keeps does not grow with them. */
export class ReportCapture {
  readonly #numbers = new Numbers();
  #interfaces = 0;
  #hasSection = false;

  /**
   * The blocks of one more report.
   *
   * @param startedUs when it began: microseconds since 1970
   */
  *add(report: Report, startedUs: number): Generator<Uint8Array> {
    if (!this.#hasSection) yield sectionFor(report);
    this.#hasSection = true;
    const made = packetsOf(report, this.#numbers);
    const left = comment(report, made);
    const numbers = new Map<string, number>();
    for (const path of report.paths) {
      const verdict = numbers.size === 0 ? [verdictComment(report)] : [];
      yield interfaceFor(path, [...verdict, ...left.get(path.id) ?? []]);
      numbers.set(path.id, this.#interfaces++);
    }
    for (const packet of made.packets) {
      const { path } = report.events[packet.event]!;
      // A saved report may name paths that it does not have.
      if (path === null) continue;
      let number = numbers.get(path);
      if (number === undefined) {
        yield interfaceDescription({ name: escapeText(path), description: "", comments: [] });
        numbers.set(path, number = this.#interfaces++);
      }
      const us = Math.min(startedUs + Math.round(packet.t_ms * 1000), Number.MAX_SAFE_INTEGER);
      yield enhancedPacket({ ...packet, interface: number, us });
    }
  }
}

function sectionFor(report: Report): Uint8Array {
  const { name, version, runtime, platform } = report.tool;
  const [system = "", hardware = ""] = platform.split(" ");
  return sectionHeader({
    hardware: escapeText(hardware),
    system: escapeText(system),
    application: escapeText(`${name} ${version} (${runtime})`),
    comments: [SECTION_COMMENT, verdictComment(report)],
  });
}

function interfaceFor(path: PathReport, comments: readonly string[]): Uint8Array {
  // As one text: capinfos shows only the first comment of an interface.
  const text = [...pathComments(path), ...comments].join("\n");
  return interfaceDescription({
    name: escapeText(path.id),
    description: pathDescription(path),
    comments: text === "" ? [] : [text],
  });
}
