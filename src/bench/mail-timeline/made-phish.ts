import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const BRANDS = ["Microsoft", "DHL", "PayPal", "DocuSign", "Netflix", "Amazon", "Dropbox", "Santander", "LinkedIn", "WeTransfer"];
const LURES = [
  ["Your mailbox is full", "Your mailbox storage is full. Verify your account within 24 hours or it will be suspended.", "Verify now"],
  ["Invoice overdue", "Your invoice is overdue. Please confirm the payment details immediately.", "View invoice"],
  ["Parcel on hold", "Your parcel is waiting. A customs fee must be paid before delivery.", "Pay fee"],
  ["Unusual sign-in", "Unusual sign-in activity was detected. Your account is limited until you confirm your identity.", "Confirm"],
  ["A document was shared with you", "A document was shared with you. Sign in with your password to view the document.", "View document"],
  ["Gehaltsabrechnung", "Ihre Gehaltsabrechnung ist bereit. Bitte bestätigen Sie Ihre Zugangsdaten umgehend.", "Hier anmelden"],
  ["Facture impayée", "Votre facture est impayée. Confirmez votre compte sous 24 heures.", "Cliquez ici"],
  ["薪资补贴通知", "请立即验证您的账号以领取补贴,逾期将被冻结。", "点击查看"],
] as const;
const TALK = [
  ["Quick request", "Are you at your desk? I need you to handle an urgent payment for me. Reply as soon as possible."],
  ["Change of bank details", "Please note that our bank details have changed. Use the new bank account for the next payment."],
  ["Gift cards", "I need gift cards for a client today. Can you buy five and send me the codes immediately?"],
] as const;

/** Text of the bench's own making, for when no folder of phish is given: 80 messages with a link, 30 of plain talk. Returns the folder. */
export function madePhish(folder: string): string {
  mkdirSync(folder, { recursive: true });
  let n = 0;
  const write = (from: string, subject: string, type: string, body: string): void => {
    const head = [
      `From: ${from}`,
      "To: someone@recipient.example",
      `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`,
      "Date: Mon, 02 Mar 2026 08:00:00 +0000",
      "MIME-Version: 1.0",
    ];
    writeFileSync(
      join(folder, `made-${String(n++).padStart(3, "0")}.eml`),
      [...head, `Content-Type: ${type}; charset=utf-8`, "Content-Transfer-Encoding: 8bit", "", body].join("\r\n"),
    );
  };
  BRANDS.forEach((brand, b) => {
    LURES.forEach(([subject, text, call], l) => {
      const link = `https://${["login", "secure", "files", "my"][(b + l) % 4]}-${brand.toLowerCase()}${b}${l}.${["top", "xyz", "click", "shop"][(b * 3 + l) % 4]}/${b}${l}`;
      write(
        `${brand} <no-reply${l}@mail${b}-${l}.${["info", "online", "store"][(b + l) % 3]}>`,
        `${brand}: ${subject}`,
        "text/html",
        `<p>Dear customer,</p><p>${text}</p><p><a href="${link}">${call}</a></p><p>${brand} team ${b * 8 + l}</p>`,
      );
    });
  });
  for (let i = 0; i < 30; i++) {
    const [subject, text] = TALK[i % TALK.length] as (typeof TALK)[number];
    write(`Office ${i} <office${i}@gmail.com>`, `${subject} ${i}`, "text/plain", `Hello,\r\n${text}\r\nRegards ${i}`);
  }
  return folder;
}
