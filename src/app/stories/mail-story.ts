import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { HOUR, MINUTE } from "../../base/time.ts";
import { FedLife } from "./fed-life.ts";
import { CAMPAIGN_ROWS, tellCampaign } from "./mail-campaign-rows.ts";
import { LETTER_ROWS, tellLetters } from "./mail-letter-rows.ts";
import { MAIL_PAGES, tellMailPages } from "./mail-pages.ts";
import { type MailTold, readMail } from "./mail-told.ts";
import { OutsideLab } from "./outside-lab.ts";
import type { StoryBrowser } from "./story-browser.ts";
import { StoryPlatform } from "./story-platform.ts";
import type { Table } from "./table.ts";

export const MAIL_ROWS: readonly string[] = [...CAMPAIGN_ROWS, ...LETTER_ROWS, ...MAIL_PAGES];
const FIRST_DAY = 2;
export const LANGUAGES = ["zh", "en", "ko", "ar"] as const;
export const OTHER_PAYLOADS = ["qr-pdf", "qr-image", "link-docx", "link"] as const;

export function mailLife(): FedLife {
  return new FedLife({
    seed: 13,
    people: 60,
    days: 5,
    start: "2026-03-02",
    lanes: ["mail"],
    fewerMails: { from: FIRST_DAY, share: 0.4 },
    attacks: [
      ...LANGUAGES.map((language, i) => [`mail-campaign:language=${language}`, FIRST_DAY, 540 + i * 7] as const),
      ...OTHER_PAYLOADS.map((payload, i) => [`mail-campaign:language=en,payload=${payload},mails=3,senders=1,days=0.02`, FIRST_DAY, 660 + i * 11] as const),
    ],
  });
}

/** The third post: two days of mail are learned, then four campaigns in four languages come over three days. */
export async function tellMail(table: Table, say: (line: string) => void, browser: StoryBrowser | string): Promise<void> {
  say("the mail of 60 people: two days to learn, three days with campaigns in four languages");
  const life = mailLife();
  const lab = await new OutsideLab().open();
  const platform = new StoryPlatform(life.at(FIRST_DAY, 0), say);
  try {
    const told = await playMail(life, platform, lab, say);
    await tellCampaign(table, told);
    if (typeof browser === "string") table.skip(MAIL_PAGES, browser);
    else {
      await tellMailPages(table, told, browser);
      await browser.leave();
    }
    await tellLetters(table, told);
  } finally {
    await platform.close();
    await lab.close();
  }
}

export async function playMail(life: FedLife, platform: StoryPlatform, lab: OutsideLab, say: (line: string) => void): Promise<MailTold> {
  mkdirSync(platform.path("post"));
  platform.put("org.yaml", life.organisation);
  const chinese = life.truth.find((t) => t.entity.endsWith(".cn"));
  platform.put("lawful.txt", `${chinese?.entity.split("@")[1]}, the house itself\n`);
  const pem = certificate(platform);
  const names = await lab.names(new Map([[chinese?.host ?? "", [["11.0.0.3"]]]]));
  await lab.secureWeb("11.0.0.3:443", pem, (_request, answer) =>
    answer.setHeader("content-type", "text/html").end("<title>Sign in</title><form action=/in><input type=password></form>"),
  );
  platform.put(
    "wonted.yaml",
    `version: 1
organisation: org.yaml
sources:
  - {id: post, kind: mail, path: post}
links:
  proxy: ${lab.proxy}
  nameServers: ["${names}"]
  registry: false
intelligence:
  - {id: lawful, kind: list, path: lawful.txt, verdict: benign}
`,
  );
  // What lies there before the source is followed, and is more than a day old, is learned from.
  life.write(platform.folder, life.at(FIRST_DAY, 0));
  await platform.start();
  for (let day = FIRST_DAY; day < 5; day++) {
    for (let hour = 6; hour <= 22; hour += 2) await life.live(platform, life.at(day, hour * 60), 2 * HOUR);
    say(`  day ${day - FIRST_DAY + 1} of mail is judged`);
  }
  await platform.passTo(platform.clock.now() + 6 * MINUTE);
  return await readMail(life, platform, lab);
}

function certificate(platform: StoryPlatform): { key: string; cert: string } {
  const [key, cert] = [platform.path("key.pem"), platform.path("page.pem")];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=page.example"];
  execFileSync("openssl", [...args, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}
