import type { AttachmentFlag, OpenedAttachment } from "./opened-message.ts";

const PROGRAM_NAME = /\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|wsh|hta|ps1|msi|cpl|jar|lnk|iso|img|vhdx?|dll|reg|url|appx|msix|application|xll|chm)$/i;
const HARMLESS_INNER = /\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|csv|zip|mp[34]|wav)\s*\.[a-z0-9]{2,12}$/i;
const EXECUTABLE = new Set(["exe", "elf", "macho", "class", "jar", "swf", "wasm", "chm"]);
const DISK = new Set(["iso", "udf", "vhd", "vhdx", "dmg"]);
const CLOSED = new Set(["rar", "7z", "ace", "arj", "cab", "bz2", "xz", "zst", "pgp", "p7"]);
/** Kinds that one extension may honestly hold. */
const FITS: Readonly<Record<string, RegExp>> = {
  pdf: /^pdf$/,
  docx: /^docx$/,
  xlsx: /^xlsx$/,
  pptx: /^pptx$/,
  doc: /^(ole|rtf|docx|html|xml)$/,
  xls: /^(ole|xlsx|html|xml|txt)$/,
  ppt: /^(ole|pptx)$/,
  png: /^(png|jpg|gif|webp)$/,
  jpg: /^(jpg|png|webp|gif|heif)$/,
  jpeg: /^(jpg|png|webp|gif|heif)$/,
  gif: /^(gif|png|jpg)$/,
  zip: /^zip$/,
  txt: /^(txt|html|xml|ics|vcf|eml|)$/,
  rtf: /^rtf$/,
};

/** What name and content say of a file without opening it. */
export function nameFlags(file: Pick<OpenedAttachment, "name" | "kind">): AttachmentFlag[] {
  const flags: AttachmentFlag[] = [];
  const extension = /\.([a-z0-9]{1,12})$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (EXECUTABLE.has(file.kind) || PROGRAM_NAME.test(file.name)) flags.push("executable");
  if (file.kind === "script") flags.push("script");
  if (DISK.has(file.kind)) flags.push("disk-image");
  if (file.kind === "lnk" || file.kind === "url") flags.push("shortcut");
  if (HARMLESS_INNER.test(file.name) && PROGRAM_NAME.test(file.name)) flags.push("double-extension");
  if (/[\u202a-\u202e\u2066-\u2069]/.test(file.name)) flags.push("bidi-name");
  if (file.kind !== "" && FITS[extension]?.test(file.kind) === false) flags.push("type-mismatch");
  if (CLOSED.has(file.kind) || DISK.has(file.kind)) flags.push("not-opened");
  return flags;
}
