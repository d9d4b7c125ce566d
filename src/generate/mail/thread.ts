import { MINUTE } from "../../base/time.ts";
import { fill, thing } from "../lexicon/fill.ts";
import { phrasesOf } from "../lexicon/phrases.ts";
import type { LifeOutput } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";
import { type Author, attachment, drafted, meeting, messageId, write } from "./author.ts";
import { type Address, type MailDraft, mailFile } from "./message.ts";
import { atWork, officeOpen } from "./office-hours.ts";

/** One end of a correspondence. */
export interface End {
  author: Author;
  given: string;
  /** Of ours, when he is. */
  person?: Person;
}

export interface ThreadPlan {
  start: number;
  ends: readonly [End, End];
  /** Further recipients on every message. */
  cc: readonly Address[];
  language: string;
  /** Chance that a message is answered. */
  answers: number;
  /** Chance that a message carries a file. */
  files: number;
  topic?: string;
}

/** Plays a correspondence: each answers when at work, with the earlier messages named and quoted, until somebody lets it rest. */
export function playThread(world: World, plan: ThreadPlan, draw: Draw, out: LifeOutput): number {
  const topic = plan.topic ?? thing(draw);
  const subject = fill(draw.pick(phrasesOf(plan.language).subjects), draw, { at: plan.start, thing: topic });
  const references: string[] = [];
  let quoted: string | undefined;
  let time = plan.start;
  let count = 0;
  for (let turn = 0; turn < 9; turn++) {
    const from = plan.ends[turn % 2 === 0 ? 0 : 1];
    const to = plan.ends[turn % 2 === 0 ? 1 : 0];
    const ready = from.person === undefined ? officeOpen(from.author.zone, time, draw) : atWork(world, from.person, time, draw);
    if (ready === undefined || (from.person !== undefined && world.calendar.dayOf(ready) > from.person.leaves)) return count;
    time = Math.floor(ready);
    const written = write(from.author, to.author.address, to.given, plan.language, time, draw, { topic, ...(quoted === undefined ? {} : { quoted }) });
    const id = messageId(from.author, draw);
    const draft: MailDraft = {
      ...drafted(from.author, draw),
      time,
      to: [to.author.address],
      cc: plan.cc,
      subject: turn === 0 ? subject : `${plan.language === "de" && draw.chance(0.5) ? "AW" : "RE"}: ${subject}`,
      messageId: id,
      references: [...references],
      text: written.text,
      ...(written.html === undefined ? {} : { html: written.html }),
      attachments: draw.chance(plan.files)
        ? Array.from({ length: draw.chance(0.8) ? 1 : draw.int(2, 4) }, () => attachment(from.author, topic, time, draw))
        : [],
      direction: from.person === undefined ? "in" : to.person === undefined ? "out" : "internal",
    };
    if (from.person !== undefined && to.person !== undefined && turn === 0 && draw.chance(0.16)) {
      const invited = meeting(from.author, draft.to, time, draw);
      out.emit(mailFile(world, draw, { ...draft, subject: invited.title, calendar: invited.calendar }));
    } else out.emit(mailFile(world, draw, draft));
    count++;
    if (!draw.chance(plan.answers)) return count;
    references.push(id);
    quoted = written.text;
    time += draw.lognormal(75 * MINUTE, 1.3);
  }
  return count;
}
