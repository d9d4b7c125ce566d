/** Middle of the largest part of each country by its ISO 3166-1 code, as code, latitude, longitude. Source as in land.ts, the smallest islands by hand. */
// biome-ignore format: data
const PLACES =
  "AD42.5,1.6 AE23.9,54.3 AF33.8,66 AG17.1,-61.8 AI18.2,-63.1 AL41.1,20 AM40.3,44.9 AO-12.3,17.6 AQ-79.4,-47.8 AR-35.2,-65.2 AS-14.3,-170.7 AT47.6,14.1 " +
  "AU-25.6,134.4 AW12.5,-70 AX60.2,19.9 AZ40.3,47.7 BA44.2,17.8 BB13.2,-59.6 BD23.9,90.2 BE50.6,4.6 BF12.3,-1.8 BG42.8,25.2 BH26,50.5 BI-3.4,29.9 " +
  "BJ9.6,2.3 BL17.9,-62.8 BM32.3,-64.8 BN4.5,114.6 BO-16.7,-64.7 BQ12.2,-68.3 BR-10.8,-53.1 BS24.7,-78 BT27.4,90.4 BW-22.2,23.8 BY53.5,28 BZ17.2,-88.7 " +
  "CA57.9,-102.4 CC-12.2,96.8 CD-2.9,23.6 CF6.6,20.5 CG-0.8,15.2 CH46.8,8.2 CI7.6,-5.6 CK-21.2,-159.8 CL-35.7,-71.3 CM5.7,12.7 CN36.6,103.8 CO3.9,-73.1 " +
  "CR10,-84.2 CU21.6,-78.9 CV15.1,-23.6 CW12.2,-69 CX-10.5,105.7 CY34.9,33 CZ49.7,15.3 DE51.1,10.4 DJ11.7,42.6 DK56.2,9.4 DM15.4,-61.4 DO18.9,-70.5 " +
  "DZ28.2,2.6 EC-1.4,-78.4 EE58.7,25.8 EG26.5,29.9 EH24.2,-12.2 ER15.4,38.8 ES40.4,-3.6 ET8.6,39.6 FI64.5,26.3 FJ-16.5,-29.2 FK-51.7,-58.8 FM6.9,158.2 " +
  "FO62.2,-6.9 FR46.6,2.5 GA-0.6,11.8 GB53.9,-2.5 GD12.1,-61.7 GE42.2,43.5 GF4,-53 GG49.5,-2.6 GH8,-1.2 GI36.1,-5.35 GL74.7,-41.4 GM13.4,-15.4 " +
  "GN10.4,-10.9 GP16.2,-61.5 GQ1.6,10.5 GR39.5,22.6 GT15.7,-90.4 GU13.4,144.8 GW12.1,-14.9 GY4.8,-59 HK22.4,114.1 HN14.8,-86.6 HR45.2,16.4 HT18.9,-72.7 " +
  "HU47.2,19.4 ID-0.2,114 IE53.2,-8.1 IL31.5,35 IM54.2,-4.5 IN22.9,79.6 IO-7.3,72.4 IQ33,43.7 IR32.6,54.3 IS65,-18.6 IT43.5,12.1 JE49.2,-2.1 " +
  "JM18.2,-77.3 JO31.2,36.8 JP36.7,138 KE0.6,37.8 KG41.5,74.5 KH12.7,104.9 KI1.9,-157.4 KM-11.7,43.3 KN17.3,-62.7 KP40.2,127.2 KR36.5,127.9 KW29.3,47.6 " +
  "KY19.3,-81.3 KZ48.2,67.3 LA18.5,103.7 LB33.9,35.9 LC13.9,-61 LI47.1,9.5 LK7.6,80.7 LR6.5,-9.3 LS-29.6,28.2 LT55.3,23.9 LU49.8,6.1 LV56.9,24.9 LY27,18 " +
  "MA29.8,-8.5 MC43.8,7.4 MD47.2,28.5 ME42.8,19.2 MF18.1,-63.1 MG-19.4,46.7 MH7.1,171.2 MK41.6,21.7 ML17.3,-3.5 MM21.2,96.5 MN46.8,103.1 MO22.2,113.5 " +
  "MP15.2,145.7 MQ14.6,-61 MR20.3,-10.3 MS16.7,-62.2 MT35.9,14.4 MU-20.3,57.6 MV4.2,73.5 MW-13.2,34.3 MX23.9,-102.5 MY3.6,114.7 MZ-17.3,35.5 " +
  "NA-22.1,17.2 NC-21.3,165.5 NE17.4,9.4 NF-29.1,167.9 NG9.6,8.1 NI12.8,-85 NL52.3,5.6 NO64.2,13.9 NP28.2,83.9 NR-0.5,166.9 NU-19,-169.9 NZ-44,170.5 " +
  "OM20.6,56.1 PA8.5,-80.1 PE-9.2,-74.4 PF-17.7,-149.4 PG-6.6,144.2 PH16,121.4 PK29.9,69.3 PL52.1,19.4 PM46.9,-56.3 PN-24.4,-128.3 PR18.2,-66.5 " +
  "PS31.9,35.2 PT39.7,-8 PW7.5,134.6 PY-23.2,-58.4 QA25.3,51.2 RE-21.1,55.5 RO45.9,25 RS44.2,20.8 RU61.5,96.7 RW-2,29.9 SA24.1,44.5 SB-9.6,160.2 " +
  "SC-4.7,55.5 SD16,29.9 SE62.8,16.7 SG1.4,103.8 SH-16,-5.7 SI46.1,14.8 SJ78.5,16 SK48.7,19.5 SL8.6,-11.8 SM43.9,12.5 SN14.4,-14.5 SO4.8,45.7 " +
  "SR4.1,-55.9 SS7.3,30.2 ST0.2,6.6 SV13.7,-88.9 SX18.1,-63.1 SY35,38.5 SZ-26.6,31.5 TC21.8,-71.7 TD15.3,18.6 TG8.5,1 TH15.1,101 TJ38.5,71 TK-9.2,-171.8 " +
  "TL-8.8,125.9 TM39.1,59.4 TN34.1,9.5 TO-21.2,-175.2 TR39,35.4 TT10.4,-61.3 TV-8.5,179.2 TW23.8,121 TZ-6.3,34.8 UA49.2,31.3 UG1.3,32.4 US39.5,-99.1 " +
  "UY-32.8,-56 UZ41.8,63.1 VA41.9,12.4 VC13.3,-61.2 VE7.1,-66.2 VG18.4,-64.6 VI17.7,-64.8 VN16.7,106.3 VU-15.2,166.8 WF-14.3,-178.1 WS-13.6,-172.4 " +
  "XK42.6,20.9 YE15.9,47.5 YT-12.8,45.2 ZA-29,25.2 ZM-13.5,27.8 ZW-19,29.9";

const BY_CODE = new Map<string, readonly [lat: number, lon: number]>();
for (const entry of PLACES.split(" ")) {
  const [lat, lon] = entry.slice(2).split(",").map(Number);
  if (lat !== undefined && lon !== undefined) BY_CODE.set(entry.slice(0, 2), [lat, lon]);
}

/** Degrees of the middle of a country; undefined for a code that is none. */
export function placeOf(code: string): readonly [lat: number, lon: number] | undefined {
  return BY_CODE.get(code.toUpperCase());
}

let names: Intl.DisplayNames | undefined;
/** The country's English name; the code itself where it is none. */
export function countryName(code: string): string {
  if (!/^[A-Za-z]{2}$/.test(code)) return code;
  names ??= new Intl.DisplayNames("en", { type: "region", fallback: "code" });
  return names.of(code.toUpperCase()) ?? code;
}
