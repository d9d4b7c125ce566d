import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../base/time.ts";
import { type Lab, makeAlert, makeEntry, makeEvent, openLab, T0 } from "./made-for-tests.ts";
import type { CampaignRow, MailToStore } from "./mail-rows.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

function mail(n: number, more: Partial<MailToStore> = {}): MailToStore {
  return {
    id: `keymail-${n}`,
    time: T0 + n * HOUR,
    traffic: "inbound",
    sender: "10234@shack.example.cn",
    senderName: "财务部",
    senderDomain: "example.cn",
    own: false,
    recipients: [{ address: "anna.ahrens@own.example", name: "Anna Ahrens" }],
    verdict: "deliver",
    score: 10 + n,
    missed: false,
    learned: false,
    campaign: undefined,
    language: "en",
    author: "SG",
    subject: "The document has been delivered",
    attachments: ["通知文件.docx"],
    linkDomains: [],
    tags: ["First Time Contact"],
    body: {
      replyTo: "",
      messageId: `<${n}@x>`,
      software: "",
      source: "post",
      file: "inbox.mbox",
      rule: "",
      indicators: [{ name: "newSender", score: 61, says: ["Never seen."] }],
      authentication: { spf: "pass", dkim: "none", dmarc: "none" },
      places: { domain: "CN", connection: "CN", author: "SG" },
      addresses: { connection: "203.0.113.5", author: "" },
      native: "clean",
      stages: ["mail > document > qr > link"],
      hashes: ["ab".repeat(32)],
      limits: [],
    },
    letter: undefined,
    ...more,
  };
}

const put = (mails: MailToStore[], campaigns: CampaignRow[] = [], joined: { campaign: string; mails: string[] }[] = []) =>
  lab.store.ask("putMails", { mails, campaigns, joined });

const view = (id: string, messages: number): CampaignRow => ({
  id,
  messages,
  senders: 2,
  recipients: messages,
  days: 2,
  first: T0,
  last: T0 + messages * HOUR,
  pattern: "10???@example.cn",
  shared: ["attachment"],
  topName: "财务部",
  topSubject: "s",
  topAttachment: "a.docx",
  linkDomain: "evil.example",
  held: messages,
  worst: 90,
  bySender: [["10234@shack.example.cn", messages]],
  subjects: [],
  names: [],
  files: [],
  links: [],
});

