import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { letterBytes } from "../support/mail-lab.ts";
import { addToken, get, serve, until } from "../support/run-wonted.ts";
import { put, tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 240_000 });

interface Log {
  rows: { mail: { id: string }; campaign?: { id: string; messages: number; senders: number; readers: number; pattern: string } }[];
  stored: number;
}

test("mail of a watched folder is kept over kill -9, sealed; the next sender of the shape joins its campaign after it (E9, E10, E11)", async () => {
  const folder = tempFolder();
  const data = join(folder, "data");
  const post = join(folder, "post");
  mkdirSync(post);
  const config = put(folder, "wonted.yaml", 'version: 1\nmail: {dns: "off"}\nsources:\n  - {id: office, kind: mail, path: post}\n');
  const token = await addToken(data);
  const arrive = (n: number, box: string): void => {
    const bytes = letterBytes({
      html: `<p>Anna, scan the code. ${n}</p>`,
      from: `=?utf-8?B?6LSi5Yqh6YOo?= <${box}@fastflavor.example>`,
      to: `Reader <reader${n}@own.example>`,
      code: "https://sssafjeuihiolsw.example/TeLuvqUr",
      date: new Date(Date.now() + n).toUTCString(),
    });
    // Whole at once, as a mail server delivers.
    writeFileSync(join(folder, "part"), bytes);
    renameSync(join(folder, "part"), join(post, `${n}.eml`));
  };
  const first = await serve(["--data", data, "--config", config]);
  await first.says("Source office is read up to now");
  ["10234", "10871", "10455"].forEach((box, n) => {
    arrive(n, box);
  });
  const log = (url: string) => get<Log>(url, token, "/api/v1/mails?verdict=all");
  const before = await until(
    () => log(first.url),
    (l) => l.stored === 3 && l.rows[0]?.campaign?.messages === 3,
  );
  expect(before.rows).toMatchObject([{ campaign: { senders: 3, readers: 3, pattern: "10???@fastflavor.example" } }]);
  const mail = `/api/v1/mails/${before.rows[0]?.mail.id}`;
  const detail = await get<object>(first.url, token, mail);
  expect(detail).toMatchObject({ letterState: "kept", letter: { codes: [{ text: "hxxps[://]sssafjeuihiolsw[.]example/TeLuvqUr", picture: true }] } });
  await first.kill();

  const second = await serve(["--data", data, "--config", config]);
  await second.says("Source office is read up to now");
  expect(await log(second.url)).toEqual(before);
  expect(await get(second.url, token, mail)).toEqual(detail);
  arrive(3, "10902");
  const after = await until(
    () => log(second.url),
    (l) => l.stored === 4 && l.rows[0]?.campaign?.messages === 4,
  );
  expect(after.rows).toMatchObject([{ campaign: { id: before.rows[0]?.campaign?.id, senders: 4, readers: 4 } }]);
  const campaign = await get<{ bySender: object[] }>(second.url, token, `/api/v1/mail-campaigns/${before.rows[0]?.campaign?.id}`);
  expect(campaign.bySender.at(-1)).toMatchObject({ sender: "10902@fastflavor.example", linked: true });
  // Records elsewhere name none of the readers, and a token is no person who could give a reason.
  expect(JSON.stringify(await get(second.url, token, "/api/v1/search?family=mail"))).not.toMatch(/reader\d@own/);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const reveal = await fetch(`${second.url}${mail}/reveal`, { method: "POST", headers, body: JSON.stringify({ why: "I would like to know" }) });
  expect({ status: reveal.status, problem: await reveal.json() }).toMatchObject({ status: 403, problem: { code: "session-needed" } });
  expect(await second.stop()).toBe(0);
});
