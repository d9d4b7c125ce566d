import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../base/time.ts";
import type { OpenedAttachment } from "../../parsers/mail/opened-message.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { Models } from "../lane.ts";
import { EmailLane } from "./email-lane.ts";
import { honest, laneWith, ORGANISATION, PLACES, T0 } from "./made-lane.ts";
import { madeEvent, madeMessage } from "./made-message.ts";
import { shippedMailContent } from "./shipped-content.ts";

const DOCX: OpenedAttachment = {
  name: "\u901a\u77e5\u6587\u4ef6.docx",
  declaredType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  trueType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  kind: "docx",
  size: 20_000,
  sha256: "ab".repeat(32),
  inline: false,
  contentId: undefined,
  path: [],
  flags: [],
  passwordsTried: 0,
  text: "",
  children: 1,
};

const TEXTS = {
  zh: {
    name: "\u8d22\u52a1\u90e8",
    subjects: ["\u6587\u4ef6\u5df2\u9001\u8fbe", "\u6240\u5f97\u7a0e\u7533\u62a5\u901a\u77e5", "\u6587\u4ef6\u5df2\u53d1\u5e03"],
    text: "\u8bf7\u67e5\u770b\u9644\u4ef6\u4e2d\u7684\u6587\u4ef6\u5e76\u626b\u63cf\u4e8c\u7ef4\u7801\u529e\u7406\u9000\u7a0e\u3002",
  },
  en: {
    name: "Finance Department",
    subjects: ["The document has been delivered", "Income Tax Return Notice", "The file has been released"],
    text: "Please open the attached document and scan the code for your tax refund.",
  },
  ko: {
    name: "\uc7ac\ubb34\ud300",
    subjects: [
      "\ubb38\uc11c\uac00 \uc804\ub2ec\ub418\uc5c8\uc2b5\ub2c8\ub2e4",
      "\uc18c\ub4dd\uc138 \uc2e0\uace0 \ud1b5\uc9c0",
      "\ud30c\uc77c\uc774 \uacf5\uac1c\ub418\uc5c8\uc2b5\ub2c8\ub2e4",
    ],
    text: "\ucca8\ubd80\ub41c \ubb38\uc11c\ub97c \uc5f4\uace0 \ucf54\ub4dc\ub97c \uc2a4\uce94\ud558\uc5ec \ud658\uae09\uc744 \ubc1b\uc73c\uc2ed\uc2dc\uc624.",
  },
  ar: {
    name: "\u0642\u0633\u0645 \u0627\u0644\u0645\u0627\u0644\u064a\u0629",
    subjects: [
      "\u062a\u0645 \u062a\u0633\u0644\u064a\u0645 \u0627\u0644\u0645\u0633\u062a\u0646\u062f",
      "\u0625\u0634\u0639\u0627\u0631 \u0636\u0631\u064a\u0628\u064a",
      "\u062a\u0645 \u0646\u0634\u0631 \u0627\u0644\u0645\u0644\u0641",
    ],
    text: "\u064a\u0631\u062c\u0649 \u0641\u062a\u062d \u0627\u0644\u0645\u0633\u062a\u0646\u062f \u0627\u0644\u0645\u0631\u0641\u0642 \u0648\u0645\u0633\u062d \u0627\u0644\u0631\u0645\u0632 \u0644\u0627\u0633\u062a\u0631\u062f\u0627\u062f \u0627\u0644\u0636\u0631\u064a\u0628\u0629.",
  },
} as const;

function campaign(language: keyof typeof TEXTS): Parameters<typeof madeEvent>[0][] {
  const { name, subjects, text } = TEXTS[language];
  const url = "https://sssafjeuihiolsw.example-bond.top/a1";
  return Array.from({ length: 55 }, (_, i) =>
    madeMessage({
      sender_: `10${String(200 + (((i % 8) * 37) % 800))}@shack.example.cn`,
      name_: name,
      to_: [`person${i}@own.example`],
      subject: subjects[i % 3] ?? "",
      messageId: `<c${i}@shack.example.cn>`,
      text: { plain: text, visible: text },
      attachments: [{ ...DOCX, sha256: `${i % 3}`.padStart(64, "c") }],
      urls: [
        { url, stage: "qr", source: "qr", path: [DOCX.name, "word/media/image1.png"], host: "sssafjeuihiolsw.example-bond.top", domain: "example-bond.top" },
      ],
      codes: [{ text: url, format: "QRCode", path: [DOCX.name, "word/media/image1.png"], source: "office-image", thumbnail: "iVBORw0KGgo=" }],
      stages: [["mail", "document", "image", "qr", "link"]],
      hops: [{ from: "mx.shack.example.cn", by: "mx.own.example", ip: "203.0.113.9", time: T0, with: "esmtp" }],
      originatingIp: "198.51.100.7",
      date: T0 + (i * 2.4 * DAY) / 55,
    }),
  );
}

