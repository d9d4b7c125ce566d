// Where the recorded scenes are laid: a week of work, a quiet weekend, and the Monday on which something is wrong. Times are UTC; Lindenhof is at UTC+1.
export const FIRST_DAY = "2026-11-16"; // a Monday
const DAY = 86_400;
const HOUR = 3_600;

/** Seconds since the epoch (UTC) at which each copy of a scene begins. A fixed little disorder keeps full hours from being the pattern. */
export function calendar(variants) {
  const base = Date.parse(`${FIRST_DAY}T00:00:00Z`) / 1_000;
  const placed = [];
  let n = 0;
  for (let day = 0; day < 8; day++) {
    const weekend = day === 5 || day === 6;
    for (let hour = 7; hour < 17 && !weekend; hour++) {
      // The last day ends at the odd things' end.
      if (day === 7 && hour > 14) continue;
      placed.push({ scene: `routine-${(n * 5 + day) % variants.routine}`, at: base + day * DAY + hour * HOUR + ((n * 1_237) % 2_900) });
      n++;
    }
    for (const hour of weekend ? [1, 5, 9, 13, 17, 21] : [1, 4, 20, 23]) {
      if (day === 7 && hour > 14) continue;
      placed.push({ scene: `night-${(n + hour) % variants.night}`, at: base + day * DAY + hour * HOUR + ((n * 977) % 1_500) });
      n++;
    }
    if (!weekend) placed.push({ scene: "morning", at: base + day * DAY + 6 * HOUR + 1_800 + ((day * 331) % 900) });
  }
  const monday = base + 7 * DAY;
  const at = (hour, minute) => monday + hour * HOUR + minute * 60;
  placed.push({ scene: "odd-agent", at: at(9, 12) });
  // Recorded for five and a half minutes, laid end to end for an hour and a quarter; UDP flows of one copy have timed out when the next begins.
  for (let i = 0; i < 14; i++) placed.push({ scene: "odd-beacon", at: at(9, 20) + i * 330 });
  placed.push({ scene: "odd-scan", at: at(10, 41) });
  placed.push({ scene: "odd-brute", at: at(11, 5) });
  placed.push({ scene: "odd-admin", at: at(11, 32) });
  placed.push({ scene: "odd-tunnel", at: at(12, 3) });
  placed.push({ scene: "odd-upload", at: at(13, 17) });
  return placed.sort((a, b) => a.at - b.at);
}
