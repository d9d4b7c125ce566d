import { countryName } from "../../charts/world/places.ts";
import { WorldMap } from "../../charts/world/world-map.tsx";
import type { PersonDetail } from "../../client/types.ts";
import { Legend } from "../../parts/legend.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { isNews } from "./used-table.tsx";

/** From where: on a map and, with the same figures, in a table. */
export function Places({ person }: { person: PersonDetail }) {
  const { countries, days } = person;
  const of = person.compared?.organisation ?? 0;
  const marks = countries.map((c) => ({ country: c.value, weight: c.hours, apart: isNews(c, days), words: counted(c.days, "day") }));
  const news = countries.filter((c) => isNews(c, days)).map((c) => countryName(c.value));
  const label = plain(`Places: ${counted(countries.length, "country", "countries")}; ${news.length === 0 ? "none is new" : `new: ${news.join(", ")}`}`, 300);
  return (
    <Section
      title="Places"
      sub="countries of its addresses"
      aside={
        <Legend
          items={[
            ["usual", "usual"],
            ["now", "new"],
          ]}
        />
      }
    >
      {countries.length === 0 ? (
        <p className="small">No record with an address from outside, or no table of places is installed.</p>
      ) : (
        <>
          <WorldMap marks={marks} label={label} />
          <table className="dev-row">
            <caption className="sr">Places: country, days, first seen, others</caption>
            <colgroup>
              <col />
              <col style={{ width: 56 }} />
              <col style={{ width: 112 }} />
              <col style={{ width: 92 }} />
            </colgroup>
            <tbody>
              {countries.slice(0, 12).map((c) => (
                <tr key={c.value}>
                  <td className="clip">
                    <Shown text={countryName(c.value)} max={50} />
                  </td>
                  <td className={isNews(c, days) ? "n mk" : "n"}>{isNews(c, days) ? "new" : `${count(c.days)} d`}</td>
                  <td className="n two">
                    <Time iso={c.first} as="minute" />
                  </td>
                  <td className={c.others === 0 && isNews(c, days) ? "n mk" : "n two"}>
                    {count(c.others)} of {count(of)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Section>
  );
}
