import { parseArgs } from "node:util";
import { CAPTURE_ROWS, tellCapture } from "./stories/capture-story.ts";
import { CHAT_ROWS, tellChat } from "./stories/chat-story.ts";
import { DETECTION_ROWS, tellDetections } from "./stories/detections-story.ts";
import { GUIDE_ROWS, tellGuide } from "./stories/guide-story.ts";
import { INTRUSION_ROWS, tellIntrusion } from "./stories/intrusion-story.ts";
import { MAIL_ROWS, tellMail } from "./stories/mail-story.ts";
import { NOT_BUILT } from "./stories/not-built.ts";
import { browserLack, type Launch, StoryBrowser } from "./stories/story-browser.ts";
import { lineOf, NUMBERS, Table } from "./stories/table.ts";
import { wireLack } from "./stories/wire/wire-lab.ts";
import { tellWire, WIRE_ROWS } from "./stories/wire/wire-story.ts";

interface Story {
  rows: readonly string[];
  tell(table: Table, say: (line: string) => void, browser: StoryBrowser | string): Promise<void>;
}

const STORIES: Readonly<Record<string, Story>> = {
  capture: { rows: CAPTURE_ROWS, tell: tellCapture },
  wire: { rows: WIRE_ROWS, tell: tellWire },
  intrusion: { rows: INTRUSION_ROWS, tell: tellIntrusion },
  detections: { rows: DETECTION_ROWS, tell: tellDetections },
  chat: { rows: CHAT_ROWS, tell: tellChat },
  mail: { rows: MAIL_ROWS, tell: tellMail },
  guide: { rows: GUIDE_ROWS, tell: tellGuide },
};

const HELP = `npm run stories -- [--only NAME]... [--pictures DIR]

The three posts' attacks end to end on platforms that this command starts, one row for each capability on standard output, progress on standard error.
NAME is one of ${Object.keys(STORIES).join(", ")}; without --only all are told, with it the other rows are left out. DIR gets a picture of every page looked at.
`;

/** Tells the stories one after the other; one that breaks off fails the rows that it did not come to. Exit code 1 when a row failed, 2 for a wrong option. */
export async function tellStories(args: string[], launch: Launch): Promise<number> {
  const started = performance.now();
  const say = (line: string): void => void process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
  const { values } = parseArgs({ args, options: { only: { type: "string", multiple: true }, pictures: { type: "string" }, help: { type: "boolean" } } });
  const names = values.only ?? Object.keys(STORIES);
  const unknown = names.find((name) => !Object.hasOwn(STORIES, name));
  if (values.help === true || unknown !== undefined) {
    process.stderr.write(unknown === undefined ? HELP : `there is no story "${unknown}"\n\n${HELP}`);
    return unknown === undefined ? 0 : 2;
  }
  const table = new Table(say);
  const lack = browserLack();
  const browser = lack ?? (await StoryBrowser.open(launch, values.pictures));
  try {
    for (const name of names) {
      const story = STORIES[name];
      if (story === undefined) continue;
      try {
        await story.tell(table, say, browser);
      } catch (error) {
        table.failRest(story.rows, `the story broke off: ${(error as Error).message}`);
      }
    }
  } finally {
    if (typeof browser !== "string") await browser.close();
  }
  const whole = values.only === undefined;
  if (whole) await tellTogether(table);
  if (whole) for (const [capability, why] of Object.entries(NOT_BUILT)) table.skip([capability], why);
  const told = NUMBERS.flatMap((number) => table.rows.get(number) ?? []);
  const missing = NUMBERS.filter((number) => !table.rows.has(number));
  for (const row of told) process.stdout.write(`${lineOf(row)}\n`);
  const count = (what: string): number => told.filter((row) => row.seen === what).length;
  say(`${count("seen")} seen, ${count("failed")} failed, ${count("skipped")} skipped`);
  if (whole && missing.length > 0) say(`no story tells ${missing.join(", ")}`);
  return count("failed") > 0 || (whole && missing.length > 0) ? 1 : 0;
}

/** The row that no story can tell alone. */
async function tellTogether(table: Table): Promise<void> {
  const parts = ["the network", "chat", "mail"];
  const lack = wireLack();
  if (lack !== undefined) return table.skip(["X10"], lack);
  await table.check("X10", "one engine of modes for network, chat and mail; rules by kind and hour", () => {
    const missing = parts.filter((part) => !table.notes.has(`modes of ${part}`));
    if (missing.length > 0) throw new Error(`not seen of ${missing.join(", ")}`);
    return parts.map((part) => `${part}: ${table.notes.get(`modes of ${part}`)}`).join("; ");
  });
}
