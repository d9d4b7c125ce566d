import { CodedError } from "../base/result.ts";
import { DAY } from "../base/time.ts";
import type { MailVerdict } from "../schema/mail.ts";
import { literally } from "./account-table.ts";
import type { AuditChain } from "./audit-chain.ts";
import { requireText } from "./input.ts";
import type { CampaignRow, MailAlertRow, MailBody, MailDetailRow, MailRequests, MailRow, MailToStore } from "./mail-rows.ts";
import type { StateDatabase, StateRow } from "./state-database.ts";

const VERDICTS: readonly MailVerdict[] = ["deliver", "banner", "hold"];
/** Rows kept, whatever their age: about 1.2 kB each. */
export const MOST_MAILS = 400_000;
/** Letters kept: their number and their bytes. */
export const MOST_LETTERS = 20_000;
export const MOST_LETTER_BYTES = 1_000_000_000;
const SHOWN_READERS = 20;
const CHUNK = 2_000;

/**
 * Judged mail: a row each, a sealed letter of those that would be held or marked. `people` is the only table that holds addresses of recipients and own
 * senders; all others hold their numbers, which stay when the name goes. Memory: none beyond a page of rows.
 */
export class MailTable {
  readonly #db: StateDatabase;
  readonly #audit: AuditChain;

  constructor(db: StateDatabase, audit: AuditChain) {
    this.#db = db;
    this.#audit = audit;
  }

