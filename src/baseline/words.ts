/** 1234567 -> "1.23 MB"; whole bytes below 1,000. */
export function bytesInWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Whole number with thousands separated by commas. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** 90 -> "90 s", 600 -> "10 min", 7200 -> "2 h". */
export function secondsInWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** How long something has been learned: "9 hours", "3 days". */
export function historyInWords(hours: number): string {
  if (hours < 1) return "no history yet";
  if (hours < 48) return `${Math.round(hours)} active hour${Math.round(hours) === 1 ? "" : "s"}`;
  return `${count(hours)} active hours`;
}

/** A text that may come from an attacker, shortened for a sentence. */
export function quoted(text: string): string {
  const clean = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  return `"${clean}"`;
}