test("mails without a valid sender are no correspondent, however many came (E4)", () => {
  const { lane, one } = laneWith();
  for (let i = 0; i < 30; i++)
    one(madeMessage({ sender_: "", name_: `shop ${i}`, to_: ["ann@own.example"], subject: `offer ${i}`, messageId: `<o${i}@x>`, date: T0 + i * HOUR }));
  const judged = lane.process([
    madeEvent(madeMessage({ sender_: "", name_: "another", to_: ["ben@own.example"], subject: "hello", messageId: "<z@x>", date: T0 + 40 * HOUR })),
  ]).mails[0];
  expect(judged?.tags).toEqual(expect.arrayContaining(["First Time Contact", "No Association"]));
});

test("an own address with a signature that nobody checked is not exempt; with a pass it is (E14)", () => {
  const forged = (dkim: string) => {
    const { lane } = laneWith();
    honest(lane);
    const [first] = campaign("en") as [ReturnType<typeof madeMessage>];
    const from = { name: "Paula Ahrens", address: "paula.ahrens@own.example", local: "paula.ahrens", domain: "own.example", unicodeDomain: "own.example" };
    const headers = [{ name: "dkim-signature", raw: "v=1; a=rsa-sha256; d=own.example; s=k; bh=x; b=y", text: "" }];
    return lane.process([Object.assign(madeEvent({ ...first, from, headers }), { dkim, spf: "none", dmarc: "none" })]).mails[0]?.verdict;
  };
  expect([forged("pass"), forged("none"), forged("fail")]).toEqual(["deliver", "hold", "hold"]);
});

test("history is shown to models, so that what was customary before the watch is no news on its first day; nothing is told of it", () => {
  const told: string[] = [];
  const models: Models = {
    observe: () => {
      told.push("observe");
      return [];
    },
    advance: () => [],
    learn: (o) => void told.push(`learn ${o.kind} ${String(o.facts.verdict)}`),
  };
  const lane = new EmailLane({ organisation: ORGANISATION, models, places: PLACES, mode: () => "history", ...shippedMailContent() });
  const [first] = campaign("en") as [ReturnType<typeof madeMessage>];
  expect(lane.process([madeEvent(first)]).alerts).toEqual([]);
  expect(told).toEqual(["learn mail hold"]);
});

describe("the post's campaign in four languages", () => {
  test.each(["zh", "en", "ko", "ar"] as const)(
    "%s: held from mail 1, SPF passed, one campaign with exact numbers (E1, E5, E9, E10, E11, E14, E16, E18, E24, E27, E29, E30, E31)",
    (language) => {
      const { lane, seen, one } = laneWith();
      honest(lane);
      const judged = campaign(language).map((m) => one(m));
      expect(judged.map((j) => j.verdict)).toEqual(Array.from({ length: 55 }, () => "hold"));
      const first = judged[0] as MailJudgement;
      expect(first.tags).toEqual(
        expect.arrayContaining([
          "First Time Contact",
          "No Association",
          "Multistage Payload",
          "Department Impersonation",
          "Location Mismatch",
          "Phishing Link",
        ]),
      );
      expect(first.actions).toEqual(["hold", "lock-links"]);
      expect(first.places).toEqual({ domain: "CN", connection: "CN", author: "SG" });
      expect(first.event.spf).toBe("pass");
      expect(new Set(judged.map((j) => j.event.campaign)).size).toBe(1);
      lane.advance(T0 + 10 * DAY);
      const told = seen.filter((o) => o.kind === "campaign");
      expect(told.at(-1)?.facts).toMatchObject({
        messages: 55,
        senders: 8,
        recipients: 55,
        days: 3,
        pattern: "10???@shack.example.cn",
        held: 55,
        topName: TEXTS[language].name,
        topAttachment: DOCX.name,
        ended: true,
      });
      for (const name of ["newSender", "unusualPlace", "unexpectedAttachment", "unexpectedLink"] as const)
        expect(first.indicators.find((i) => i.name === name)?.score, name).toBeGreaterThanOrEqual(40);
      expect(JSON.parse(first.event.detail ?? "{}")).toMatchObject({
        codes: [{ text: "https://sssafjeuihiolsw.example-bond.top/a1", thumbnail: "iVBORw0KGgo=" }],
        stages: [["mail", "document", "image", "qr", "link"]],
      });
    },
  );

  test("a ninth sender of the same shape is linked at once (E11)", () => {
    const { lane, one } = laneWith();
    honest(lane);
    const ids = campaign("en").map((m) => one(m).event.campaign);
    const ninth = one(
      madeMessage({
        sender_: "10999@shack.example.cn",
        to_: ["new@own.example"],
        subject: "hello",
        text: { plain: "", visible: "hello" },
        date: T0 + 2.5 * DAY,
      }),
    );
    expect(ninth.event.campaign).toBe(ids.at(-1));
  });
});

