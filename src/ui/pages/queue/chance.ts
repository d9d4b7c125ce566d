/** How many of today's incidents chance would bring, in words; undefined while too little is known. */
export function chanceWords(falseShare: number | undefined): string {
  if (falseShare === undefined) return "share of chance: from the second week";
  if (falseShare >= 0.95) return "as many as today's would be chance";
  if (falseShare >= 0.45) return `about ${Math.round(falseShare * 10)} in 10 of today's would be chance`;
  if (falseShare < 0.02) return "hardly one of today's would be chance";
  return `about 1 in ${Math.round(1 / falseShare)} of today's would be chance`;
}
