import { DAY, SECOND } from "../../../base/time.ts";
import { FIRST_PARTS, SECOND_PARTS } from "../../lexicon/words.ts";
import { htmlOf } from "../../mail/author.ts";
import { docx } from "../../mail/files/office.ts";
import { pdf } from "../../mail/files/pdf.ts";
import { modulesToPicture, png } from "../../mail/files/png.ts";
import { qrCode } from "../../mail/files/qr.ts";
import { type Attachment, mailFile } from "../../mail/message.ts";
import type { Draw } from "../../world/draw.ts";
import { addressIn } from "../../world/make-names.ts";
import { employed, worldOf } from "../people.ts";
import type { StepKind } from "../types.ts";
import { tell, wireOf } from "./tell.ts";

interface Tongue {
  /** Country of the sender's house, its domain ending, and the author's true one. */
  country: string;
  ending: string;
  names: readonly string[];
  subjects: readonly string[];
  file: readonly string[];
  text: readonly string[];
  scan: string;
}

// biome-ignore format: one language reads as a block
const TONGUES: Readonly<Record<string, Tongue>> = {
  zh: { country: "CN", ending: "cn", names: ["财务部", "财务部", "人事部", "行政部"], subjects: ["文件已送达", "个人所得税退税通知", "文件已发布", "工资补贴通知"], file: ["通知文件", "补贴申领通知", "税务通知"], text: ["您好：", "请查阅附件中的通知文件，并于今日内完成办理。"], scan: "请使用手机扫描二维码办理" },
  ko: { country: "KR", ending: "kr", names: ["재무팀", "인사팀", "총무부"], subjects: ["문서가 전달되었습니다", "소득세 환급 안내", "급여 명세 확인 요청"], file: ["안내문", "환급 신청서", "통지서"], text: ["안녕하세요.", "첨부된 안내문을 확인하시고 오늘까지 처리해 주시기 바랍니다."], scan: "휴대전화로 QR 코드를 스캔하세요" },
  ar: { country: "EG", ending: "com.eg", names: ["قسم المالية", "الموارد البشرية", "الإدارة"], subjects: ["تم تسليم المستند", "إشعار استرداد ضريبة الدخل", "تحديث كشف الرواتب"], file: ["إشعار", "نموذج الطلب"], text: ["مرحبا،", "يرجى الاطلاع على المستند المرفق وإتمام الإجراء اليوم."], scan: "امسح الرمز بهاتفك" },
  en: { country: "GB", ending: "co.uk", names: ["Finance Department", "Payroll", "Human Resources"], subjects: ["The document has been delivered", "Income Tax Return Notice", "The file has been released", "Salary adjustment notice"], file: ["Notification document", "Tax notice", "Payment advice"], text: ["Dear colleague,", "Please read the attached notice and complete the procedure today."], scan: "Scan the code with your telephone" },
};

/** A domain that its owner's new customers have not heard of: random letters and a cheap ending, or words put together. */
function landing(draw: Draw): string {
  return draw.chance(0.6)
    ? `${draw.token(draw.int(11, 17), "abcdefghijklmnopqrstuvwxyz")}.${draw.pick(["bond", "top", "xyz", "cyou", "sbs"])}`
    : `${draw.pick(["verify", "docs", "portal"])}-${draw.token(5, "abcdefghijklmnopqrstuvwxyz0123456789")}.${draw.pick(["online", "site", "info"])}`;
}

function payload(how: string, url: string, tongue: Tongue, name: string, at: number, draw: Draw): { files: Attachment[]; link: string | undefined } {
  const picture = modulesToPicture(qrCode(url, draw.pick(["L", "M", "Q"] as const)), draw.int(3, 7), draw.int(2, 4));
  const title = name;
  if (how === "qr-docx")
    return {
      files: [
        {
          name: `${name}.docx`,
          type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          data: docx({ title, author: "Administrator", created: at }, [...tongue.text, tongue.scan], [png(picture)]),
        },
      ],
      link: undefined,
    };
  if (how === "qr-pdf")
    return { files: [{ name: `${name}.pdf`, type: "application/pdf", data: pdf("Notice", ["Notice", "Scan the code"], picture) }], link: undefined };
  if (how === "qr-image")
    return { files: [{ name: `image00${draw.int(1, 9)}.png`, type: "image/png", data: png(picture), inline: `${draw.hex(8)}@x` }], link: undefined };
  if (how === "link-docx")
    return {
      files: [
        {
          name: `${name}.docx`,
          type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          data: docx({ title, author: "Administrator", created: at }, tongue.text, [], url),
        },
      ],
      link: undefined,
    };
  return { files: [], link: url };
}

