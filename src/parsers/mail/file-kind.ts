/** What a file is by its content. `kind` "" and application/octet-stream when it is nothing we know. */
export interface FileKind {
  kind: string;
  type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  zip: "application/zip",
  rar: "application/vnd.rar",
  "7z": "application/x-7z-compressed",
  gz: "application/gzip",
  bz2: "application/x-bzip2",
  xz: "application/x-xz",
  zst: "application/zstd",
  cab: "application/vnd.ms-cab-compressed",
  tar: "application/x-tar",
  ace: "application/x-ace-compressed",
  arj: "application/x-arj",
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  bmp: "image/bmp",
  webp: "image/webp",
  tiff: "image/tiff",
  heif: "image/heif",
  avif: "image/avif",
  ico: "image/vnd.microsoft.icon",
  emf: "image/emf",
  wmf: "image/wmf",
  svg: "image/svg+xml",
  jxl: "image/jxl",
  ole: "application/x-ole-storage",
  rtf: "application/rtf",
  tnef: "application/ms-tnef",
  one: "application/onenote",
  exe: "application/vnd.microsoft.portable-executable",
  elf: "application/x-elf",
  macho: "application/x-mach-binary",
  class: "application/java-vm",
  lnk: "application/x-ms-shortcut",
  iso: "application/x-iso9660-image",
  vhd: "application/x-vhd",
  vhdx: "application/x-vhdx",
  udf: "application/x-udf-image",
  dmg: "application/x-apple-diskimage",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  epub: "application/epub+zip",
  jar: "application/java-archive",
  html: "text/html",
  xml: "application/xml",
  eml: "message/rfc822",
  ics: "text/calendar",
  vcf: "text/vcard",
  mobileconfig: "application/x-apple-aspen-config",
  url: "application/x-mswinurl",
  script: "text/x-script",
  txt: "text/plain",
  ps: "application/postscript",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
  pgp: "application/pgp-encrypted",
  p7: "application/pkcs7-mime",
  chm: "application/vnd.ms-htmlhelp",
  swf: "application/x-shockwave-flash",
  wasm: "application/wasm",
  font: "font/sfnt",
};

const MAGIC: readonly (readonly [hex: string, kind: string])[] = [
  ["504b0304", "zip"],
  ["504b0506", "zip"],
  ["504b0708", "zip"],
  ["526172211a07", "rar"],
  ["377abcaf271c", "7z"],
  ["1f8b", "gz"],
  ["425a68", "bz2"],
  ["fd377a585a00", "xz"],
  ["28b52ffd", "zst"],
  ["4d534346", "cab"],
  ["60ea", "arj"],
  ["89504e470d0a1a0a", "png"],
  ["ffd8ff", "jpg"],
  ["47494638", "gif"],
  ["49492a00", "tiff"],
  ["4d4d002a", "tiff"],
  ["00000100", "ico"],
  ["d7cdc69a", "wmf"],
  ["ff0a", "jxl"],
  ["d0cf11e0a1b11ae1", "ole"],
  ["7b5c7274", "rtf"],
  ["789f3e22", "tnef"],
  ["e4525c7b8cd8a74daeb15378d02996d3", "one"],
  ["7f454c46", "elf"],
  ["cafebabe", "class"],
  ["feedface", "macho"],
  ["feedfacf", "macho"],
  ["cffaedfe", "macho"],
  ["4c0000000114020000000000c000000000000046", "lnk"],
  ["636f6e6563746978", "vhd"],
  ["7668647866696c65", "vhdx"],
  ["25215053", "ps"],
  ["494433", "mp3"],
  ["49545346", "chm"],
  ["435753", "swf"],
  ["465753", "swf"],
  ["0061736d", "wasm"],
  ["00010000", "font"],
  ["4f54544f", "font"],
];

