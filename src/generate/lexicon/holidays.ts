const FIXED: Readonly<Record<string, readonly string[]>> = {
  CH: ["01-01", "01-02", "05-01", "08-01", "12-25", "12-26"],
  DE: ["01-01", "05-01", "10-03", "12-25", "12-26"],
  AT: ["01-01", "01-06", "05-01", "08-15", "10-26", "11-01", "12-08", "12-25", "12-26"],
  GB: ["01-01", "12-25", "12-26"],
  IE: ["01-01", "03-17", "12-25", "12-26"],
  NL: ["01-01", "04-27", "12-25", "12-26"],
  FR: ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"],
  US: ["01-01", "06-19", "07-04", "11-11", "12-25"],
  CA: ["01-01", "07-01", "11-11", "12-25", "12-26"],
  ES: ["01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25"],
  IT: ["01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"],
  PL: ["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"],
  SE: ["01-01", "01-06", "05-01", "06-06", "12-25", "12-26"],
};

/** Days after Easter Sunday on which the country rests. */
const MOVABLE: Readonly<Record<string, readonly number[]>> = {
  CH: [-2, 1, 39, 50],
  DE: [-2, 1, 39, 50],
  AT: [1, 39, 50, 60],
  GB: [-2, 1],
  IE: [1],
  NL: [-2, 1, 39, 50],
  FR: [1, 39, 50],
  CA: [-2],
  ES: [-2],
  IT: [1],
  PL: [1, 60],
  SE: [-2, 1, 39],
};

/** Public holidays as YYYY-MM-DD, fixed ones and those that hang on Easter; none moves to a Monday. Unknown country: New Year's Day alone. */
export function holidaysOf(country: string, year: number): ReadonlySet<string> {
  const dates = new Set((FIXED[country] ?? ["01-01"]).map((d) => `${year}-${d}`));
  const easter = easterSunday(year);
  for (const shift of MOVABLE[country] ?? []) dates.add(new Date(easter + shift * 86_400_000).toISOString().slice(0, 10));
  return dates;
}

/** Western Easter as midnight UTC, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return Date.UTC(year, month - 1, day);
}