/**
 * `mails` messages from `senders` addresses of one lawful house (sender policy passes, the author sits elsewhere) to as many people over `days`,
 * with a link that is hidden `payload`-wise. The addresses are five digits whose last three change, as branches of one house have them.
 */
export const mailCampaign: StepKind = (stage, values) => {
  const world = worldOf(stage);
  const { draw } = wireOf(stage, "campaign");
  const tongue = TONGUES[values.text("language")] ?? TONGUES.en;
  if (tongue === undefined) throw new RangeError("no language");
  const [mails, count, days] = [Math.round(values.number("mails")), Math.round(values.number("senders")), values.number("days")];
  const how = values.text("payload");
  const house = `${draw.pick(FIRST_PARTS)}${draw.pick(SECOND_PARTS)}-${draw.pick(["foods", "retail", "cafe", "mart"])}.${tongue.ending}`;
  const server = { hostname: `mail.${house}`, ip: addressIn(draw, tongue.country) };
  const block = String(draw.int(10, 99));
  const senders = Array.from({ length: count }, (_, i) => ({
    name: draw.chance(0.75) ? (tongue.names[0] ?? "") : draw.pick(tongue.names),
    mail: `${block}${String((i * 37 + draw.int(100, 130)) % 1_000).padStart(3, "0")}@${house}`,
  }));
  const host = landing(draw);
  const people = draw.shuffled(employed(stage));
  const spf = values.text("authentication") === "pass" ? ("pass" as const) : ("fail" as const);
  const start = stage.now;
  const times = Array.from(
    { length: mails },
    (_, i) => start + (mails === 1 ? 0 : (Math.floor((i / mails) * Math.max(1, days)) + draw.between(0, 0.25)) * Math.min(1, days) * DAY),
  ).sort((a, b) => a - b);
  const readers = new Set<string>();
  times.forEach((at, i) => {
    const from = senders[i % senders.length];
    const person = people[i % people.length];
    if (from === undefined || person === undefined) return;
    readers.add(person.mail);
    const url = `https://${host}/${draw.token(values.text("payload").startsWith("qr") ? 8 : 15)}`;
    const { files, link } = payload(how, url, tongue, draw.pick(tongue.file), at, draw);
    const text = [...tongue.text, ...(link === undefined ? [] : ["", link]), ""].join("\n");
    stage.out.emitted.push(
      mailFile(world, draw, {
        time: Math.floor(at),
        from,
        to: [{ name: "", mail: person.mail }],
        subject: draw.pick(tongue.subjects),
        messageId: `<${draw.token(18)}.${draw.hex(12)}@${house}>`,
        text,
        html: `${htmlOf(text, link)}${files[0]?.inline === undefined ? "" : `<img src="cid:${files[0].inline}">`}`,
        attachments: files,
        direction: "in",
        server,
        client: { ip: values.text("author") === "elsewhere" ? stage.place.ip : addressIn(draw, tongue.country), header: draw.chance(0.8) },
        zone: "Asia/Shanghai",
        spf,
        dkim: draw.chance(0.5) ? { result: spf, domain: house } : undefined,
        dmarc: { result: spf === "pass" ? "pass" : "fail", policy: "none" },
        mailer: draw.pick(["Coremail Webmail Server Version XT6.0", "Foxmail 7.2.25.331[cn]", "Microsoft Outlook 16.0"]),
      }),
    );
  });
  stage.now = Math.max(start + SECOND, times.at(-1) ?? start);
  for (const sender of senders.slice(0, Math.min(count, mails))) {
    const own = times.filter((_, i) => senders[i % senders.length] === sender);
    tell(stage, "mail-campaign", values, {
      start: own[0] ?? start,
      end: own.at(-1) ?? start,
      entity: sender.mail,
      host,
      peer: stage.place.ip,
      what: `one of ${count} senders of ${mails} mails to ${readers.size} people; ${how} to ${host}; author in ${stage.place.country}`,
      records: own.length,
    });
  }
};
