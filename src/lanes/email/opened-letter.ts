import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { Letter, LetterLink } from "./letter.ts";

/** The part of an opened message that evidence is read from. Links of forms, codes and attachments stand among the links, since a reader is led there too. */
export function letterOf(m: OpenedMessage): Letter {
  const links: LetterLink[] = [];
  const html = m.html;
  for (const link of html?.links ?? []) links.push({ href: link.href, text: link.text, plain: false, image: link.image, form: link.kind === "form" });
  for (const form of html?.forms ?? []) if (form.action !== "") links.push({ href: form.action, text: "", plain: false, image: false, form: true });
  const shown = new Set(links.map((l) => l.href));
  for (const url of m.urls) {
    if (shown.has(url.original ?? url.url) || shown.has(url.url) || url.source === "image") continue;
    // What the markup links is there already; an address that is only shown is text of a link, not a link.
    if (url.stage === "link" && html !== undefined && (html.links.length > 0 || url.source !== "text")) continue;
    shown.add(url.url);
    links.push({ href: url.url, text: url.text ?? url.url, plain: true, image: false });
  }
  return {
    name: m.from?.name ?? "",
    address: m.from?.address ?? "",
    replyTo: m.replyTo[0]?.address ?? "",
    subject: m.subject,
    text: visibleOf(m),
    html:
      html === undefined
        ? undefined
        : {
            hidden: html.hiddenCharacters,
            forms: html.forms.length,
            passwords: html.forms.reduce((sum, f) => sum + f.passwords, 0),
            scripts: html.scripts,
            refreshes: html.refreshes.length,
            comments: html.comments,
            entities: html.entities,
            images: html.images.map((i) => i.src),
          },
    links,
    attachments: m.attachments
      .filter((a) => a.path.length === 0)
      .map((a) => ({ name: a.name, type: a.trueType === "application/octet-stream" ? a.declaredType : a.trueType, inline: a.inline })),
    codes: m.codes.map((c) => ({ text: c.text, inAttachment: c.path.length > 0 })),
  };
}

/** A body that shows nothing, with a plain body beside it: what a reader without HTML sees. */
function visibleOf(m: OpenedMessage): string {
  return m.html !== undefined && m.text.visible.trim().length < 20 && m.text.plain !== ""
    ? `${m.text.visible}\n${m.text.plain.slice(0, 3_000)}`
    : m.text.visible;
}
