import { parentPort } from "node:worker_threads";
import { CodedError } from "../../base/result.ts";
import { type Model, parseModel } from "../../detect/index.ts";
import { Places } from "../../enrich/places.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { loadModels } from "../content.ts";
import { countryTable } from "../places-table.ts";
import { AttackGround, type AttackReport } from "./attack-ground.ts";
import type { Change } from "./change.ts";
import { type Difference, StoredDays } from "./stored-days.ts";

/** To the thread that works previews out. */
export type ToPreview =
  | { kind: "begin"; change: Change; site: string | undefined; organisation: Organisation; roles: [string, readonly string[]][]; from: number }
  | { kind: "events"; events: NetEvent[] }
  | { kind: "end"; time: number }
  | { kind: "attacks" };
export type FromPreview =
  /** A page of events is done: the next may come. */
  | { kind: "next" }
  | { kind: "stored"; difference: Difference }
  | { kind: "progress"; share: number; learning: boolean }
  | { kind: "attacks"; report: AttackReport }
  | { kind: "failed"; code: string; reason: string };

const port = parentPort;
if (port === null) throw new TypeError("this is a thread, not a program");
const say = (message: FromPreview): void => port.postMessage(message);

let stored: StoredDays | undefined;
let current: { change: Change; models: Model[]; edited: Model | undefined } | undefined;
let ground: { of: string; made: AttackGround } | undefined;

port.on("message", (message: ToPreview) => {
  try {
    say(answerOf(message));
  } catch (error) {
    const coded = error instanceof CodedError;
    say({ kind: "failed", code: coded ? error.code : "internal", reason: coded ? error.message : "the preview could not be worked out" });
  }
});

function answerOf(message: ToPreview): FromPreview {
  switch (message.kind) {
    case "begin": {
      const content = loadModels(message.site);
      const { change } = message;
      let edited: Model | undefined;
      if (change.kind === "model") {
        const parsed = parseModel(change.text, change.path, { techniques: content.techniques });
        if (!parsed.ok) throw new CodedError("model-invalid", `line ${parsed.error.line}: ${parsed.error.reason}`);
        edited = parsed.value;
      }
      current = { change, models: content.models, edited };
      const places = new Places([countryTable()]);
      stored = new StoredDays({ organisation: message.organisation, roles: new Map(message.roles), places }, content.models, change, edited, message.from);
      return { kind: "next" };
    }
    case "events":
      stored?.take(message.events);
      return { kind: "next" };
    case "end": {
      const difference = stored?.end(message.time) ?? { hidden: [], added: [] };
      stored = undefined;
      return { kind: "stored", difference };
    }
    case "attacks": {
      if (current === undefined) throw new CodedError("preview-invalid", "no change was named");
      const { change, models, edited } = current;
      const of = models.map((m) => m.digest).join();
      if (ground?.of !== of) {
        const made = AttackGround.make(models, new Places([countryTable()]), (share) => say({ kind: "progress", share, learning: true }));
        ground = { of, made };
      }
      return { kind: "attacks", report: ground.made.judge(change, edited, (share) => say({ kind: "progress", share, learning: false })) };
    }
  }
}
