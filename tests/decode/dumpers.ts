/** Programs that print hexdumps, as they print them: each gives the text of octets. */
import { hexdump } from "../../lib/ike/mod.ts";

const hex2 = (octet: number) => octet.toString(16).padStart(2, "0");
const ascii = (row: readonly number[]) =>
  row.map((octet) => octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".").join("");

function rows(octets: Uint8Array, size = 16): { at: number; row: number[] }[] {
  return Array.from({ length: Math.ceil(octets.length / size) }, (_, i) => ({
    at: i * size,
    row: [...octets.subarray(i * size, (i + 1) * size)],
  }));
}

function groups(row: readonly number[], size: number): string[] {
  return Array.from({ length: Math.ceil(row.length / size) }, (_, i) => row.slice(i * size, (i + 1) * size)).map((
    group,
  ) => group.map(hex2).join(""));
}

function offset(at: number, digits: number, base = 16): string {
  return at.toString(base).padStart(digits, "0");
}

/** `*` for rows that are the same as the one before, but for the last. */
function squeezed(
  all: { at: number; row: number[] }[],
  print: (row: { at: number; row: number[] }) => string,
): string[] {
  const lines: string[] = [];
  for (const [i, current] of all.entries()) {
    const repeats = i > 0 && all[i - 1]!.row.join() === current.row.join();
    if (!repeats) lines.push(print(current));
    else if (lines.at(-1) !== "*") lines.push("*");
  }
  return lines;
}

/** By the command line that prints so. */
export const DUMPERS: Readonly<Record<string, (octets: Uint8Array) => string>> = {
  "xxd": (octets) =>
    rows(octets).map(({ at, row }) => `${offset(at, 8)}: ${groups(row, 2).join(" ").padEnd(39)}  ${ascii(row)}`).join(
      "\n",
    ),
  "xxd -c 32 -u": (octets) =>
    rows(octets, 32).map(({ at, row }) =>
      `${offset(at, 8)}: ${groups(row, 2).join(" ").toUpperCase().padEnd(79)}  ${ascii(row)}`
    ).join("\n"),
  "xxd -p": (octets) => rows(octets, 30).map(({ row }) => row.map(hex2).join("")).join("\n"),
  "xxd -i": (octets) =>
    `unsigned char m[] = {\n${
      rows(octets, 12).map(({ row }) => `  ${row.map((octet) => `0x${hex2(octet)}`).join(", ")}`).join(",\n")
    }\n};\nunsigned int m_len = ${octets.length};`,
  "hexdump -C": (octets) =>
    [
      ...squeezed(rows(octets), ({ at, row }) => {
        const halves = [row.slice(0, 8), row.slice(8)].map((half) => half.map((octet) => `${hex2(octet)} `).join(""));
        return `${offset(at, 8)}  ${halves[0]!.padEnd(24)} ${halves[1]!.padEnd(24)} |${ascii(row)}|`;
      }),
      offset(octets.length, 8),
    ].join("\n"),
  "hexdump": (octets) =>
    [
      ...squeezed(rows(octets), ({ at, row }) => {
        const words = groups(row, 2).map((word) => word.length === 4 ? word.slice(2) + word.slice(0, 2) : `00${word}`);
        return `${offset(at, 7)} ${words.join(" ").padEnd(39)}`;
      }),
      offset(octets.length, 7),
    ].join("\n"),
  "od -t x1": (octets) =>
    [
      ...squeezed(rows(octets), ({ at, row }) => `${offset(at, 7, 8)} ${row.map(hex2).join(" ")}`),
      offset(octets.length, 7, 8),
    ].join("\n"),
  "od -A x -t x1z": (octets) =>
    [
      ...squeezed(rows(octets), ({ at, row }) =>
        `${offset(at, 6)} ${row.map(hex2).join(" ").padEnd(47)}  >${ascii(row)}<`),
      offset(octets.length, 6),
    ].join("\n"),
  "tcpdump -x": (octets) =>
    rows(octets).map(({ at, row }) => `\t0x${offset(at, 4)}:  ${groups(row, 2).join(" ")}`).join("\n"),
  "tcpdump -X": (octets) =>
    rows(octets).map(({ at, row }) => `\t0x${offset(at, 4)}:  ${groups(row, 2).join(" ").padEnd(39)}  ${ascii(row)}`)
      .join("\n"),
  "tshark -x": (octets) =>
    rows(octets).map(({ at, row }) => `${offset(at, 4)}  ${row.map(hex2).join(" ").padEnd(48)}  ${ascii(row)}`).join(
      "\n",
    ),
  "charon.log": (octets) =>
    [
      `Nov 24 19:07:45 03[NET] received packet => ${octets.length} bytes @ 0x7ffaa4f14420`,
      ...rows(octets).map(({ at, row }) =>
        `Nov 24 19:07:45 03[NET] ${String(at).padStart(4)}: ${row.map(hex2).join(" ").toUpperCase().padEnd(47)}  ${
          ascii(row)
        }`
      ),
    ].join("\n"),
  "pluto.log": (octets) =>
    [
      `Nov 24 19:12:48.088: | *received ${octets.length} bytes from 192.0.2.1:53727 on eth0 192.0.2.7:500 using UDP`,
      ...rows(octets).map(({ row }) => {
        const quarters = [0, 4, 8, 12].map((at) => row.slice(at, at + 4).map(hex2).join(" ").padEnd(11)).join("  ");
        return `Nov 24 19:12:48.088031: |   ${quarters}   ${ascii(row)}`;
      }),
    ].join("\n"),
  "--verbose": (octets) => hexdump(octets).map((line) => `      ${line}`).join("\n"),
  "Wireshark's Copy as Escaped String": (octets) =>
    rows(octets).map(({ row }) => `"${row.map((octet) => `\\x${hex2(octet)}`).join("")}"`).join(" \\\n"),
  "Wireshark's Export as C Arrays": (octets) =>
    `/* Frame (${octets.length} bytes) */\nstatic const unsigned char pkt1[${octets.length}] = {\n${
      rows(octets, 8).map(({ at, row }) =>
        `${row.map((octet) => `0x${hex2(octet)}`).join(", ")}${at + 8 < octets.length ? "," : " "} /* ${ascii(row)} */`
      ).join("\n")
    }\n};\n`,
  "colons": (octets) => [...octets].map(hex2).join(":"),
  "0x": (octets) => `0x${[...octets].map(hex2).join("")}`,
  "\\x": (octets) => `b'${[...octets].map((octet) => `\\x${hex2(octet)}`).join("")}'`.replace("b'", "'"),
};
