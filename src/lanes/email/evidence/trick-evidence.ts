import type { Evidence } from "./features.ts";
import { countMixed, countUnseen } from "./fold-text.ts";
import type { View } from "./view.ts";
import { flag } from "./who-evidence.ts";

const REPLY = /^\s*(re|fwd?|aw|sv|wg|rv|enc|res|antw|回复|答复|回覆|답장|رد)\s*[:：]/i;

/** What is done so that a reader, or a filter, does not see. */
export function trickEvidence(view: View, e: Evidence): void {
  const { html, subject } = view.letter;
  const whole = `${subject}\n${view.letter.text.slice(0, 20_000)}`;
  const visible = view.letter.text.replace(/\s+/g, " ").trim().length;
  e.imageOnly = flag(html !== undefined && html.images.length > 0 && visible < 120);
  e.pictureCallElsewhere = flag(e.imageOnly > 0 && view.elsewhere.some((l) => l.image) && view.elsewhere.length === view.links.length);
  e.activeContent = flag(html !== undefined && html.scripts + html.refreshes > 0);
  e.passwordField = flag(html !== undefined && (html.passwords > 0 || (html.forms > 0 && view.elsewhere.some((l) => l.form === true))));
  e.hiddenText = html === undefined ? 0 : Math.log1p(html.hidden / 40);
  e.unseenCharacters = Math.log1p(countUnseen(whole));
  e.mixedScripts = Math.log1p(countMixed(whole));
  e.entities = html === undefined ? 0 : Math.log1p(html.entities / 10);
  e.spacedWords = flag(/\b(\p{L} ){4,}\p{L}\b/u.test(whole));
  e.oddSubject = flag(/\p{Extended_Pictographic}/u.test(subject) || countUnseen(subject) > 0 || countMixed(subject) > 0);
  e.fakeReply = flag(REPLY.test(subject) && !view.threaded);
  e.subjectAddress = flag(/\S@\S|\{\{?\w+\}|%\w+%|##\w+##/.test(subject));
}