test("a campaign goes over a restart: counts go on, the next sender belongs to it, what was not told yet is told whole", () => {
  const a = laneWith();
  honest(a.lane);
  const mails = campaign("en");
  for (const m of mails.slice(0, 6)) a.one(m);
  const b = laneWith();
  b.lane.load(a.lane.save());
  const lone = a.lane.campaigns.list()[0]?.id ?? "";
  const last = mails
    .slice(6)
    .map((m) => b.one(m))
    .at(-1);
  expect(last?.event.campaign).toBe(lone);
  expect(b.lane.campaigns.find(lone)).toMatchObject({ messages: 55, senders: 8, recipients: 55, days: 3 });
  const told = b.seen.filter((o) => o.kind === "campaign").flatMap((o) => o.events);
  expect(told.length).toBeGreaterThan(40);
  for (const event of told) expect(event).toMatchObject({ family: "mail", sender: expect.stringContaining("@") });
});

describe("correspondence", () => {
  test("first contact, then known once answered (E4); an honest first contact is delivered", () => {
    const { lane, one } = laneWith();
    honest(lane);
    const text = {
      plain: "",
      visible: "Dear Mr Dan, thank you for the talk on Friday. I attach nothing yet; the offer follows next week. Kind regards, Ines Falk",
    };
    const first = one(
      madeMessage({
        sender_: "ines.falk@fernbridge.example",
        name_: "Ines Falk",
        to_: ["dan@own.example"],
        subject: "our talk on Friday",
        messageId: "<n1@x>",
        text,
        date: T0,
      }),
    );
    expect(first.tags).toEqual(expect.arrayContaining(["First Time Contact", "No Association"]));
    expect(first.verdict).toBe("deliver");
    one(
      madeMessage({
        sender_: "dan@own.example",
        to_: ["ines.falk@fernbridge.example"],
        subject: "Re: our talk on Friday",
        inReplyTo: ["<n1@x>"],
        text,
        date: T0 + HOUR,
      }),
    );
    const second = one(
      madeMessage({ sender_: "ines.falk@fernbridge.example", name_: "Ines Falk", to_: ["dan@own.example"], subject: "offer", text, date: T0 + DAY }),
    );
    expect(second.tags).not.toContain("First Time Contact");
  });

  test("two recipients, one mail: whoever never heard of the sender is told so, by history (E2)", () => {
    const { lane, one } = laneWith();
    honest(lane);
    const make = (to: string): ReturnType<typeof madeMessage> =>
      madeMessage({
        sender_: "ann@partner.example",
        name_: "ann Moor",
        to_: [to],
        subject: "your parcel payment is suspended",
        text: { plain: "", visible: "Pay here: verify your account" },
        date: T0,
      });
    const [known, unknown] = [one(make("ben@own.example")), one(make("stranger@own.example"))];
    expect(known.tags).not.toContain("Unknown Correspondent");
    expect(unknown.tags).toContain("Unknown Correspondent");
  });

  test.each([
    ["Paula Ahrens", "quick task", "Are you at your desk? I need gift cards urgently.", "hold"],
    ["Ahrens, Paula", "急事", "请尽快回复我。", "banner"],
  ])("own chief's name %s from a free mailbox is acted on, whatever the script of the text (E29)", (name_, subject, visible, verdict) => {
    const { lane, one } = laneWith();
    honest(lane);
    const j = one(
      madeMessage({
        sender_: "paula.office77@gmail.com",
        name_,
        to_: ["ben@own.example"],
        subject,
        text: { plain: "", visible },
        date: T0,
      }),
    );
    expect(j.verdict).toBe(verdict);
    expect(j.tags).toEqual(expect.arrayContaining(["VIP Impersonation", "User Impersonation"]));
  });

  test("a look-alike of a partner's domain is held without any text", () => {
    const { lane, one } = laneWith();
    honest(lane);
    const j = one(madeMessage({ sender_: "ann@partmer.example", name_: "ann Moor", to_: ["ben@own.example"], subject: "item 9", date: T0 }));
    expect(j.verdict).toBe("hold");
    expect(j.tags).toContain("Lookalike Domain");
  });

  test("state goes out and comes back: the same mail gets the same score", () => {
    const a = laneWith();
    honest(a.lane);
    const b = laneWith();
    b.lane.load(a.lane.save());
    const m = (): ReturnType<typeof madeMessage> => campaign("en")[0] as ReturnType<typeof madeMessage>;
    expect(b.one(m()).score).toBe(a.one(m()).score);
    expect(b.lane.campaigns.list()).toEqual(a.lane.campaigns.list());
    expect(() => b.lane.load(new TextEncoder().encode("{}"))).toThrow(expect.objectContaining({ code: "snapshot-unreadable" }));
  });
});
