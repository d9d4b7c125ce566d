import { expect, test } from "vitest";
import { finishMessage, openLayers } from "../parsers/mail/open-layers.ts";
import { openPlain } from "../parsers/mail/open-message.ts";
import { builtMails } from "./qr-variants.ts";

test("E21: a code is read wherever it is hidden, and the stages lead to its link", async () => {
  const link = "https://sssafjeuihiolsw.example/u?e=a1b2";
  const missed: string[] = [];
  const mails = await builtMails(link);
  expect(new Set(mails.map((m) => m.group))).toEqual(new Set(["picture", "split", "drawn", "docx", "xlsx", "pptx", "odt", "pdf", "nested"]));
  for (const mail of mails) {
    const opening = openPlain(mail.bytes, mail.variant, { rewriters: [] });
    await openLayers(opening, { rewriters: [] });
    const message = finishMessage(opening.message);
    const found = message.codes.find((c) => c.text === link);
    const chained = message.stages.some((s) => s[0] === "mail" && s.at(-2) === "qr" && s.at(-1) === "link");
    if (found === undefined || !message.urls.some((u) => u.stage === "qr" && u.url === link) || !chained) missed.push(mail.variant);
    if (mail.group === "docx")
      expect([message.stages, found?.source, (found?.thumbnail?.length ?? 0) > 100]).toEqual([
        [["mail", "document", "image", "qr", "link"]],
        "office-image",
        true,
      ]);
  }
  expect(missed).toEqual([]);
});
