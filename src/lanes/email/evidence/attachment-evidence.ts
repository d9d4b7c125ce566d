import type { Evidence } from "./features.ts";
import type { View } from "./view.ts";
import { flag } from "./who-evidence.ts";

const PAGE = /\.(s?html?|xhtml|svg|mht|mhtml|hta)$/i;
const PROGRAM =
  /\.(exe|scr|js|jse|vbs|vbe|wsf|iso|img|vhdx?|zip|rar|7z|cab|ace|gz|tar|lnk|bat|cmd|com|pif|ps1|jar|msi|docm|dotm|xlsm|xlsb|pptm|one|eml|ics|ppam|xll|appx|dll|cpl)$/i;

/** What is attached. What an attachment hides (codes, links, relations) reaches the letter as links and codes. */
export function attachmentEvidence(view: View, e: Evidence): void {
  const files = view.letter.attachments.filter((a) => !a.inline || !a.type.startsWith("image/"));
  e.htmlAttached = flag(files.some((a) => PAGE.test(a.name) || a.type === "text/html" || a.type === "image/svg+xml"));
  e.pdfAttached = flag(files.some((a) => /\.pdf$/i.test(a.name) || a.type === "application/pdf"));
  e.programAttached = flag(files.some((a) => PROGRAM.test(a.name)));
  e.codeInside = flag(view.letter.codes.some((c) => /^\s*(https?:\/\/|www\.)/i.test(c.text)));
  const visible = view.letter.text.replace(/\s+/g, " ").trim().length;
  e.attachmentLure = flag(files.length > 0 && visible < 400 && view.lures.size > 0);
}