  put(input: MailRequests["putMails"]["input"]): { fresh: number } {
    return this.#db.transaction(() => {
      let fresh = 0;
      for (const mail of input.mails) fresh += this.#putOne(mail) ? 1 : 0;
      for (const { campaign, mails } of input.joined)
        for (const id of mails) this.#db.run("UPDATE mails SET campaign = ? WHERE id = ? AND campaign IS NOT ?", campaign, id, campaign);
      for (const c of input.campaigns)
        this.#db.run("INSERT OR REPLACE INTO mail_campaigns (id, first, last, body) VALUES (?, ?, ?, ?)", c.id, c.first, c.last, JSON.stringify(c));
      if (input.campaigns.length > 0) this.#db.run("DELETE FROM mail_campaigns WHERE NOT EXISTS (SELECT 1 FROM mails m WHERE m.campaign = mail_campaigns.id)");
      return { fresh };
    });
  }

  #putOne(m: MailToStore): boolean {
    if (this.#db.get("SELECT 1 AS there FROM mails WHERE id = ?", m.id) !== undefined) return false;
    const own = m.own ? this.#person(m.sender, m.senderName) : null;
    const people = m.recipients.slice(0, 500).map((r) => ({ ...r, id: this.#person(r.address, r.name) }));
    const readers = [...new Set(people.map((r) => r.id))];
    const known = own === null ? people : [...people, { address: m.sender, name: m.senderName, id: own }];
    const domains = m.linkDomains.slice(0, 100);
    const subject = withPseudonyms(m.subject, known);
    const files = m.attachments.map((name) => withPseudonyms(name, known));
    const row = { senderName: own === null ? m.senderName : "", subject, attachments: files, linkDomains: domains, tags: m.tags, ...m.body };
    this.#db.run(
      `INSERT INTO mails (id, time, traffic, sender, domain, person, verdict, score, missed, learned, campaign, language, author, had_letter, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      m.id,
      m.time,
      m.traffic,
      own === null ? m.sender : "",
      m.senderDomain,
      own,
      VERDICTS.indexOf(m.verdict),
      m.score,
      m.missed ? 1 : 0,
      m.learned ? 1 : 0,
      m.campaign ?? null,
      m.language,
      m.author,
      m.letter === undefined ? 0 : 1,
      JSON.stringify(row),
    );
    const n = Number(this.#db.get("SELECT n FROM mails WHERE id = ?", m.id)?.n);
    for (const person of readers) this.#db.run("INSERT OR IGNORE INTO mail_readers (person, mail) VALUES (?, ?)", person, n);
    for (const domain of new Set(domains)) this.#db.run("INSERT OR IGNORE INTO mail_links (domain, mail) VALUES (?, ?)", domain, n);
    if (m.letter !== undefined) this.#db.run("INSERT INTO mail_letters (mail, bytes, sealed) VALUES (?, ?, ?)", n, m.letter.length, m.letter);
    this.#db.run(
      "INSERT INTO mail_words (rowid, sender, subject, files, domains, tags, readers) VALUES (?, ?, ?, ?, ?, ?, ?)",
      n,
      own === null ? `${m.sender} ${m.senderName}` : `P-${own}`,
      subject,
      files.join(" "),
      domains.join(" "),
      m.tags.join(" "),
      readers.map((r) => `P-${r}`).join(" "),
    );
    return true;
  }

  #person(address: string, name: string): number {
    const key = address.toLowerCase().slice(0, 320);
    const known = this.#db.get("SELECT n, name FROM people WHERE address = ?", key);
    if (known === undefined) {
      this.#db.run("INSERT INTO people (address, name) VALUES (?, ?)", key, name.slice(0, 200));
      return Number(this.#db.get("SELECT n FROM people WHERE address = ?", key)?.n);
    }
    if (known.name === "" && name !== "") this.#db.run("UPDATE people SET name = ? WHERE n = ?", name.slice(0, 200), Number(known.n));
    return Number(known.n);
  }

  detail(id: string): MailDetailRow {
    const row = this.one(id);
    const n = Number(row.n);
    const mail = this.row(row);
    const letter = this.#letter(n);
    const count = (where: string, ...values: (string | number | null)[]): number =>
      Number(this.#db.get(`SELECT count(*) AS n FROM mails m WHERE m.time < ? AND ${where}`, mail.time, ...values)?.n);
    const sender = row.person === null ? String(row.sender) : null;
    const days = this.#db.get("SELECT min(time) AS first FROM mails")?.first;
    const out: MailDetailRow = {
      ...mail,
      letter,
      expired: row.had_letter === 1 && letter === undefined,
      before: {
        sender: sender === null ? count("m.person = ?", Number(row.person)) : count("m.sender = ?", sender),
        domain: mail.senderDomain === "" ? 0 : count("m.domain = ?", mail.senderDomain),
        sentTo:
          sender === null
            ? 0
            : count("m.person IS NOT NULL AND m.n IN (SELECT r.mail FROM mail_readers r JOIN people p ON p.n = r.person WHERE p.address = ?)", sender),
        days: typeof days === "number" ? Math.max(0, Math.ceil((mail.time - days) / DAY)) : 0,
      },
      usual: this.#usual(mail, n),
      alerts: this.alerts("e.event = ?", id),
      campaignOf: undefined,
    };
    if (mail.campaign !== undefined) {
      const campaign = this.#db.get("SELECT body FROM mail_campaigns WHERE id = ?", mail.campaign);
      const place = Number(
        this.#db.get("SELECT count(*) AS n FROM mails WHERE campaign = ? AND (time < ? OR (time = ? AND n <= ?))", mail.campaign, mail.time, mail.time, n)?.n,
      );
      if (campaign !== undefined) out.campaignOf = { ...(JSON.parse(String(campaign.body)) as CampaignRow), place };
    }
    return out;
  }

  /** What the first reader's stored mail before this one looks like; undefined without a reader. */
  #usual(mail: MailRow, n: number): MailDetailRow["usual"] {
    const reader = this.#db.get("SELECT person FROM mail_readers WHERE mail = ? ORDER BY person LIMIT 1", n)?.person;
    if (reader === undefined || mail.own) return undefined;
    const rows = this.#db.all(
      `SELECT m.language, m.author, m.body FROM mail_readers r JOIN mails m ON m.n = r.mail
       WHERE r.person = ? AND m.time < ? AND m.person IS NULL AND m.verdict = 0 ORDER BY m.time DESC LIMIT 5000`,
      Number(reader),
      mail.time,
    );
    const languages = new Map<string, number>();
    const places = new Map<string, number>();
    const files = new Map<string, number>();
    const up = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
    for (const row of rows) {
      if (row.language !== "") up(languages, String(row.language));
      if (row.author !== "") up(places, String(row.author));
      const { attachments } = JSON.parse(String(row.body)) as { attachments: string[] };
      const kinds = new Set(attachments.map(kindOfFile));
      for (const kind of kinds) up(files, kind);
    }
    return { reader: `P-${reader}`, mails: rows.length, languages: sorted(languages), places: sorted(places), files: sorted(files) };
  }

  letter(id: string): MailRequests["mailLetter"]["output"] {
    const row = this.one(id);
    return { letter: this.#letter(Number(row.n)), readers: this.#readers(Number(row.n)) };
  }

  #letter(n: number): Uint8Array | undefined {
    const sealed = this.#db.get("SELECT sealed FROM mail_letters WHERE mail = ?", n)?.sealed;
    return sealed instanceof Uint8Array ? sealed : undefined;
  }

  leadingTo(input: MailRequests["mailsLeadingTo"]["input"]): Record<string, number> {
    const out: Record<string, number> = Object.create(null) as Record<string, number>;
    for (const domain of input.domains.slice(0, 200))
      out[domain] = Number(
        this.#db.get("SELECT count(*) AS n FROM mail_links l JOIN mails m ON m.n = l.mail WHERE l.domain = ? AND m.time < ?", domain, input.before)?.n,
      );
    return out;
  }

  people(input: MailRequests["peopleOfMail"]["input"]): MailRequests["peopleOfMail"]["output"] {
    return this.#db.transaction(() => {
      const row = this.one(input.id);
      const found = this.#db.all(
        "SELECT n, address, name FROM people WHERE n = ? OR n IN (SELECT person FROM mail_readers WHERE mail = ?) ORDER BY n LIMIT 600",
        row.person ?? null,
        Number(row.n),
      );
      this.#audit.append(input.audit);
      return found.map((p) => ({ id: `P-${p.n}`, address: String(p.address), name: String(p.name) }));
    });
  }

  person(input: MailRequests["personOf"]["input"]): { id: string } {
    const found = this.#db.transaction(() => {
      this.#audit.append(input.audit);
      return this.#db.get("SELECT n FROM people WHERE address = ?", requireText(input.address, "address").trim().toLowerCase());
    });
    if (found === undefined) throw new CodedError("person-not-found", "No stored mail went to this address or came from it.");
    return { id: `P-${found.n}` };
  }

  pseudonyms(addresses: readonly string[]): Record<string, string> {
    const out: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const address of new Set(addresses.slice(0, 5_000))) {
      const found = this.#db.get("SELECT n FROM people WHERE address = ?", address.toLowerCase());
      if (found !== undefined) out[address] = `P-${found.n}`;
    }
    return out;
  }

  alerts(where: string, value: string): MailAlertRow[] {
    return this.#db
      .all(
        `SELECT DISTINCT a.id, a.model, a.title, a.score FROM alert_events e JOIN alerts a ON a.id = e.alert WHERE ${where} ORDER BY a.score DESC, a.id LIMIT 50`,
        value,
      )
      .map((a) => ({ id: String(a.id), model: String(a.model), title: String(a.title), score: Number(a.score) }));
  }

  one(id: string): StateRow {
    const row = this.#db.get("SELECT * FROM mails WHERE id = ?", requireText(id, "id"));
    if (row === undefined) throw new CodedError("mail-not-found", "No mail of this id is stored.", { hint: "Its retention may have passed." });
    return row;
  }

  row(row: StateRow): MailRow {
    const body = JSON.parse(String(row.body)) as MailBody & Pick<MailRow, "senderName" | "subject" | "attachments" | "linkDomains" | "tags">;
    const n = Number(row.n);
    return {
      ...body,
      id: String(row.id),
      time: Number(row.time),
      traffic: String(row.traffic),
      sender: row.person === null ? String(row.sender) : `P-${row.person}`,
      senderDomain: String(row.domain),
      own: row.person !== null,
      readers: this.#readers(n),
      readerCount: Number(this.#db.get("SELECT count(*) AS n FROM mail_readers WHERE mail = ?", n)?.n),
      verdict: VERDICTS[Number(row.verdict)] ?? "deliver",
      score: Number(row.score),
      missed: row.missed === 1,
      learned: row.learned === 1,
      campaign: row.campaign === null ? undefined : String(row.campaign),
      language: String(row.language),
    };
  }

  #readers(n: number): string[] {
    return this.#db.all("SELECT person FROM mail_readers WHERE mail = ? ORDER BY person LIMIT ?", n, SHOWN_READERS).map((r) => `P-${r.person}`);
  }

  /** Rows older than `before`, then the oldest beyond what fits; letters beyond their own bounds. People whom no mail names any more are forgotten. */
  retain(before: number, most = { mails: MOST_MAILS, letters: MOST_LETTERS, bytes: MOST_LETTER_BYTES }): void {
    for (;;) {
      const over = Math.max(0, Number(this.#db.get("SELECT count(*) AS n FROM mails")?.n) - most.mails);
      const old = this.#db.all("SELECT n FROM mails WHERE time < ? ORDER BY time LIMIT ?", before, CHUNK);
      const rows = old.length > 0 ? old : over > 0 ? this.#db.all("SELECT n FROM mails ORDER BY time LIMIT ?", Math.min(over, CHUNK)) : [];
      if (rows.length === 0) break;
      this.#db.transaction(() => {
        for (const { n } of rows) {
          for (const sql of ["DELETE FROM mail_readers WHERE mail = ?", "DELETE FROM mail_links WHERE mail = ?", "DELETE FROM mail_letters WHERE mail = ?"])
            this.#db.run(sql, Number(n));
          this.#db.run("DELETE FROM mail_words WHERE rowid = ?", Number(n));
          this.#db.run("DELETE FROM mails WHERE n = ?", Number(n));
        }
      });
    }
    const kept = this.#db.all("SELECT l.mail, l.bytes FROM mail_letters l JOIN mails m ON m.n = l.mail ORDER BY m.time DESC");
    let bytes = 0;
    this.#db.transaction(() => {
      kept.forEach(({ mail, bytes: own }, i) => {
        bytes += Number(own);
        if (i >= most.letters || bytes > most.bytes) this.#db.run("DELETE FROM mail_letters WHERE mail = ?", Number(mail));
      });
      this.#db.run("DELETE FROM mail_campaigns WHERE NOT EXISTS (SELECT 1 FROM mails m WHERE m.campaign = mail_campaigns.id)");
      this.#db.run(
        "DELETE FROM people WHERE NOT EXISTS (SELECT 1 FROM mail_readers r WHERE r.person = people.n) AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.person = people.n)",
      );
    });
  }
}

/** Addresses and whole names of people as their pseudonyms; a given name alone stays, since it names nobody by itself. */
function withPseudonyms(text: string, people: readonly { address: string; name: string; id: number }[]): string {
  let out = text;
  for (const { address, name, id } of people.slice(0, 50)) {
    if (address !== "" && out.toLowerCase().includes(address.toLowerCase())) out = out.replaceAll(new RegExp(literally(address), "giu"), `P-${id}`);
    if (name.includes(" ") && out.includes(name)) out = out.replaceAll(name, `P-${id}`);
  }
  return out;
}

function kindOfFile(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 || name.length - dot > 8 ? "other" : name.slice(dot + 1).toLowerCase();
}

export function sorted(map: ReadonlyMap<string, number>): [string, number][] {
  return [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 8);
}
