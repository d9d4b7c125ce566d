import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../base/time.ts";
import { Places } from "../../enrich/places.ts";
import type { OpenedAttachment } from "../../parsers/mail/opened-message.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Models } from "../lane.ts";
import { EmailLane } from "./email-lane.ts";
import { madeEvent, madeMessage } from "./made-message.ts";
import { shippedMailContent } from "./shipped-content.ts";

const ORGANISATION = {
  networks: [],
  defaultNetworks: true,
  domains: ["own.example"],
  nat: [],
  proxies: [],
  vpn: [],
  protected: [],
  timezone: "UTC",
  sites: [],
  people: [{ name: "Paula Ahrens", mail: "paula.ahrens@own.example", title: "Chief Financial Officer" }],
  roles: [],
};
const PLACES = new Places([{ lookup: (ip) => ({ country: ip.startsWith("203.0.113.") ? "CN" : ip.startsWith("198.51.100.") ? "SG" : "DE" }) }]);
const T0 = Date.UTC(2026, 2, 2, 8);

function laneWith(): { lane: EmailLane; seen: Observation[]; one(...args: Parameters<typeof madeEvent>): MailJudgement } {
  const seen: Observation[] = [];
  const models: Models = {
    observe: (o) => {
      seen.push(o);
      return [];
    },
    advance: () => [],
    learn: () => undefined,
  };
  const lane = new EmailLane({ organisation: ORGANISATION, models, places: PLACES, mode: () => "watch", ...shippedMailContent() });
  return { lane, seen, one: (...args) => lane.process([madeEvent(...args)]).mails[0] as MailJudgement };
}

