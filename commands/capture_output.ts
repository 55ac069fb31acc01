/** `--pcap FILE`: what was sent and received, for Wireshark. */
import { UsageError } from "../lib/cli/failure.ts";
import { concatBytes } from "../lib/wire/bytes.ts";
import type { Output } from "./outputs.ts";

/**
 * The place for the capture of a run, when one is wanted. It is written report by report; an interrupted run keeps what
 * there is.
 *
 * @throws {UsageError} when nothing can be written there
 */
export async function captureOutputs(file: string | undefined): Promise<Output[]> {
  if (file === undefined) return [];
  if (file === "-") throw new UsageError("--pcap needs the name of a file: standard output is for the report");
  const { openAtomic } = await import("../lib/cli/atomic_file.ts");
  const { ReportCapture } = await import("../lib/capture/report_capture.ts");
  const capture = new ReportCapture();
  const opened = openAtomic(file);
  let isEmpty = true;
  return [{
    add(report) {
      isEmpty = false;
      // A time that cannot be read leaves the packets where they are to each other.
      const startedUs = (Date.parse(report.started) || 0) * 1000;
      try {
        opened.write(concatBytes(...capture.add(report, startedUs)));
      } catch (error) {
        opened.discard();
        throw error;
      }
    },
    end: () => isEmpty ? opened.discard() : opened.commit(),
  }];
}
