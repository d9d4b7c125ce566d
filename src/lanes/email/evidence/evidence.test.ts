import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Letter } from "../letter.ts";
import { readEvidence } from "./evidence.ts";
import { FEATURE_NAMES, FEATURES } from "./features.ts";
import { foldText } from "./fold-text.ts";
import { languageOf } from "./language.ts";
import { readMailLookups, readMailWeights } from "./lookups.ts";

const CONTENT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..", "content");
const lookups = readMailLookups(CONTENT);
const shipped = readMailWeights(CONTENT);

function letter(part: Partial<Letter>): Letter {
  return { name: "", address: "someone@example.org", replyTo: "", subject: "", text: "", html: undefined, links: [], attachments: [], codes: [], ...part };
}

function score(part: Partial<Letter>): number {
  const { evidence } = readEvidence(letter(part), lookups);
  return FEATURE_NAMES.reduce((sum, name, j) => sum + (shipped.weights[j] ?? 0) * evidence[name], shipped.bias);
}

const honest = score({
  name: "Ada Lane",
  address: "ada.lane@partner.example",
  subject: "minutes of Tuesday",
  text: "Hello Tom, the minutes are below. Regards, Ada",
});

describe("evidence of a message", () => {
  test("the same campaign in Chinese, English, Korean and Arabic stands far above an honest letter (E1, E29, E30)", () => {
    const code = { text: "https://qwzkrtx81.example-bond.top/a", inAttachment: true };
    const attachments = [{ name: "n.docx", type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", inline: false }];
    const link = { href: code.text, text: "", plain: false, image: false };
    for (const [name, subject, text] of [
      ["财务部", "文件已送达", "请扫描附件中的二维码查看个人所得税退税通知。"],
      ["Finance Department", "Income tax return notice", "Scan the code in the attached document to see the notice."],
      ["재무팀", "소득세 환급 통지서", "첨부된 문서의 코드를 스캔하여 확인하세요."],
      ["قسم المالية", "اشعار ضريبي", "امسح الرمز في المستند المرفق لعرض الاشعار."],
    ])
      expect(
        score({ name: name ?? "", address: "10234@shack.example", subject: subject ?? "", text: text ?? "", attachments, codes: [code], links: [link] }),
      ).toBeGreaterThan(honest + 4);
  });

  test("a brand from a free mailbox that links to a hosted page (E13)", () => {
    const { evidence } = readEvidence(
      letter({
        name: "Dropbox Support",
        address: "x81@gmail.com",
        subject: "A document was shared with you",
        text: "Click to view the document",
        links: [{ href: "https://files.pages.dev/login", text: "View document", plain: false, image: false }],
      }),
      lookups,
    );
    expect(evidence).toMatchObject({ brandInName: 1, departmentAtFreeMail: 1, hosting: 1, hostedForm: 1, callElsewhere: 1, lureHosted: 1 });
  });

  test("disguised letters, full-width and spaced words read as what they pass for", () => {
    expect(foldText("Ｐａｙｐal  р\u200bаypal p a s s w o r d")).toBe("paypal paypal password");
    const { lures } = readEvidence(letter({ subject: "Your p\u00adassw\u200bord е\u0445pires" }), lookups);
    expect([...lures.keys()].sort()).toEqual(["credentials", "suspension"]);
  });

  test("an inducement behind pages of honest text is read where the link stands; far from any link it is not (E29)", () => {
    const before = "The notes of the last meeting follow and the plans are on the table. ".repeat(60);
    const text = `${before}Your mailbox is locked. Verify your password at once: Restore access now. ${before}`;
    const links = [{ href: "https://elsewhere.example/a", text: "Restore access now", plain: false, image: false }];
    expect([...readEvidence(letter({ text, links }), lookups).lures.keys()]).toEqual(expect.arrayContaining(["credentials"]));
    expect([...readEvidence(letter({ text }), lookups).lures.keys()]).toEqual([]);
  });

  test("an inducement with pictures and no link: what is to be done stands in a picture, as with a code cut in two (E20)", () => {
    const html = { hidden: 0, forms: 0, passwords: 0, scripts: 0, refreshes: 0, comments: 0, entities: 0, images: ["cid:left", "cid:right"] };
    const part = { subject: "Verify your password", text: "Scan the code to verify your account", html };
    expect(readEvidence(letter(part), lookups).evidence.pictureCall).toBe(1);
    const link = { href: "https://partner.example/", text: "partner.example", plain: false, image: false };
    expect(readEvidence(letter({ ...part, links: [link] }), lookups).evidence.pictureCall).toBe(0);
    expect(readEvidence(letter({ ...part, subject: "minutes", text: "see the photos" }), lookups).evidence.pictureCall).toBe(0);
  });

  test("words are found whole: no bonus in bonustrack.c, no ing in meeting", () => {
    const { evidence } = readEvidence(letter({ name: "Meeting Room", subject: "claiming rows", text: "taxis, unpayrolled" }), lookups);
    expect(evidence).toMatchObject({ brandInName: 0, tax: 0, payroll: 0, lureInSubject: 0 });
  });

  test("a newsletter with links to its own domain is not what deep words make it", () => {
    const links = Array.from({ length: 12 }, (_, i) => ({
      href: `https://news.shop.example/${i}`,
      text: i === 0 ? "Unsubscribe" : "Read more",
      plain: false,
      image: false,
    }));
    const text = `${"Our summer collection is here. ".repeat(80)} win a prize, verify your account, your parcel was delivered`;
    expect(score({ name: "Shop", address: "news@shop.example", subject: "Summer at Shop", text, links, html: { ...EMPTY } })).toBeLessThan(honest + 1);
  });

  test("languages are named for people (E1)", () => {
    for (const [language, text] of [
      ["zh", "您的文件已经送达，请查收"],
      ["ko", "문서가 도착했습니다"],
      ["ar", "تم تسليم المستند"],
      ["ja", "書類が届きました。ご確認ください"],
      ["de", "Bitte bestätigen Sie Ihre Anmeldung, die wir für Sie haben und das ist nicht alles"],
    ])
      expect(languageOf(text ?? "", lookups.languages)).toBe(language);
  });

  test("any text whatever gives finite evidence", () => {
    const any = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(any, any, any, any, (name, subject, text, href) => {
        const { evidence } = readEvidence(
          letter({
            name,
            subject,
            text,
            address: `${name}@${subject}`,
            links: [{ href, text: subject, plain: false, image: true }],
            html: { ...EMPTY, images: [href] },
          }),
          lookups,
        );
        return FEATURE_NAMES.every((f) => Number.isFinite(evidence[f]) && evidence[f] >= 0);
      }),
      { numRuns: 200 },
    );
  });

  test("every feature has a weight of its own sign", () => {
    expect(shipped.weights).toHaveLength(FEATURE_NAMES.length);
    expect(FEATURE_NAMES.filter((name, j) => !((shipped.weights[j] ?? Number.NaN) * FEATURES[name].sign >= 0))).toEqual([]);
  });
});

const EMPTY = { hidden: 0, forms: 0, passwords: 0, scripts: 0, refreshes: 0, comments: 0, entities: 0, images: [] };
