import type { LinkLookups } from "../links/link-lookups.ts";
import { passwordWords } from "./archives/passwords.ts";
import { ProduceBudget } from "./archives/produce-budget.ts";
import { CodeReader } from "./codes/code-reader.ts";
import { Layer, type LayerTools } from "./layer.ts";
import { nameFlags } from "./name-flags.ts";
import { openPlain, type PlainOpening } from "./open-message.ts";
import type { OpenedMessage, Stage } from "./opened-message.ts";

/** True when there is a file, picture or drawing that only openLayers looks into. */
export function hasLayers(opening: PlainOpening): boolean {
  return opening.files.length > 0 || opening.grids.length > 0;
}

/**
 * Everything inside the files of a message: archives, documents, pages, pictures, codes, nested mail, to five layers deep. Slow (8-300 ms a picture, 200 ms a
 * page) and made of parsers that hostile bytes may break or exhaust: run it in a process with limits. What it finds is added to `opening.message`.
 * `brief`: codes that are hard to read are not tried for, see CodeReader.
 */
export async function openLayers(opening: PlainOpening, lookups: Pick<LinkLookups, "rewriters">, brief = false): Promise<void> {
  const { message, limits, urls } = opening;
  const codes = new CodeReader(limits, brief);
  const budget = new ProduceBudget(limits);
  let words: string[] | undefined;
  const tools: LayerTools = {
    message,
    limits,
    urls,
    codes,
    budget,
    lookups,
    passwords: () => {
      words ??= passwordWords(
        message.subject,
        message.text.visible === message.text.plain ? message.text.plain : `${message.text.visible}\n${message.text.plain}`,
        message.attachments.map((a) => a.name),
      );
      return words;
    },
    openNested: (bytes, name) => openPlain(bytes, name, lookups),
  };
  const layer = new Layer(tools);
  for (const { grid, path } of opening.grids) await codes.grid(grid, path);
  for (const file of opening.files) await layer.open(file, 0);
  await codes.joinNeighbours();
  message.codes = codes.found;
  for (const code of codes.found) {
    const place = { stage: "qr" as const, source: code.source, path: code.path };
    if (/^\s*(?:https?:|www\.)/i.test(code.text)) urls.add(code.text, place);
    else if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#]\S*)?$/i.test(code.text.trim())) urls.add(`http://${code.text.trim()}`, place);
    else urls.addText(code.text, place);
  }
}

/** Flags by name and the chains of stages; call once, when nothing more is added. */
export function finishMessage(message: OpenedMessage): OpenedMessage {
  for (const attachment of message.attachments) {
    for (const flag of nameFlags(attachment)) if (!attachment.flags.includes(flag)) attachment.flags.push(flag);
  }
  message.stages = stagesOf(message);
  return message;
}

function stagesOf(message: OpenedMessage): Stage[][] {
  const chains = new Map<string, Stage[]>();
  const add = (chain: Stage[]): void => {
    if (chains.size < 50) chains.set(chain.join(">"), chain);
  };
  for (const url of message.urls) {
    const middle = url.path.flatMap((_, i) => stageOf(message, url.path.slice(0, i + 1)));
    if (url.stage === "qr") add(["mail", ...middle, "qr", "link"]);
    else add(["mail", ...middle, "link"]);
  }
  for (const code of message.codes) add(["mail", ...code.path.flatMap((_, i) => stageOf(message, code.path.slice(0, i + 1))), "qr"]);
  const all = [...chains.values()];
  // A chain that goes on is told once, at its full length.
  return all.filter((chain) => !all.some((other) => other.length > chain.length && chain.every((stage, i) => other[i] === stage)));
}

const PICTURES = new Set(["png", "jpg", "gif", "bmp", "webp", "tiff", "heif", "avif", "ico", "emf", "wmf", "svg", "jxl"]);
const ARCHIVES = new Set(["zip", "gz", "tar", "rar", "7z", "jar"]);

function stageOf(message: OpenedMessage, path: readonly string[]): Stage[] {
  const name = path.at(-1) ?? "";
  const attachment = message.attachments.find(
    (a) => (a.name === name || name.startsWith("part ")) && a.path.length === path.length - 1 && a.path.every((p, i) => p === path[i]),
  );
  const kind = attachment?.kind ?? "";
  if (kind === "eml") return ["nested-mail"];
  if (ARCHIVES.has(kind)) return ["archive"];
  if (PICTURES.has(kind) || /\.(?:png|jpe?g|gif|bmp|webp|emf|wmf|tiff?)$/i.test(name) || /^(?:data|picture) \d+$|^html-table$|^block-characters$/.test(name))
    return ["image"];
  if (kind === "html" || kind === "svg") return ["page"];
  if (kind === "ics") return ["calendar"];
  return /^page \d+$/.test(name) ? [] : attachment === undefined ? [] : ["document"];
}
