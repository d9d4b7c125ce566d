/** An unstructured header value: as it is when ASCII, else encoded words of UTF-8 in base64 (RFC 2047), none longer than 75 characters. */
export function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let piece = "";
  for (const c of text) {
    if (Buffer.byteLength(piece + c) > 42) {
      words.push(piece);
      piece = "";
    }
    piece += c;
  }
  return [...words, piece].map((w) => `=?utf-8?B?${Buffer.from(w).toString("base64")}?=`).join("\r\n ");
}

/** A mailbox in an address header: name quoted or encoded as needed (RFC 5322 §3.4). */
export function mailbox(address: { name: string; mail: string }): string {
  if (address.name === "") return address.mail;
  const name = /^[\x20-\x7e]*$/.test(address.name)
    ? /^[A-Za-z0-9 '-]+$/.test(address.name)
      ? address.name
      : `"${address.name.replace(/["\\]/g, "\\$&")}"`
    : headerText(address.name);
  return `${name} <${address.mail}>`;
}

/** Text as quoted-printable (RFC 2045 §6.7), lines of 76 at most. */
export function quotedPrintable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const units: string[] = [];
      for (const byte of Buffer.from(line))
        units.push(
          (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32 || byte === 9
            ? String.fromCharCode(byte)
            : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`,
        );
      const last = units.at(-1);
      if (last === " ") units[units.length - 1] = "=20";
      let out = "";
      let width = 0;
      for (const unit of units) {
        if (width + unit.length > 75) {
          out += "=\r\n";
          width = 0;
        }
        out += unit;
        width += unit.length;
      }
      return out;
    })
    .join("\r\n");
}

export function base64Lines(data: Buffer): string {
  return (data.toString("base64").match(/.{1,76}/g) ?? []).join("\r\n");
}

/** A parameter that may hold any script: plain when ASCII, else RFC 2231. */
export function fileNameParameter(key: string, name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? `${key}="${name.replaceAll('"', "'")}"` : `${key}*=utf-8''${encodeURIComponent(name)}`;
}

/** Date in the author's zone (RFC 5322 §3.3). */
export function mailDate(ms: number, offset: number): string {
  const local = new Date(ms + offset);
  const sign = offset < 0 ? "-" : "+";
  const minutes = Math.abs(Math.round(offset / 60_000));
  const zone = `${sign}${String(Math.floor(minutes / 60)).padStart(2, "0")}${String(minutes % 60).padStart(2, "0")}`;
  const [day, date, month, year] = local.toUTCString().replace(",", "").split(" ");
  return `${day}, ${Number(date)} ${month} ${year} ${local.toISOString().slice(11, 19)} ${zone}`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