describe("judged mail in the store", () => {
  test("is kept once, over a restart, under pseudonyms: no row but that of people holds an address of a reader", async () => {
    const leaky = mail(2, { subject: "anna.ahrens@OWN.example: Anna Ahrens, your parcel", own: false });
    expect(await put([mail(1), leaky, mail(3, { own: true, sender: "ben@own.example", senderName: "Ben Own", traffic: "outbound" })])).toEqual({ fresh: 3 });
    expect(await put([mail(1, { score: 99 })])).toEqual({ fresh: 0 });
    await lab.store.close();
    await lab.open();
    const { rows, total, stored, oldest, counts } = await lab.store.ask("mails", { verdict: "all" });
    expect({ total, stored, oldest, counts }).toEqual({ total: 3, stored: 3, oldest: T0 + HOUR, counts: { hold: 0, banner: 0, deliver: 3, missed: 0 } });
    expect(rows.map((r) => r.mail.sender)).toEqual(["P-2", "10234@shack.example.cn", "10234@shack.example.cn"]);
    expect(rows[1]?.mail).toMatchObject({ subject: "P-1: P-1, your parcel", readers: ["P-1"], readerCount: 1, places: { author: "SG" } });
    expect(JSON.stringify(rows)).not.toMatch(/ahrens|ben@|Ben Own/i);
    expect((await lab.store.ask("mail", { id: "keymail-1" })).score).toBe(11);
    await expect(lab.store.ask("mail", { id: "keymail-9" })).rejects.toMatchObject({ code: "mail-not-found" });
  });

  test("who the people are is told with a row in the audit log, and only so", async () => {
    await put([mail(1)]);
    const audit = makeEntry("reveal-people", { target: "keymail-1", why: "she called the desk" });
    expect(await lab.store.ask("peopleOfMail", { id: "keymail-1", audit })).toEqual([{ id: "P-1", address: "anna.ahrens@own.example", name: "Anna Ahrens" }]);
    expect(await lab.store.ask("personOf", { address: " Anna.Ahrens@own.example ", audit: makeEntry("find-person") })).toEqual({ id: "P-1" });
    await expect(lab.store.ask("personOf", { address: "nobody@own.example", audit: makeEntry("find-person") })).rejects.toMatchObject({
      code: "person-not-found",
    });
    await expect(lab.store.ask("peopleOfMail", { id: "gone", audit })).rejects.toMatchObject({ code: "mail-not-found" });
    const rows = await lab.store.accounts.auditRows(undefined, 10);
    expect(rows.map((r) => r.action)).toEqual(["find-person", "find-person", "reveal-people"]);
    expect((await lab.store.accounts.verifyAudit()).brokenAt).toBeUndefined();
  });

  test("a campaign is one row; mails that were stored before they belonged to one are joined; words, tags, senders and readers find", async () => {
    await put([
      mail(1, { verdict: "hold" }),
      mail(2, { verdict: "hold", missed: true }),
      mail(3),
      mail(4, { verdict: "banner", subject: "Rechnung", tags: ["Spam"] }),
    ]);
    await put([mail(5, { verdict: "hold", campaign: "c1", language: "zh" })], [view("c1", 3)], [{ campaign: "c1", mails: ["keymail-1", "keymail-2"] }]);
    const list = async (filter: Parameters<typeof lab.store.ask<"mails">>[1]) =>
      (await lab.store.ask("mails", filter)).rows.map((r) => [r.mail.id, r.campaign?.id, r.matching]);
    expect(await list({ verdict: "acted" })).toEqual([
      ["keymail-5", "c1", 3],
      ["keymail-4", undefined, 1],
    ]);
    expect(await list({ verdict: "acted", group: "none", sort: "score", limit: 2 })).toEqual([
      ["keymail-5", undefined, 1],
      ["keymail-4", undefined, 1],
    ]);
    expect(await list({ text: "rechn" })).toEqual([["keymail-4", undefined, 1]]);
    expect(await list({ text: "ahrens" })).toEqual([]);
    expect(await list({ tag: "Spam" })).toEqual([["keymail-4", undefined, 1]]);
    expect(await list({ sender: "Example.cn", verdict: "deliver" })).toEqual([["keymail-3", undefined, 1]]);
    expect(await list({ reader: "P-1", missed: true })).toEqual([["keymail-2", "c1", 1]]);
    expect(await list({ reader: "nobody" })).toEqual([]);
    const campaign = await lab.store.ask("mailCampaign", { id: "c1" });
    expect(campaign).toMatchObject({
      messages: 3,
      languages: [
        ["en", 2],
        ["zh", 1],
      ],
      hashes: [["通知文件.docx", "ab".repeat(32)]],
    });
    expect(campaign.mails.map((m) => m.id)).toEqual(["keymail-1", "keymail-2", "keymail-5"]);
    expect((await lab.store.ask("mail", { id: "keymail-2" })).campaignOf).toMatchObject({ id: "c1", place: 2 });
    // Two campaigns that turn out to be one: the other's row goes.
    await put([], [view("c2", 4)], [{ campaign: "c2", mails: ["keymail-1", "keymail-2", "keymail-5", "keymail-4"] }]);
    expect((await lab.store.ask("mailCampaigns", {})).campaigns.map((c) => c.id)).toEqual(["c2"]);
    await expect(lab.store.ask("mailCampaign", { id: "c1" })).rejects.toMatchObject({ code: "mail-campaign-not-found" });
  });

  test("one mail: what came before, what its reader usually gets, which alerts cite it", async () => {
    await put([
      mail(1, { language: "de", author: "DE", attachments: [], sender: "a@partner.example", senderDomain: "partner.example" }),
      mail(2, { own: true, sender: "anna.ahrens@own.example", recipients: [{ address: "10234@shack.example.cn", name: "" }], traffic: "outbound" }),
      mail(3, { linkDomains: ["evil.example"] }),
      mail(4, { verdict: "hold", letter: new Uint8Array([1, 2, 3]), linkDomains: ["evil.example", "new.example"] }),
    ]);
    await lab.store.commitAlerts([makeAlert("a1", { events: [makeEvent("mail", 4)] })]);
    const detail = await lab.store.ask("mail", { id: "keymail-4" });
    expect(detail.before).toEqual({ sender: 1, domain: 2, sentTo: 1, days: 1 });
    expect(detail.usual).toEqual({
      reader: "P-1",
      mails: 2,
      languages: [
        ["de", 1],
        ["en", 1],
      ],
      places: [
        ["DE", 1],
        ["SG", 1],
      ],
      files: [["docx", 1]],
    });
    expect(detail.alerts).toEqual([{ id: "a1", model: "Device / Beacon", title: "Regular contact with 203.0.113.9", score: 50 }]);
    expect(detail.letter).toEqual(new Uint8Array([1, 2, 3]));
    expect(await lab.store.ask("mailsLeadingTo", { domains: ["evil.example", "new.example"], before: detail.time })).toEqual({
      "evil.example": 1,
      "new.example": 0,
    });
  });

  test("retention takes rows, letters, words, campaigns and the names of people that no mail names any more", async () => {
    await put(
      [
        mail(1, { verdict: "hold", letter: new Uint8Array(10), campaign: "c1", recipients: [{ address: "old@own.example", name: "" }] }),
        mail(24 * 40, { verdict: "hold", letter: new Uint8Array(10) }),
      ],
      [view("c1", 2)],
    );
    lab.clock.set(T0 + 41 * DAY);
    await lab.store.retain([]);
    const { rows, stored } = await lab.store.ask("mails", { text: "document" });
    expect(rows.map((r) => r.mail.id)).toEqual(["keymail-960"]);
    expect(stored).toBe(1);
    expect((await lab.store.ask("mailCampaigns", {})).total).toBe(0);
    expect(await lab.store.ask("pseudonyms", { addresses: ["old@own.example", "anna.ahrens@own.example"] })).toEqual({ "anna.ahrens@own.example": "P-2" });
  });
});
