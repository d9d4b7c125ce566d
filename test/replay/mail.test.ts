import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replay } from "../../src/app/replay/replay.ts";
import { docx } from "../../src/generate/mail/files/office.ts";
import { modulesToPicture, png } from "../../src/generate/mail/files/png.ts";
import { qrCode } from "../../src/generate/mail/files/qr.ts";
import { base64Lines, fileNameParameter, headerText, mailDate } from "../../src/generate/mail/mime.ts";

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 2, 2, 8);
const PEOPLE = ["ann", "ben", "cleo", "dan", "eve", "finn"];
const MESSAGES = 8;
const dir = mkdtempSync(join(tmpdir(), "replay-mail-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Draft {
  from: string;
  name: string;
  to: string;
  subject: string;
  time: number;
  text: string;
  ip: string;
  client?: string;
  attachment?: { name: string; bytes: Buffer };
}

function emlOf(d: Draft, id: string): string {
  const head = [
    `Received: from mx.${d.from.split("@")[1]} (mx.${d.from.split("@")[1]} [${d.ip}]) by mx.own.example with ESMTP id ${id}; ${mailDate(d.time, 0)}`,
    `Authentication-Results: mx.own.example; spf=pass smtp.mailfrom=${d.from}; dkim=none; dmarc=none`,
    ...(d.client === undefined ? [] : [`X-Originating-IP: [${d.client}]`]),
    `From: ${headerText(d.name)} <${d.from}>`,
    `To: ${d.to}`,
    `Subject: ${headerText(d.subject)}`,
    `Date: ${mailDate(d.time, 0)}`,
    `Message-ID: <${id}@made.example>`,
    "MIME-Version: 1.0",
  ];
  const text = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64Lines(Buffer.from(d.text))];
  if (d.attachment === undefined) return [...head, ...text, ""].join("\r\n");
  const type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  const part = [
    `Content-Type: ${type}; ${fileNameParameter("name", d.attachment.name)}`,
    `Content-Disposition: attachment; ${fileNameParameter("filename", d.attachment.name)}`,
  ];
  return [
    ...head,
    'Content-Type: multipart/mixed; boundary="b1"',
    "",
    "--b1",
    ...text,
    "--b1",
    ...part,
    "Content-Transfer-Encoding: base64",
    "",
    base64Lines(d.attachment.bytes),
    "--b1--",
    "",
  ].join("\r\n");
}

beforeAll(async () => {
  const history = join(dir, "history");
  const data = join(dir, "data");
  mkdirSync(history);
  mkdirSync(data);
  for (let day = 0; day < 12; day++)
    PEOPLE.forEach((p, k) => {
      const text = `Hello, item ${day} of the list is done. The figures for week ${k} follow. Regards, ${p}`;
      const mail = emlOf(
        {
          from: `${p}@partner.example`,
          name: `${p} Moor`,
          to: `${PEOPLE[(k + 1) % 6]}@own.example`,
          subject: `item ${day}`,
          time: T0 - (20 - day) * DAY + k * 3_600_000,
          text,
          ip: "198.51.100.20",
        },
        `h${day}${k}`,
      );
      writeFileSync(join(history, `h${day}-${k}.eml`), mail);
    });
  const url = "https://sssafjeuihiolsw.top/a1";
  const picture = png(modulesToPicture(qrCode(url), 6));
  const attachment = {
    name: "通知文件.docx",
    bytes: docx({ title: "", author: "x", created: T0 } as unknown as Parameters<typeof docx>[0], ["请扫描二维码"], [picture]),
  };
  for (let i = 0; i < MESSAGES; i++) {
    const draft = {
      from: `10${211 + (i % 4) * 137}@shack.cn`,
      name: "财务部",
      to: `person${i}@own.example`,
      subject: "所得税申报通知",
      time: T0 + (i * 2.2 * DAY) / MESSAGES,
      text: "请查看附件中的文件并扫描二维码办理退税。",
      ip: "203.0.113.9",
      client: "192.0.2.7",
      attachment,
    };
    writeFileSync(join(data, `c${i}.eml`), emlOf(draft, `c${i}`));
  }
  writeFileSync(
    join(data, "honest.eml"),
    emlOf(
      {
        from: "ann@partner.example",
        name: "ann Moor",
        to: "ben@own.example",
        subject: "item 20",
        time: T0 + 3_600_000,
        text: "Hello, item 20 of the list is done. Regards, ann",
        ip: "198.51.100.20",
      },
      "ok1",
    ),
  );
  writeFileSync(join(dir, "org.yaml"), "domains: [own.example]\n");
  await replay(
    { paths: [data], history: [history], out: join(dir, "out"), org: join(dir, "org.yaml"), site: undefined, budget: 5, asnTable: undefined },
    { now: () => 0 },
  );
}, 120_000);

