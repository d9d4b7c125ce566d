/**
 * Countries that people, partners and lines come from. `networks` are /16 that the public address registries give to the country; the machines
 * in them are invented. `cities` with their zone; `share` is how often partners come from there.
 */
export interface Country {
  code: string;
  language: string;
  tld: string;
  dial: string;
  share: number;
  cities: readonly string[];
  timezone: string;
  networks: readonly string[];
}

function country(code: string, language: string, tld: string, dial: string, share: number, timezone: string, cities: string, networks: string): Country {
  return { code, language, tld, dial, share, timezone, cities: cities.split(", "), networks: networks.split(" ") };
}

// biome-ignore format: one country a line
export const COUNTRIES: readonly Country[] = [
  country("CH", "de", "ch", "+41", 6, "Europe/Zurich", "Zürich, Bern, Basel, Luzern, Winterthur", "46.126 57.40 62.202 85.4 134.21 145.245 156.106 162.21 172.161 195.48"),
  country("DE", "de", "de", "+49", 14, "Europe/Berlin", "Berlin, Hamburg, Köln, Leipzig, Stuttgart", "18.192 53.0 53.172 77.188 84.160 91.13 94.115 141.3 159.109 212.144"),
  country("AT", "de", "at", "+43", 4, "Europe/Vienna", "Wien, Graz, Linz, Salzburg", "46.207 78.104 83.64 85.127 93.83 141.201 146.108 176.66 188.22 194.118"),
  country("GB", "en", "co.uk", "+44", 10, "Europe/London", "London, Leeds, Bristol, Glasgow, Manchester", "25.136 31.116 81.137 86.167 95.151 141.1 158.143 194.217"),
  country("IE", "en", "ie", "+353", 3, "Europe/Dublin", "Dublin, Cork, Galway", "51.183 57.146 86.41 87.43 108.132 147.252"),
  country("NL", "nl", "nl", "+31", 6, "Europe/Amsterdam", "Amsterdam, Utrecht, Eindhoven, Rotterdam", "31.138 77.175 84.80 94.157 134.146 145.35 145.101 145.164 161.86 195.240"),
  country("FR", "fr", "fr", "+33", 9, "Europe/Paris", "Paris, Lyon, Nantes, Lille, Toulouse", "37.163 78.209 82.227 86.211 89.91 90.100 92.178 129.199 163.73 176.190"),
  country("US", "en", "com", "+1", 18, "America/New_York", "Boston, Columbus, Atlanta, Philadelphia, Pittsburgh", "9.43 21.109 55.64 71.88 99.32 135.218 153.104 169.185 207.100"),
  country("CA", "en", "ca", "+1", 3, "America/Toronto", "Toronto, Ottawa, Hamilton", "24.67 68.145 76.68 108.181 139.57 142.78 142.176 156.44 174.0 205.200"),
  country("ES", "es", "es", "+34", 5, "Europe/Madrid", "Madrid, Valencia, Bilbao, Zaragoza", "62.42 79.156 81.60 84.77 87.218 89.7 95.39 159.237 195.235"),
  country("IT", "it", "it", "+39", 6, "Europe/Rome", "Milano, Torino, Bologna, Verona", "2.224 37.179 79.46 82.60 87.27 93.57 95.243 151.10 151.84 193.205"),
  country("PL", "pl", "pl", "+48", 5, "Europe/Warsaw", "Warszawa, Kraków, Wrocław, Poznań", "31.174 46.204 79.187 83.2 83.22 88.199 89.174 145.237 178.180 212.191"),
  country("SE", "sv", "se", "+46", 3, "Europe/Stockholm", "Stockholm, Göteborg, Malmö", "4.165 56.228 81.224 83.253 90.235 130.28 140.85 158.105 188.149 213.64"),
  country("CZ", "cs", "cz", "+420", 3, "Europe/Prague", "Praha, Brno, Plzeň", "78.44 85.71 88.100 89.103 90.181 109.80 147.228 158.196 193.86 198.141"),
  country("PT", "pt", "pt", "+351", 2, "Europe/Lisbon", "Lisboa, Porto, Braga", "37.189 82.154 85.242 89.114 89.214 95.92 139.83 176.78 188.251 213.13"),
  country("UA", "uk", "com.ua", "+380", 2, "Europe/Kyiv", "Київ, Львів, Одеса", "5.248 37.54 37.229 46.133 77.52 94.178 109.251 176.8 178.54 178.151"),
  country("GR", "el", "gr", "+30", 1, "Europe/Athens", "Αθήνα, Πάτρα, Βόλος", "2.87 46.103 62.103 79.130 83.235 87.203 94.69 143.233 150.140 193.92"),
  country("TR", "tr", "com.tr", "+90", 3, "Europe/Istanbul", "İstanbul, İzmir, Bursa", "31.140 78.162 78.183 85.102 88.235 90.159 95.10 176.42 176.240 195.174"),
  country("IN", "en", "in", "+91", 4, "Asia/Kolkata", "Pune, Chennai, Bengaluru", "59.96 106.78 115.184 117.221 122.15 136.185 171.63 223.179"),
  country("CN", "zh", "cn", "+86", 5, "Asia/Shanghai", "深圳, 苏州, 宁波", "27.222 47.112 61.189 111.85 114.247 118.212 123.70 175.6 183.253 222.60"),
  country("JP", "ja", "co.jp", "+81", 3, "Asia/Tokyo", "東京, 大阪, 名古屋", "39.111 61.89 116.64 126.0 133.5 146.117 157.102 183.77 219.6 221.46"),
  country("KR", "ko", "co.kr", "+82", 2, "Asia/Seoul", "서울, 부산, 인천", "4.243 42.19 59.150 113.216 119.207 124.63 175.201 203.237 211.211 221.165"),
  country("BR", "pt", "com.br", "+55", 2, "America/Sao_Paulo", "São Paulo, Curitiba, Recife", "152.247 177.108 179.54 179.169 186.216 187.93 189.95 191.142 200.145 201.35"),
  country("MX", "es", "com.mx", "+52", 2, "America/Mexico_City", "Monterrey, Puebla, León", "148.211 170.70 187.142 187.187 187.230 189.145 189.187 189.229 201.102 201.151"),
  country("VN", "vi", "vn", "+84", 2, "Asia/Ho_Chi_Minh", "Đà Nẵng, Hải Phòng, Huế", "14.167 14.189 14.243 27.72 113.162 113.184 116.102 123.17 171.229 171.251"),
  country("NG", "en", "com.ng", "+234", 1, "Africa/Lagos", "Lagos, Ibadan, Abuja", "41.184 102.90 102.94 105.113 105.116 105.119 105.122 129.56 196.222"),
  country("EG", "ar", "com.eg", "+20", 1, "Africa/Cairo", "القاهرة, الإسكندرية", "41.68 45.109 102.62 105.90 154.138 156.170 156.206 196.145 197.48 197.166"),
  country("ZA", "en", "co.za", "+27", 1, "Africa/Johannesburg", "Durban, Pretoria", "41.4 41.56 41.193 105.177 105.246 155.238 165.11 196.25 197.71 197.107"),
  country("AU", "en", "com.au", "+61", 2, "Australia/Sydney", "Sydney, Melbourne, Perth", "1.146 27.32 58.167 101.184 120.22 124.179 138.25 147.212 165.31 203.108"),
  country("SG", "en", "com.sg", "+65", 2, "Asia/Singapore", "Singapore", "8.172 43.83 43.117 56.10 147.145 179.71"),
];

/** Countries that the organisation itself may be in: those whose holidays we know. */
export const HOME_COUNTRIES: readonly string[] = ["CH", "DE", "AT", "GB", "IE", "NL", "FR", "US", "CA", "ES", "IT", "PL", "SE"];

export function countryOf(code: string): Country {
  const found = COUNTRIES.find((c) => c.code === code);
  if (found === undefined) throw new RangeError(`no country ${code}`);
  return found;
}
