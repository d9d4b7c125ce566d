import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../base/time.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { EmailLane } from "./email-lane.ts";
import { honest, laneWith, T0 } from "./made-lane.ts";
import { madeEvent, madeMessage } from "./made-message.ts";

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
