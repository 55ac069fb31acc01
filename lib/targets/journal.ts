/**
 * A file of lines that grows while a run goes on, and that a later run reads and continues. Whatever ended a run, lines that
 * are complete stay; a last one that was cut off is taken away.
 */

/** The file is none of ours; the message stands behind its name and a colon, and is safe to show. */
export class NoJournal extends Error {
  override readonly name = "NoJournal";
}

/** Octets of one line that are read. */
const MAX_LINE = 256 * 1024 * 1024;

const LF = 10;

/** What whoever keeps a journal knows of its lines. */
export interface JournalLines {
  /** How each begins, whatever else it says: what does not begin so is somebody else's, and is never taken away. */
  readonly beginning: string;
  /** Takes a line's value; false: it is none of these. */
  readonly take: (value: unknown) => boolean;
}

/** See the file's head. */
export class Journal {
  /** @param file open for appending */
  private constructor(private readonly file: Deno.FsFile) {}

  /**
   * Opens the file, which is made where there is none, and reads what it has.
   *
   * @throws {NoJournal} when a line is none of these
   * @throws whatever the file system says
   */
  static async open(path: string, lines: JournalLines): Promise<Journal> {
    const file = await Deno.open(path, { read: true, append: true, create: true });
    try {
      if (!(await file.stat()).isFile) throw new NoJournal("it is no plain file");
      await new Reader(file, lines).readAll();
    } catch (error) {
      file.close();
      throw error;
    }
    return new Journal(file);
  }

  /** Whether standard output goes to the same file, where the system can tell. */
  isStandardOutput(): boolean {
    try {
      const [here, out] = [this.file.statSync(), Deno.statSync("/dev/stdout")];
      return out.isFile && here.ino !== null && here.ino === out.ino && here.dev === out.dev;
    } catch {
      return false;
    }
  }

  /** Adds a line, which ends with a newline. @throws whatever the file system says */
  add(line: string): void {
    const octets = new TextEncoder().encode(line);
    for (let at = 0; at < octets.length;) at += this.file.writeSync(octets.subarray(at));
  }

  close(): void {
    this.file.close();
  }
}

class Reader {
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  #parts: Uint8Array[] = [];
  #length = 0;
  #number = 1;
  /** Octets of complete lines. */
  #complete = 0;

  constructor(readonly file: Deno.FsFile, readonly lines: JournalLines) {}

  async readAll(): Promise<void> {
    const buffer = new Uint8Array(262_144);
    for (let count = await this.file.read(buffer); count !== null; count = await this.file.read(buffer)) {
      let from = 0;
      for (let end = buffer.indexOf(LF); end !== -1 && end < count; end = buffer.indexOf(LF, from)) {
        this.#keep(buffer.slice(from, end));
        from = end + 1;
        this.#line();
      }
      this.#keep(buffer.slice(from, count));
    }
    if (this.#length > 0) await this.#last();
  }

  #keep(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#parts.push(octets);
    this.#length += octets.length;
    if (this.#length > MAX_LINE) throw this.#fault();
  }

  #whole(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #line(): void {
    if (!this.#take(this.#whole())) throw this.#fault();
    this.#complete += this.#length + 1;
    this.#parts = [];
    this.#length = 0;
    this.#number++;
  }

  #take(octets: Uint8Array): boolean {
    try {
      const text = this.#text.decode(octets);
      return text.trim() === "" || this.lines.take(JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError) return false;
      throw error;
    }
  }

  /** A line without an end: complete but for its newline, or cut off when the run was. */
  async #last(): Promise<void> {
    const octets = this.#whole();
    if (this.#take(octets)) {
      await this.file.write(Uint8Array.of(LF));
      return;
    }
    const { beginning } = this.lines;
    const start = new TextDecoder().decode(octets.subarray(0, beginning.length));
    if (start !== beginning.slice(0, octets.length)) throw this.#fault();
    await this.file.truncate(this.#complete);
  }

  #fault(): NoJournal {
    return new NoJournal(`line ${this.#number} is no report on one line (--format jsonl)`);
  }
}
