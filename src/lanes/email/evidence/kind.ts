import type { View } from "./view.ts";

/** What sort of mail it is by its own make: the first thing to estimate, since newsletters carry almost all false alarms. */
export type MailKind = "conversation" | "bulk" | "notice" | "letter";

/**
 * conversation: quotes what it answers. bulk: laid out for many, with many links or a way to unsubscribe. notice: a short message of a role with a link.
 * letter: everything else, written as if to one person.
 */
export function kindOf(view: View): MailKind {
  if (view.threaded) return "conversation";
  const { html } = view.letter;
  const words = view.lookups.words.find(view.text).some((f) => f.topic === "unsubscribe");
  if (html !== undefined && (view.links.length >= 5 || (html.images.length >= 2 && view.links.length >= 1) || words)) return "bulk";
  if (view.links.length >= 8 && words) return "bulk";
  if (view.links.length > 0 && (view.lookups.roles.has(view.mailbox.split(/[+._-]/, 1)[0] ?? "") || view.department)) return "notice";
  return "letter";
}
