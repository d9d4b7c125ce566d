import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { MINUTE } from "../../base/time.ts";
import type { Mail, MailRow, MailTold } from "./mail-told.ts";
import type { Table } from "./table.ts";

export const LETTER_ROWS = ["E2", "E13", "E25", "E37"] as const;

/** Single letters that somebody writes after the campaigns. */
export async function tellLetters(table: Table, told: MailTold): Promise<void> {
  const { life, platform } = told;
  let n = 0;
  const deliver = async (letter: string): Promise<Mail | undefined> => {
    const id = `story-${++n}`;
    const now = platform.clock.now();
    const at = new Date(now).toUTCString().replace("GMT", "+0000");
    const head = letter
      .replace(/^Message-ID:.*$/im, `Message-ID: <${id}@letters.example>`)
      .replaceAll(/(^Date: |; )\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/gm, `$1${at}`);
    writeFileSync(platform.path("post", `${id}.eml`), head, "latin1");
    await platform.passTo(now + MINUTE);
    await platform.passTo(now + 2 * MINUTE);
    const { rows } = await platform.get<{ rows: MailRow[] }>("/api/v1/mails?verdict=all&group=none&sort=time&limit=20");
    for (const row of rows) {
      const mail = await platform.get<Mail>(`/api/v1/mails/${encodeURIComponent(row.mail.id)}`);
      if (mail.messageId.includes(id)) return mail;
    }
    return undefined;
  };
  const letters = readdirSync(platform.path("post")).map((name) => readFileSync(platform.path("post", name), "latin1"));
  const people = life.world.people.map((p) => p.mail);

  const campaign = told.played.find((p) => p.domain.endsWith(".cn"));
  const phish = letters.find((l) => l.includes(campaign?.truth[0]?.entity ?? "-")) ?? "";
  const { actions } = await platform.get<{ actions: { mode: string; state: string }[] }>("/api/v1/actions?state=all&kind=hold&limit=500");
  if (actions.length > 0 && actions.every((a) => a.mode === "confirm" && a.state !== "active")) table.notes.set("modes of mail", "a person is asked");
  await table.check("E37", "the filter before us called it clean and we would hold it: both stand beside each other", async () => {
    const mail = await deliver(`X-Forefront-Antispam-Report: SCL:1;CAT:NONE;SFV:NSPM\r\n${phish}`);
    const { counts } = await platform.get<{ counts: { missed: number } }>("/api/v1/mails?missed=true");
    return mail?.verdict === "hold" && mail.missed && mail.native !== "" && counts.missed > 0
      ? `${mail.native} there, ${mail.verdict} here; ${counts.missed} in the log of what was missed`
      : undefined;
  });
  await table.check("E13", "a stranger's link to a lawful place for files", async () => {
    const reader = people[3] ?? "";
    const domain = "kettering-supplies.example";
    const letter = [
      `Received: from mx.${domain} (mx.${domain} [198.51.100.44]) by mx.${reader.split("@")[1]} with ESMTP id x1; Thu, 05 Mar 2026 10:00:00 +0000`,
      `From: Lee Harding <lee@${domain}>`,
      `To: ${reader}`,
      "Subject: Shared folder for your order",
      "Date: Thu, 05 Mar 2026 10:00:00 +0000",
      "Message-ID: <x@y>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Please open the folder and confirm the order today: https://www.dropbox.com/scl/fo/8h2k1q9x7b/order?rlkey=1",
      "",
    ].join("\r\n");
    const mail = await deliver(letter);
    return mail?.tags.includes("Cloud Platform Abuse") === true ? `${mail.tags.join(", ")}; ${mail.verdict}` : undefined;
  });

  const stranger = (domain: string, reader: string): string =>
    [
      `Received: from mx.${domain} (mx.${domain} [198.51.100.45]) by mx.${reader.split("@")[1]} with ESMTP id x2; Thu, 05 Mar 2026 10:00:00 +0000`,
      `From: Robin Hale <robin@${domain}>`,
      `To: ${reader}`,
      "Subject: Please verify the payment of your invoice",
      "Date: Thu, 05 Mar 2026 10:00:00 +0000",
      "Message-ID: <x@y>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "Dear customer, your account is suspended. Verify your password within 24 hours.",
      "",
    ].join("\r\n");
  const indicatorOf = (mail: Mail | undefined, name: string) => mail?.indicators.find((i) => i.name === name);
  const houses = ["alderbrook", "birchmount", "cedarholm", "dunmarsh", "elmstead", "foxhurst", "greyfield", "hollowmere"];
  await table.check("E2", "one letter to eight readers scores by what each of them usually gets", async () => {
    const read: { score: number; reader: number; says: string }[] = [];
    for (const [i, house] of houses.entries()) {
      const mail = await deliver(stranger(`${house}.example`, people[i * 7] ?? ""));
      const reader = indicatorOf(mail, "unusualReader");
      if (mail === undefined || reader === undefined) return undefined;
      read.push({ score: mail.score, reader: reader.score, says: reader.says[0] ?? "" });
    }
    read.sort((a, b) => a.reader - b.reader);
    const [least, most] = [read[0], read.at(-1)];
    return least !== undefined && most !== undefined && most.reader > least.reader && most.score > least.score && /\d+ of \d+ mails/.test(most.says)
      ? `unusual for the reader ${least.reader} to ${most.reader}, score ${least.score} to ${most.score}; ${most.says}`
      : undefined;
  });
  await table.check("E25", "a link's name drawn by lot weighs, one made of words does not", async () => {
    const drawn = told.played.filter((p) => (indicatorOf(p.first, "strangeDomain")?.score ?? 0) >= 40).map((p) => p.host);
    const plain = await deliver(stranger("juniperlane.example", people[2] ?? ""));
    const score = indicatorOf(plain, "strangeDomain")?.score;
    return drawn.length > 0 && drawn.every((host) => /[bcdfghjklmnpqrstvwxz]{4}/.test(host)) && score === 0
      ? `${drawn.join(", ")}; juniperlane.example ${score}`
      : undefined;
  });
}
