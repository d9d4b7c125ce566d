const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
export const WORLD_WIDTH = 720;
export const WORLD_HEIGHT = 314;
const NORTH = 84;
const SCALE = WORLD_WIDTH / (2 * raw(180, 0)[0]);
const TOP = raw(0, NORTH)[1];

/** Equal Earth (Šavrič, Patterson, Jenny 2019, doi 10.1080/13658816.2018.1504949): areas keep their size. */
function raw(lon: number, lat: number): [x: number, y: number] {
  const t = Math.asin(M * Math.sin((lat * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  return [(((lon * Math.PI) / 180) * Math.cos(t)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2))), t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))];
}

/** Degrees to px of the picture: 84° north is its upper edge, 57° south its lower. */
export function project(lat: number, lon: number): [x: number, y: number] {
  const [x, y] = raw(lon, lat);
  return [WORLD_WIDTH / 2 + x * SCALE, (TOP - y) * SCALE];
}
