import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { MailIndicator, MailJudgement, MailUrl } from "../../schema/mail.ts";

/** What the page of a mail that was acted on shows; kept with its event and with its retention. */
export interface MailDetail {
  indicators: MailIndicator[];
  urls: (MailUrl & { domain: string; path: string[]; text: string })[];
  codes: { text: string; format: string; source: string; path: string[]; thumbnail: string }[];
  attachments: { name: string; type: string; size: number; sha256: string; flags: string[] }[];
  stages: string[][];
  /** What a reader would have seen, as plain text, at most 8,000 characters. */
  text: string;
  native: Record<string, string>;
}

const MOST_TEXT = 8_000;
const MOST_BYTES = 120_000;

/** As JSON of at most 120 kB: thumbnails go first, then text. */
export function detailOf(judgement: MailJudgement, opened: OpenedMessage | undefined, text: string): string {
  const detail: MailDetail = {
    indicators: judgement.indicators,
    urls: (opened?.urls ?? []).slice(0, 60).map((u) => ({
      url: u.url.slice(0, 500),
      stage: u.stage,
      source: u.source,
      domain: u.domain || u.host,
      path: u.path,
      text: (u.text ?? "").slice(0, 120),
    })),
    codes: (opened?.codes ?? [])
      .slice(0, 12)
      .map((c) => ({ text: c.text.slice(0, 500), format: c.format, source: c.source, path: c.path, thumbnail: c.thumbnail ?? "" })),
    attachments: (opened?.attachments ?? [])
      .slice(0, 30)
      .map((a) => ({ name: a.name.slice(0, 200), type: a.trueType, size: a.size, sha256: a.sha256, flags: a.flags })),
    stages: opened?.stages.slice(0, 20) ?? [],
    text: text.slice(0, MOST_TEXT),
    native: opened?.native ?? {},
  };
  let json = JSON.stringify(detail);
  if (json.length > MOST_BYTES) json = JSON.stringify({ ...detail, codes: detail.codes.map((c) => ({ ...c, thumbnail: "" })) });
  return json.length > MOST_BYTES ? JSON.stringify({ ...detail, codes: [], text: "", native: {} }) : json;
}
