// What the machines do in each scene, as steps of programs/person.mjs. All names end in .example (RFC 2606), outside addresses are of RFC 5737.
import { OFFICE, SERVERS } from "./network.mjs";

export const ZONE = {
  names: {
    "intranet.lindenhof.example": `${SERVERS}.20`,
    "files.lindenhof.example": `${SERVERS}.30`,
    "build.lindenhof.example": `${SERVERS}.40`,
    "printer.lindenhof.example": `${OFFICE}.40`,
    "www.morgenblatt.example": "198.51.100.10",
    "img.morgenblatt.example": "198.51.100.10",
    "wetter.example": "198.51.100.10",
    "docs.papierwolke.example": "198.51.100.20",
    "mail.lindenpost.example": "198.51.100.20",
    "meet.lindenpost.example": "198.51.100.20",
    "updates.systemhaus.example": "198.51.100.30",
    "packages.systemhaus.example": "198.51.100.30",
    "telemetry-cdn.example": "203.0.113.66",
    "drop.transferbox.example": "203.0.113.80",
  },
  text: ["t.dataport.example"],
};

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0";
const AGENTS = { anna: FIREFOX, ben: CHROME, cora: EDGE };

const get = (at, agent, url) => ({ at, do: "get", agent, url });

/** Eight ordinary quarter hours, squeezed into seconds; what differs is who does what. */
export function routine(variant, key) {
  const steps = { anna: [], ben: [], cora: [], build: [], intranet: [], files: [] };
  const page = (n) => `/seite/${(variant * 7 + n * 3) % 40}`;
  for (const [who, agent] of Object.entries(AGENTS)) {
    const shift = { anna: 0, ben: 1, cora: 2 }[who];
    const mine = steps[who];
    mine.push(get(0.2 + shift, agent, `http://intranet.lindenhof.example/${who}${page(1)}`));
    mine.push(get(1 + shift, agent, "https://mail.lindenpost.example/inbox.json"));
    if ((variant + shift) % 2 === 0) mine.push(get(2 + shift, agent, `https://www.morgenblatt.example${page(2)}`));
    if ((variant + shift) % 3 !== 0) mine.push(get(3 + shift, agent, `https://docs.papierwolke.example${page(3)}`));
    if ((variant + shift) % 3 === 1) mine.push(get(4 + shift, agent, "http://wetter.example/heute.json"));
    if ((variant + shift) % 4 === 2) mine.push(get(5 + shift, agent, "http://printer.lindenhof.example:631/auftrag"));
    if ((variant + shift) % 8 === 5) mine.push({ at: 6 + shift, do: "names", names: [`tippfehler${variant}.example`] });
  }
  // Ben looks after the build machine; nobody else logs in there.
  if (variant % 2 === 1) steps.ben.push({ at: 8, do: "ssh", to: `${SERVERS}.40`, key });
  steps.build.push(get(1, "systemhaus-update/3.2", "http://updates.systemhaus.example/index.json"));
  if (variant % 4 === 0) steps.intranet.push(get(2, "systemhaus-update/3.2", "http://updates.systemhaus.example/index.json"));
  if (variant % 3 === 0) steps.anna.push({ ...get(9, FIREFOX, "http://intranet.lindenhof.example/login"), args: ["-u", "anna:right"] });
  return steps;
}

/** Nights and weekends: machines among themselves. */
export function night(variant, key) {
  return {
    build: [get(0.2, "systemhaus-update/3.2", "http://packages.systemhaus.example/index.json"), { at: 1.5, do: "ssh", to: `${SERVERS}.30`, key }],
    intranet: [get(0.5, "systemhaus-update/3.2", "http://updates.systemhaus.example/index.json")],
    files: variant % 2 === 0 ? [get(1, "systemhaus-update/3.2", "http://packages.systemhaus.example/index.json")] : [],
  };
}

/** What should be noticed, in the order of the last day; all by ws-cora. */
export function odd(key, wrongKey, upload) {
  const cora = (...steps) => ({ cora: steps });
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return {
    agent: cora(
      ...["/", "/team.json", "/seite/3", "/export.json?alle=1", "/seite/9"].map((path, i) =>
        get(0.2 + i, "python-requests/2.32.3", `http://intranet.lindenhof.example${path}`),
      ),
    ),
    beacon: cora({
      at: 0.1,
      do: "beacon",
      url: "http://telemetry-cdn.example/v2/ping",
      agent: "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)",
      every: 10,
      seconds: 325,
    }),
    scan: cora(
      { at: 0.1, do: "connect", hosts: numbers(5, 60).map((n) => `${SERVERS}.${n}`), ports: [22, 80, 445, 3389], pause: 12 },
      { at: 3.5, do: "connect", hosts: [`${SERVERS}.30`, `${SERVERS}.40`], ports: numbers(20, 180), pause: 5 },
    ),
    admin: {
      cora: [
        { at: 0.2, do: "ssh", to: `${SERVERS}.30`, key },
        { at: 2, do: "ssh", to: `${SERVERS}.20`, key },
        { at: 4, do: "ssh", to: `${SERVERS}.30`, key },
      ],
    },
    brute: cora(
      ...numbers(0, 34).map((n) => ({
        ...get(0.2 + n * 0.25, "python-requests/2.32.3", "http://intranet.lindenhof.example/login"),
        args: ["-u", `admin:versuch${n}`],
      })),
      ...numbers(0, 11).map((n) => ({ at: 10 + n * 0.4, do: "ssh", to: `${SERVERS}.40`, key: wrongKey })),
    ),
    tunnel: cora({ at: 0.1, do: "tunnel", domain: "t.dataport.example", count: 160 }),
    upload: cora({ at: 0.1, do: "put", url: "http://drop.transferbox.example/a/archiv.bin", agent: "curl/8.5.0", file: upload }),
  };
}