function honest(lane: EmailLane, days = 20): void {
  const people = ["ann", "ben", "cleo", "dan", "eve", "finn"];
  for (let day = 0; day < days; day++) {
    people.forEach((p, k) => {
      const messageId = `<${p}${day}@partner.example>`;
      const text = { plain: "", visible: `Hello, item ${day} of the list is done. The figures for week ${k} follow. Regards, ${p}` };
      const at = T0 + (day - days) * DAY + k * HOUR;
      lane.process([
        madeEvent(
          madeMessage({
            sender_: `${p}@partner.example`,
            name_: `${p} Moor`,
            to_: [`${people[(k + 1) % 6]}@own.example`],
            subject: `item ${day}`,
            messageId,
            text,
            date: at,
          }),
        ),
      ]);
      lane.process([
        madeEvent(
          madeMessage({
            sender_: `${people[(k + 1) % 6]}@own.example`,
            to_: [`${p}@partner.example`],
            subject: `Re: item ${day}`,
            inReplyTo: [messageId],
            text,
            date: at + HOUR,
          }),
        ),
      ]);
    });
  }
}

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

  test("a stranger's mail scores higher with a reader who hardly ever hears from strangers, and says what it was measured by (E2)", () => {
    const { lane, seen } = laneWith();
    honest(lane, 40);
    // Dan hears from somebody new every other hour; the others only from those that they know.
    for (let i = 0; i < 120; i++)
      lane.process([
        madeEvent(madeMessage({ sender_: `guest${i}@house${i}.example`, to_: ["dan@own.example"], subject: `request ${i}`, date: T0 - 10 * DAY + i * HOUR })),
      ]);
    for (let i = 0; i < 4; i++)
      lane.process([
        madeEvent(madeMessage({ sender_: `rare${i}@shop${i}.example`, to_: ["ben@own.example"], subject: `order ${i}`, date: T0 - DAY + i * HOUR })),
      ]);
    const facts = (to: string) => {
      const j = lane.process([
        madeEvent(
          madeMessage({
            sender_: `x@x-${to.slice(0, 3)}.example`,
            to_: [to],
            subject: "your parcel payment is suspended",
            text: { plain: "", visible: "Dear customer, verify your account within 24 hours" },
            date: T0,
          }),
        ),
      ]).mails[0] as MailJudgement;
      return { score: j.score, reader: j.indicators.find((i) => i.name === "unusualReader"), why: seen.at(-1)?.why() ?? [] };
    };
    const [used, unused] = [facts("dan@own.example"), facts("ben@own.example")];
    expect(unused.reader?.score).toBeGreaterThan((used.reader?.score ?? 0) + 10);
    expect(unused.score).toBeGreaterThan(used.score);
    expect(unused.reader?.says[0]).toMatch(/^The sender is new to the organisation, whose reader had 5 of \d+ mails from senders as new\.$/);
    expect(unused.why.some((w) => w.feature === "unusualReader" && w.text.includes("5 of"))).toBe(true);
    expect(JSON.stringify(unused.reader?.says)).not.toContain("ben@");
  });

  test.each([
    ["qzxkvwplmr.example", true],
    ["brunnenhof.example", false],
    ["d3k9xq7zv1.brunnenhof.example", false],
    ["xn--mllerhaus-q9a.example", false],
  ])("a link to %s: its name looks drawn by lot %s, which has a score of its own (E25)", (host, drawn) => {
    const { lane, one } = laneWith();
    honest(lane);
    const html = { ...(campaign("en")[0]?.html ?? {}) };
    expect(html).toBeDefined();
    const url = {
      url: `https://${host}/a`,
      scheme: "https",
      host,
      domain: host.split(".").slice(-2).join("."),
      source: "text",
      path: [],
      stage: "link",
    } as const;
    const j = one(madeMessage({ sender_: "ines@fernbridge.example", to_: ["ben@own.example"], subject: "plans", urls: [url as never], date: T0 }));
    const indicator = j.indicators.find((i) => i.name === "strangeDomain");
    expect((indicator?.score ?? 0) > 30).toBe(drawn);
    expect(indicator?.says.some((t) => t.startsWith("A link's name looks drawn by lot"))).toBe(drawn);
  });

  describe("the age of a domain, where a registry tells it (E28)", () => {
    const mailOf = (lane: EmailLane, subject = "plans for the yard") =>
      lane.process([
        madeEvent(
          madeMessage({
            sender_: "ines@fernbridge.example",
            to_: ["ben@own.example"],
            subject,
            text: { plain: "", visible: "Please read the plans." },
            date: T0,
          }),
        ),
      ]).mails[0] as MailJudgement;
    const judged = (registeredAt: ((domain: string) => number | undefined) | undefined) => {
      const { lane, seen } = laneWith();
      honest(lane);
      if (registeredAt !== undefined) lane.askAges(registeredAt);
      const mail = mailOf(lane);
      return { mail, age: mail.indicators.find((i) => i.name === "domainAge"), facts: seen.at(-1)?.facts };
    };

    test("the same day is strong, three weeks weigh something, ten years nothing", () => {
      const [day, weeks, years] = [0, 21, 3_650].map((days) => judged((domain) => (domain === "fernbridge.example" ? T0 - days * DAY - HOUR : undefined)));
      expect(day?.mail.verdict).not.toBe("deliver");
      expect(day?.age?.says).toContain("The sender's domain was registered on the mail's own day, says its registry.");
      expect(weeks?.age?.score).toBeGreaterThan(20);
      expect(years?.age?.score).toBe(0);
      expect(years?.mail.verdict).toBe("deliver");
      expect([day?.facts?.registeredDays, weeks?.facts?.registeredDays, years?.facts?.registeredDays]).toEqual([0, 21, 3_650]);
    });

    test("an age that is not known, or of after the mail, counts for nothing and is said to be unknown; first sight stands for it", () => {
      const [nobody, silent, later] = [judged(undefined), judged(() => undefined), judged(() => T0 + 40 * DAY)];
      for (const { mail, age, facts } of [nobody, silent, later]) {
        expect(age?.says).toContain("Young domain, out of the blue.");
        expect(age?.says).toContain("When the sender's domain was registered is not known, which counts for nothing.");
        expect(facts).not.toHaveProperty("registeredDays");
        expect(mail.score).toBe(nobody.mail.score);
      }
    });

    test("registries are not asked about our own domain, a provider's, or one that has written for long", () => {
      const asked: string[] = [];
      const { lane } = laneWith();
      honest(lane);
      lane.askAges((domain) => {
        asked.push(domain);
        return undefined;
      });
      for (const sender_ of ["ben@own.example", "someone@gmail.com", "ann@partner.example", "ines@fernbridge.example"])
        lane.process([madeEvent(madeMessage({ sender_, to_: ["ben@own.example"], subject: "x", date: T0 }))]);
      expect(asked).toEqual(["fernbridge.example"]);
    });
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