function lines<T>(name: string): T[] {
  return readFileSync(join(dir, "out", `${name}.ndjson`), "utf8")
    .split("\n")
    .filter((l) => l !== "")
    .map((l) => JSON.parse(l) as T);
}

interface Email {
  path: string;
  actions: string[];
  tags: string[];
  campaign?: string;
  urls: { url: string; stage: string }[];
  spf: string;
  messageId: string;
}

describe("a folder of messages through replay", () => {
  test("a campaign with a code inside a document is held from its first mail although SPF passed, and is one campaign (E5, E9, E10, E14, E18, E21, E32)", () => {
    const emails = lines<Email>("emails");
    expect(emails).toHaveLength(MESSAGES + 1);
    const bad = emails.filter((e) => e.messageId.startsWith("<c"));
    expect(bad).toHaveLength(MESSAGES);
    for (const e of bad) {
      expect(e.actions).toContain("hold");
      expect(e.tags).toContain("Multistage Payload");
      expect(e.spf).toBe("pass");
      expect(e.urls).toEqual(expect.arrayContaining([expect.objectContaining({ url: "https://sssafjeuihiolsw.top/a1", stage: "qr" })]));
    }
    expect(new Set(bad.map((e) => e.campaign)).size).toBe(1);
    expect(bad[0]?.campaign).toBeDefined();
    expect(emails.find((e) => e.messageId.startsWith("<ok1"))?.actions).toEqual([]);
  });

  test("each held message is proposed to be held, once, and the hidden links to be locked, by a person since no driver does it yet (E32)", () => {
    const actions = lines<{ action: string; state: string; held: string; target: { items: string[] } }>("actions");
    const items = (kind: string) => actions.filter((a) => a.action === kind).flatMap((a) => a.target.items);
    expect(new Set(items("hold"))).toEqual(new Set(Array.from({ length: MESSAGES }, (_, i) => `<c${i}@made.example>`)));
    expect(items("lock-links")).toContain("https://sssafjeuihiolsw.top/a1");
    for (const a of actions) expect(a).toMatchObject({ state: "proposed", held: expect.stringContaining("by hand") });
  });

  test("alerts carry exact counts, an incident stands, and events are cited", () => {
    const alerts = lines<{ model: string; why: { text: string }[]; events: string[] }>("alerts");
    const campaign = alerts.filter((a) => a.model === "Email / Phishing Campaign").at(-1);
    expect(campaign?.why.map((w) => w.text).join("\n")).toContain(`${MESSAGES} mails of 4 senders to ${MESSAGES} recipients on 3 days`);
    expect(campaign?.why.map((w) => w.text).join("\n")).toContain("10???@shack.cn");
    expect(alerts.some((a) => a.model === "Email / Multistage Payload from a New Sender")).toBe(true);
    expect(lines("incidents").length).toBeGreaterThan(0);
    const ids = new Set(lines<{ id: string }>("events").map((e) => e.id));
    for (const a of alerts) for (const id of a.events) expect(ids.has(id)).toBe(true);
  });
});
