/** "2 h", "90 min", "45 s": a length of time in one unit. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 3_600 && whole % 3_600 === 0) return `${whole / 3_600} h`;
  if (whole >= 120) return `${Math.round(whole / 60)} min`;
  return `${whole} s`;
}

/** 1:34:48, or 4:09: what is left, as a countdown. */
export function countdownText(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1_000));
  const hours = Math.floor(left / 3_600);
  const minutes = Math.floor((left % 3_600) / 60);
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}
