import { expect, test } from "vitest";
import { finishMessage, openLayers } from "../parsers/mail/open-layers.ts";
import { openPlain } from "../parsers/mail/open-message.ts";
import { builtMails } from "./qr-variants.ts";

test("E21: of mail that is only learned from, codes of the first tries are read, with a fraction of the work on a page that has none", async () => {
  const link = "https://sssafjeuihiolsw.example/u?e=a1b2";
  const mails = await builtMails(link);
  const read = async (variant: string, brief: boolean): Promise<string[]> => {
    const mail = mails.find((m) => m.variant === variant);
    if (mail === undefined) throw new Error(`no ${variant}`);
    const opening = openPlain(mail.bytes, mail.variant, { rewriters: [] });
    await openLayers(opening, { rewriters: [] }, brief);
    return opening.message.codes.map((c) => c.text);
  };
  for (const variant of ["docx", "pdf", "pdf, drawn", "html table"]) expect([variant, await read(variant, true)]).toEqual([variant, [link]]);
  // One that takes many tries: read in full where it is judged, given up where it is history.
  const hard = "pdf, drawn in small dots, turned";
  expect([await read(hard, true), await read(hard, false)]).toEqual([[], [link]]);
});

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