/** By leading bytes, by marks at fixed places, then by how a text begins. Names are not looked at. Reads at most 64 KiB and some bytes further in. */
export function fileKind(bytes: Buffer): FileKind {
  const kind = kindOf(bytes);
  return { kind, type: TYPES[kind] ?? "application/octet-stream" };
}

export function typeOfKind(kind: string): string {
  return TYPES[kind] ?? "application/octet-stream";
}

function kindOf(bytes: Buffer): string {
  const head = bytes.toString("hex", 0, 20);
  for (const [magic, kind] of MAGIC) if (head.startsWith(magic)) return kind;
  const ascii = sliceOf(bytes, 0, 1_024);
  if (/^[\s\S]{0,1019}%PDF-/.test(ascii)) return "pdf";
  if (ascii.startsWith("MZ")) return "exe";
  if (ascii.startsWith("BM") && bytes.length > 26 && bytes.readUInt32LE(14) <= 124) return "bmp";
  if (ascii.startsWith("RIFF")) return ascii.slice(8, 12) === "WEBP" ? "webp" : "wav";
  if (ascii.slice(4, 8) === "ftyp") return /^(avif|avis)/.test(ascii.slice(8)) ? "avif" : /^(hei|hev|mif1|msf1)/.test(ascii.slice(8)) ? "heif" : "mp4";
  if (head.startsWith("01000000") && ascii.slice(40, 44) === " EMF") return "emf";
  if (ascii.slice(257, 262) === "ustar") return "tar";
  if (ascii.slice(7, 14) === "**ACE**") return "ace";
  if (sliceOf(bytes, 32_769, 32_774) === "CD001") return "iso";
  if (/^(BEA01|NSR0[23])/.test(sliceOf(bytes, 32_769, 32_774))) return "udf";
  if (bytes.length > 512 && sliceOf(bytes, bytes.length - 512, bytes.length - 504) === "conectix") return "vhd";
  if (bytes.length > 512 && sliceOf(bytes, bytes.length - 512, bytes.length - 508) === "koly") return "dmg";
  return kindOfText(bytes);
}

function kindOfText(bytes: Buffer): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const raw = wide ? bytes.subarray(2, 8_192).toString("utf16le") : sliceOf(bytes, 0, 4_096);
  const text = raw.replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, "").trimStart();
  if (/^<\?xml[^>]*>\s*(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<(?:\w+:)?svg[\s>]/i.test(text) || /^<svg[\s>]/i.test(text)) return "svg";
  if (/^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta|title|iframe|form|table|div)[\s>]/i.test(text)) return "html";
  if (/<plist[\s>]/i.test(text) && /PayloadType|PayloadContent/.test(sliceOf(bytes, 0, 65_536))) return "mobileconfig";
  if (/^<\?xml/i.test(text)) return "xml";
  if (/^BEGIN:VCALENDAR/i.test(text)) return "ics";
  if (/^BEGIN:VCARD/i.test(text)) return "vcf";
  if (/^\[InternetShortcut\]/i.test(text)) return "url";
  if (/^-----BEGIN PGP MESSAGE/.test(text)) return "pgp";
  if (
    /^(?:@echo off|#!\s*\/|<%|'?\s*on error resume next|dim [a-z]\w*|set [a-z]\w* = createobject|var [a-z_$][\w$]* ?= ?(?:new activexobject|wscript)|powershell)/i.test(
      text,
    )
  )
    return "script";
  if (
    /^(?:(?:from|to|subject|received|return-path|delivered-to|message-id|date|mime-version|x-[\w-]+|content-type|reply-to): .*\r?\n(?:[ \t].*\r?\n)*){3}/i.test(
      text,
    )
  )
    return "eml";
  if (text === "" || wide) return wide ? "txt" : "";
  const odd = [...text.slice(0, 1_024)].filter((c) => c < " " && !"\t\r\n\f\u001b".includes(c)).length;
  return odd === 0 ? "txt" : "";
}

function sliceOf(bytes: Buffer, from: number, to: number): string {
  return bytes.subarray(from, to).toString("latin1");
}
