/** One row of the table: what the posts ask for, what the running platform showed. */
export interface Row {
  capability: string;
  /** Of a row that is skipped: why. */
  expected: string;
  seen: "seen" | "failed" | "skipped";
  /** What was seen, or why it failed. */
  detail: string;
  milliseconds: number;
}

/** How many capabilities each post (D network with Defender, T Teams, E mail) and X (all of them) name. */
const CAPABILITIES: readonly (readonly [string, number])[] = [
  ["D", 45],
  ["T", 41],
  ["E", 38],
  ["X", 17],
];
export const NUMBERS: readonly string[] = CAPABILITIES.flatMap(([letter, count]) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`));

/** Answers what it saw, or undefined when that is not what the capability asks for. What it throws is a failure with its message. */
export type Look = () => Promise<string | undefined> | string | undefined;

/** Rows as the stories tell them. A capability is told once: a second telling is a mistake of ours and throws. */
export class Table {
  readonly rows = new Map<string, Row>();
  /** What several stories have to see before a row of theirs together can be told, by name. */
  readonly notes = new Map<string, string>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async check(capability: string, expected: string, look: Look): Promise<void> {
    const started = performance.now();
    let detail: string | undefined;
    let fault = "it was not so";
    try {
      detail = await look();
    } catch (error) {
      fault = (error as Error).message;
    }
    const milliseconds = Math.round(performance.now() - started);
    this.#put({ capability, expected, seen: detail === undefined ? "failed" : "seen", detail: detail ?? fault, milliseconds });
  }

  /** Rows that cannot be told here, with the reason. */
  skip(capabilities: readonly string[], why: string): void {
    for (const capability of capabilities) this.#put({ capability, expected: why, seen: "skipped", detail: "", milliseconds: 0 });
  }

  /** What a story that broke off did not come to. */
  failRest(capabilities: readonly string[], why: string): void {
    for (const capability of capabilities)
      if (!this.rows.has(capability)) this.#put({ capability, expected: "its story told to the end", seen: "failed", detail: why, milliseconds: 0 });
  }

  #put(row: Row): void {
    if (!NUMBERS.includes(row.capability) || this.rows.has(row.capability)) throw new Error(`${row.capability} is no capability, or is told twice`);
    this.rows.set(row.capability, row);
    if (row.seen === "failed") this.#say(`${row.capability} failed: ${row.detail}`);
  }
}

/** The table as it is printed: a cell holds no line break and no bar. */
export function lineOf(row: Row): string {
  const cell = (text: string): string => text.replaceAll(/[|\s]+/g, " ").trim();
  return `| ${row.capability} | ${cell(row.expected)} | ${row.seen} | ${row.milliseconds} ms | ${cell(row.detail)} |`;
}
