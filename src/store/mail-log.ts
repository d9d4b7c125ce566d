import { CodedError } from "../base/result.ts";
import { wordsQuery } from "./alert-table.ts";
import { clampLimit, clampOffset, requireText } from "./input.ts";
import type { CampaignRow, MailFilter, MailRequests } from "./mail-rows.ts";
import { type MailTable, sorted } from "./mail-table.ts";
import type { StateDatabase } from "./state-database.ts";

interface Where {
  sql: string;
  values: (string | number)[];
}

const MOST_OF_CAMPAIGN = 2_000;
const VERDICT: Readonly<Record<string, string>> = { hold: "m.verdict = 2", banner: "m.verdict = 1", acted: "m.verdict >= 1", deliver: "m.verdict = 0" };

/**
 * Lists of mail. A campaign is one row with its newest mail that fits the filter. Cost: what the filter leaves is grouped anew at each page and counted from an
 * index: 50,000 mails take about 0.1-0.2 s of the storage thread on two busy processors; sender, reader, campaign and time read only what they name.
 */
export class MailLog {
  readonly #db: StateDatabase;
  readonly #mails: MailTable;

  constructor(db: StateDatabase, mails: MailTable) {
    this.#db = db;
    this.#mails = mails;
  }

  list(filter: MailFilter): MailRequests["mails"]["output"] {
    const every = this.#where(filter, false);
    const where = this.#where(filter, true);
    const key = filter.group === "none" ? "m.id" : "coalesce(m.campaign, m.id)";
    const order = filter.sort === "score" ? "top DESC, newest DESC" : "newest DESC, top DESC";
    const rows = this.#db.all(
      `SELECT ${key} AS k, max(m.time) AS newest, max(m.score) AS top, count(*) AS matching, max(m.campaign) AS campaign
       FROM mails m WHERE ${where.sql} GROUP BY k ORDER BY ${order}, k LIMIT ? OFFSET ?`,
      ...where.values,
      clampLimit(filter.limit, 200, 50),
      clampOffset(filter.offset),
    );
    const total = this.#db.get(`SELECT count(DISTINCT ${key}) AS n FROM mails m WHERE ${where.sql}`, ...where.values)?.n;
    const counts = this.#db.get(
      `SELECT sum(m.verdict = 2) AS hold, sum(m.verdict = 1) AS banner, sum(m.verdict = 0) AS deliver, sum(m.missed) AS missed FROM mails m WHERE ${every.sql}`,
      ...every.values,
    );
    const all = this.#db.get("SELECT count(*) AS n, min(time) AS oldest FROM mails");
    return {
      rows: rows.flatMap((row) => {
        const campaign = row.campaign === null || filter.group === "none" ? undefined : this.#campaign(String(row.campaign));
        const order = filter.sort === "score" ? "m.score DESC, m.time DESC" : "m.time DESC";
        const lead =
          row.campaign === null || filter.group === "none"
            ? this.#db.get("SELECT m.* FROM mails m WHERE m.id = ?", String(row.k))
            : this.#db.get(
                `SELECT m.* FROM mails m WHERE m.campaign = ? AND ${where.sql} ORDER BY ${order}, m.n DESC LIMIT 1`,
                String(row.campaign),
                ...where.values,
              );
        return lead === undefined ? [] : [{ mail: this.#mails.row(lead), campaign, matching: Number(row.matching) }];
      }),
      total: Number(total),
      counts: {
        hold: Number(counts?.hold ?? 0),
        banner: Number(counts?.banner ?? 0),
        deliver: Number(counts?.deliver ?? 0),
        missed: Number(counts?.missed ?? 0),
      },
      stored: Number(all?.n),
      oldest: typeof all?.oldest === "number" ? all.oldest : undefined,
    };
  }

  #where(filter: MailFilter, verdict: boolean): Where {
    const parts: string[] = ["true"];
    const values: (string | number)[] = [];
    const add = (sql: string, ...more: (string | number)[]): void => {
      parts.push(sql);
      values.push(...more);
    };
    if (filter.from !== undefined) add("m.time >= ?", filter.from);
    if (filter.to !== undefined) add("m.time < ?", filter.to);
    if (filter.traffic !== undefined) add("m.traffic = ?", requireText(filter.traffic, "traffic"));
    if (filter.sender !== undefined) {
      const sender = requireText(filter.sender, "sender").toLowerCase();
      const person = personNumber(sender);
      if (person === undefined) add("(m.sender = ? OR m.domain = ?)", sender, sender);
      else add("m.person = ?", person);
    }
    if (filter.reader !== undefined) add("m.n IN (SELECT mail FROM mail_readers WHERE person = ?)", personNumber(filter.reader) ?? -1);
    if (filter.campaign !== undefined) add("m.campaign = ?", requireText(filter.campaign, "campaign"));
    if (filter.minScore !== undefined) add("m.score >= ?", filter.minScore);
    if (filter.tag !== undefined) {
      const tag = requireText(filter.tag, "tag");
      add("m.n IN (SELECT rowid FROM mail_words WHERE mail_words MATCH ?)", `tags : "${tag.replaceAll('"', '""')}"`);
      add("EXISTS (SELECT 1 FROM json_each(m.body, '$.tags') t WHERE t.value = ?)", tag);
    }
    const words = filter.text === undefined ? "" : wordsQuery(requireText(filter.text, "text"));
    if (words !== "") add("m.n IN (SELECT rowid FROM mail_words WHERE mail_words MATCH ?)", words);
    if (verdict && filter.missed === true) add("m.missed = 1");
    const rule = verdict ? VERDICT[filter.verdict ?? "all"] : undefined;
    if (rule !== undefined) add(rule);
    return { sql: parts.join(" AND "), values };
  }

  #campaign(id: string): CampaignRow | undefined {
    const row = this.#db.get("SELECT body FROM mail_campaigns WHERE id = ?", id);
    return row === undefined ? undefined : (JSON.parse(String(row.body)) as CampaignRow);
  }

  campaigns(input: MailRequests["mailCampaigns"]["input"]): MailRequests["mailCampaigns"]["output"] {
    const rows = this.#db.all(
      "SELECT body FROM mail_campaigns ORDER BY last DESC, id LIMIT ? OFFSET ?",
      clampLimit(input.limit, 200, 50),
      clampOffset(input.offset),
    );
    return {
      campaigns: rows.map((row) => JSON.parse(String(row.body)) as CampaignRow),
      total: Number(this.#db.get("SELECT count(*) AS n FROM mail_campaigns")?.n),
    };
  }

  campaign(input: MailRequests["mailCampaign"]["input"]): MailRequests["mailCampaign"]["output"] {
    const id = requireText(input.id, "id", 64);
    const found = this.#campaign(id);
    if (found === undefined)
      throw new CodedError("mail-campaign-not-found", "No campaign of this id is stored.", {
        hint: "It may have gone into another one, or its retention has passed.",
      });
    const rows = this.#db.all("SELECT * FROM mails WHERE campaign = ? ORDER BY time, n LIMIT ?", id, MOST_OF_CAMPAIGN).map((row) => this.#mails.row(row));
    const languages = new Map<string, number>();
    const hashes = new Map<string, string>();
    for (const mail of rows) {
      languages.set(mail.language, (languages.get(mail.language) ?? 0) + 1);
      mail.attachments.forEach((name, i) => {
        const hash = mail.hashes[i];
        if (hash !== undefined && hashes.size < 50) hashes.set(hash, name);
      });
    }
    return {
      ...found,
      mails: rows.map(({ id: mail, time, sender, verdict, score }) => ({ id: mail, time, sender, verdict, score })),
      languages: sorted(languages),
      hashes: [...hashes].map(([hash, name]) => [name, hash]),
      alerts: this.#mails.alerts("e.event IN (SELECT m.id FROM mails m WHERE m.campaign = ?)", id),
    };
  }
}

function personNumber(id: string): number | undefined {
  const digits = /^p-(\d{1,12})$/i.exec(id.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}
